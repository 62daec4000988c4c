import Foundation
import GP
import NumericCore
import Testing

@Suite("Unknown functions from noisy observations")
struct UnknownFieldTests {
  /// u of -(a u')' = 10 on [0, 1] with u = 0 at both ends, by quadrature: u' = (c - 10 x) / a.
  private func exact(_ a: (Double) -> Double, at points: [Double]) -> [Double] {
    let n = 2000
    let x = (0..<n).map { (Double($0) + 0.5) / Double(n) }
    let c = x.reduce(0) { $0 + 10 * $1 / a($1) } / x.reduce(0) { $0 + 1 / a($1) }
    var (sum, path) = (0.0, [0.0])
    for y in x {
      sum += (c - 10 * y) / a(y) / Double(n)
      path.append(sum)
    }
    return points.map { path[Int(($0 * Double(n)).rounded())] }
  }

  private func problem() throws -> InverseProblem {
    let conductivity = try UnknownField(
      positive: "conductivity", on: [0, 1], median: 1, logDeviation: 0.5, lengthScale: 0.3)
    return InverseProblem(fields: [conductivity]) { _, fields in
      PDE(on: .box([0, 1])) { u in
        Equation(divergence(fields[0], gradientOf: u) == -10)
        Boundary(.dirichlet(0))
      }
    }
  }

  @Test("90% intervals hold a conductivity drawn from the prior nine times of ten: seeds 1 to 12")
  func coverage() throws {
    let inverse = try problem()
    let (points, noise) = (uniform(0.025, 0.975, 39), 0.01)
    let places = [0.13, 0.5, 0.81]
    var held = 0
    for seed in 1...12 {
      // Random waves of the prior's spectrum.
      var stream = RandomStream(RandomKey(seed: UInt64(seed)))
      let waves = (0..<200).map { _ in (stream.normal() / 0.3, Double.random(in: 0...2 * .pi, using: &stream)) }
      let a = { (x: Double) in
        exp(0.5 * (2.0 / 200).squareRoot() * waves.reduce(0) { $0 + cos($1.0 * x + $1.1) })
      }
      let observations = zip(points, exact(a, at: points)).map {
        InverseProblem.Observation(at: [$0], value: $1 + noise * stream.normal())
      }
      let found = try inverse.fit(observations, grid: [40], noise: noise)
      let (_, lower, upper) = try found.interval(of: "conductivity", on: [places])
      for (i, x) in places.enumerated() where lower[i] <= a(x) && a(x) <= upper[i] { held += 1 }
    }
    // 32.4 of 36 expected, with a standard deviation of 1.8, and more since places hang together.
    #expect(held >= 25, "\(held)")
  }

  @Test("the noise is found, and where nothing is seen the prior stays")
  func prior() throws {
    let a = { (x: Double) in 1 + 0.4 * sin(5 * x) }
    let points = uniform(0.02, 0.98, 97)
    let normals = RandomKey(seed: 1).normals(97)
    let observations = zip(zip(points, exact(a, at: points)), normals).map {
      InverseProblem.Observation(at: [$0.0], value: $0.1 + 0.005 * $1)
    }
    let found = try problem().fit(observations, grid: [40])
    // 97 residuals tell it to 7%.
    #expect((found.noise / 0.005 - 1).magnitude < 0.3)
    let x = uniform(0.1, 0.9, 9)
    let (median, lower, upper) = try found.interval(of: "conductivity", on: [x], level: 0.999)
    #expect(x.indices.allSatisfy { lower[$0] < a(x[$0]) && a(x[$0]) < upper[$0] })
    #expect(relativeError(median, x.map(a)) < 0.1)

    // One value far from x = 1 says little of a there: its interval is close to the prior's.
    let little = try problem().fit([.init(at: [0.02], value: exact(a, at: [0.02])[0])], grid: [40], noise: 1)
    let (middle, low, high) = try little.interval(of: "conductivity", on: [[0.9]])
    #expect((log(high[0] / low[0]) / (2 * 1.6449 * 0.5) - 1).magnitude < 0.05)
    #expect(log(middle[0]).magnitude < 0.1)
  }

  @Test("an unknown source on a square, beside an unknown number")
  func source() throws {
    let field = try UnknownField(
      "source", on: [0, 1], [0, 1], mean: 0, standardDeviation: 20, lengthScale: 0.5)
    let inverse = InverseProblem(
      parameters: [.init("level", mean: 0, standardDeviation: 10)], fields: [field]
    ) { numbers, fields in
      PDE(on: .box([0, 1], [0, 1])) { u in
        Equation(laplacian(u) == DifferentialExpression(fields[0].field))
        Boundary(.dirichlet(Field(numbers[0])))
      }
    }
    let u = { (x: Double, y: Double) in 2 + sin(.pi * x) * sin(.pi * y) }
    let places = RandomKey(seed: 1).uniforms(240)
    let observations = (0..<120).map { i in
      InverseProblem.Observation(
        at: [places[2 * i], places[2 * i + 1]], value: u(places[2 * i], places[2 * i + 1]))
    }
    let found = try inverse.fit(observations, grid: [16, 16], noise: 0.003)
    #expect((found.values[0] - 2).magnitude < 4 * found.standardDeviations[0])
    let (_, lower, upper) = try found.interval(of: "source", on: [[0.5], [0.3, 0.5]], level: 0.999)
    for (i, y) in [0.3, 0.5].enumerated() {
      let truth = -2 * .pi * .pi * sin(.pi * y)
      #expect(lower[i] < truth && truth < upper[i])
      #expect(upper[i] - lower[i] < 10)
    }
  }

  @Test("what is wrong with a field is said")
  func errors() throws {
    #expect(throws: InverseProblemError.self) {
      try UnknownField("a", on: [1, 0], mean: 0, standardDeviation: 1, lengthScale: 1)
    }
    #expect(throws: InverseProblemError.invalidField("a", reason: "median 0.0, expected positive")) {
      try UnknownField(positive: "a", on: [0, 1], median: 0, logDeviation: 1, lengthScale: 1)
    }
    #expect(
      throws: InverseProblemError.invalidField("a", reason: "length scale 0.01, expected at least 0.0625")
    ) {
      try UnknownField("a", on: [0, 1], mean: 0, standardDeviation: 1, lengthScale: 0.01)
    }
  }
}
