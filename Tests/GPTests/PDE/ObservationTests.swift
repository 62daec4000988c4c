import Foundation
import GP
import NumericCore
import Testing

@Suite("Observations as data of a problem")
struct ObservationTests {
  private func rootMeanSquare(_ x: [Double]) -> Double {
    (x.reduce(0) { $0 + $1 * $1 } / Double(x.count)).squareRoot()
  }

  /// k = exp(-r^2 / (2 l^2)) and its derivatives in r of order 2 and 4, with q = (r / l)^2; odd ones are not
  /// needed here.
  static func covariance(_ r: Double, _ order: Int, _ l: Double) -> Double {
    let q = r * r / (l * l)
    let e = exp(-0.5 * q)
    return order == 0 ? e : order == 2 ? (q - 1) * e / (l * l) : (q * q - 6 * q + 3) * e / pow(l, 4)
  }

  @Test("mean and deviation on an interval are those of a dense Gaussian process", arguments: [0.3, 0.01])
  func dense(noise: Double) throws {
    let (count, l) = (9, 0.4)
    let x = uniform(0, 1, count)
    let (seen, normals) = ([0.1, 0.35, 0.52, 0.9], RandomKey(seed: 4).normals(4))
    let truth: @Sendable (Double) -> Double = { sin(7 * $0) + $0 }
    let values = zip(seen, normals).map { truth($0) + noise * $1 }
    let mixture = SpectralMixture(lengthScale: l, components: [.init(frequency: 0, variance: 1)])
    // One condition alone: observations take the place of the other.
    let problem = PDE(on: .box([0, 1])) { u in
      Equation(laplacian(u) == { -49 * sin(7 * $0) })
      Boundary(.dirichlet(truth), on: .lower(.x))
      Observation(at: seen, values: values, noise: noise)
    }
    let solution = try problem.solve(kernel: .mixtures([mixture]), grid: [count])

    // What the equation and the condition leave open is x: its prior is flat.
    let flat = 1e6
    let places = x.map { ($0, 2) } + [(0.0, 0)] + seen.map { ($0, 0) }
    let data = x.map { -49 * sin(7 * $0) } + [truth(0)] + values
    /// Covariances over s^2.
    func covariance(_ a: (Double, Int), _ b: (Double, Int), _ scale: Double) -> Double {
      Self.covariance(a.0 - b.0, a.1 + b.1, l) + (a.1 + b.1 == 0 ? flat * a.0 * b.0 / scale : 0)
    }
    func factors(_ scale: Double) throws -> Cholesky {
      var total = Matrix(rows: places.count, columns: places.count)
      for (i, a) in places.enumerated() {
        for (j, b) in places.enumerated() { total[i, j] = covariance(a, b, scale) }
        if i > count { total[i, i] += noise * noise / scale }
      }
      return try Cholesky(total)
    }
    // s^2 at the maximum of the evidence.
    let scales = (0...4000).map { pow(10, -1 + Double($0) / 1000) }
    let evidences = try scales.map { scale in
      let factor = try factors(scale)
      let quadratic = zip(factor.solve(data), data).reduce(0) { $0 + $1.0 * $1.1 }
      return -0.5 * (Double(data.count) * log(scale) + factor.logDeterminant + quadratic / scale)
    }
    let scale = scales[evidences.indices.max { evidences[$0] < evidences[$1] } ?? 0]
    let factor = try factors(scale)
    let weights = factor.solve(data)
    for at in [0.03, 0.27, 0.52, 0.94] {
      let cross = places.map { covariance((at, 0), $0, scale) }
      let mean = zip(cross, weights).reduce(0) { $0 + $1.0 * $1.1 }
      let explained = zip(cross, factor.solve(cross)).reduce(0) { $0 + $1.0 * $1.1 }
      let deviation = (scale * (covariance((at, 0), (at, 0), scale) - explained)).squareRoot()
      #expect((try solution.value(at: at) - mean).magnitude < 2e-3 * deviation)
      #expect((try solution.standardDeviations(on: [[at]])[0] - deviation).magnitude < 2e-3 * deviation)
    }
  }

  /// u'' = F with F = -49 sin 7x, and no condition at all.
  private func unconditioned(
    _ seen: [Double], noise: Double?, error: Double, seed: UInt64 = 1
  ) throws -> PDESolution {
    let normals = RandomKey(seed: seed).normals(seen.count)
    let values = zip(seen, normals).map { sin(7 * $0) + $0 + error * $1 }
    return try PDE(on: .box([0, 1])) { u in
      Equation(laplacian(u) == { -49 * sin(7 * $0) })
      Observation(at: seen, values: values, noise: noise)
    }.solve(grid: [60])
  }

  @Test("observations stand for conditions: two that are nearly exact determine u")
  func illPosed() throws {
    let solution = try unconditioned([0.2, 0.9], noise: 1e-9, error: 0)
    let x = uniform(0, 1, 101)
    #expect(relativeError(try solution.values(on: [x]), x.map { sin(7 * $0) + $0 }) < 1e-7)
    #expect((try solution.value(at: 0.2) - sin(1.4) - 0.2).magnitude < 1e-8)
  }

  @Test("with noise u is the exact curve plus the line of least squares, and so are its deviations")
  func leastSquares() throws {
    // What the equation leaves open is a + b x: the prior is wide beside the noise.
    let seen = uniform(0.1, 0.8, 12)
    let noise = 0.002
    let solution = try unconditioned(seen, noise: noise, error: noise)
    let normals = RandomKey(seed: 1).normals(seen.count)
    let mean = seen.reduce(0, +) / 12
    let spread = seen.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let slope = noise * zip(seen, normals).reduce(0) { $0 + ($1.0 - mean) * $1.1 } / spread
    let level = noise * normals.reduce(0, +) / 12
    for x in [0.0, 0.4, 1] {
      let deviation = noise * (1.0 / 12 + (x - mean) * (x - mean) / spread).squareRoot()
      let found = try solution.value(at: x) - (sin(7 * x) + x)
      #expect((found - level - slope * (x - mean)).magnitude < 0.01 * deviation)
      #expect((try solution.standardDeviations(on: [[x]])[0] / deviation - 1).magnitude < 0.01)
    }
  }

  @Test("noise that is not given is found")
  func learned() throws {
    // 200 residuals tell it to 5%: four standard errors.
    let solution = try unconditioned(uniform(0, 1, 200), noise: nil, error: 0.1)
    let noise = try #require(solution.report.observationNoise)
    #expect((noise / 0.1 - 1).magnitude < 0.2)
    #expect(try unconditioned([0.2, 0.9], noise: 0.1, error: 0).report.observationNoise == nil)
  }

  @Test("in noisy sources deviations shrink near an observation")
  func shrinks() throws {
    let noise = RandomKey(seed: 2).normals(80)
    let source = zip(uniform(0, 1, 80), noise).map { -49 * sin(7 * $0) + 10 * $1 }
    func solve(_ seen: [Double]) throws -> [Double] {
      try PDE(on: .box([0, 1])) { u in
        Equation(laplacian(u) == Field(measured: source))
        Boundary(.dirichlet({ sin(7 * $0) + $0 }))
        Observation(at: seen, values: seen.map { sin(7 * $0) + $0 }, noise: 1e-3)
      }.solve(grid: [80]).standardDeviations(on: [[0.25, 0.5, 0.52, 0.75]])
    }
    let (without, with) = (try solve([]), try solve([0.5]))
    #expect(with[1] < 1.01e-3)
    #expect(with[1] < with[2] && with[2] < with[0] && with[2] < with[3])
    #expect(zip(with, without).allSatisfy { $0 < $1 })
  }

  @Test("beside a source with noise observations make u no worse, and intervals hold it: seeds 11 to 20")
  func besideNoise() throws {
    let exact: @Sendable (Double) -> Double = { sin(12 * $0) + 0.2 * cos(50 * $0) }
    let (x, places) = (uniform(0, 1, 200), [0.12, 0.37, 0.61, 0.9])
    let source = x.map { -144 * sin(12 * $0) - 500 * cos(50 * $0) }
    let deviation = 0.01 * rootMeanSquare(source)
    var (without, with, held) = (0.0, 0.0, 0)
    for seed in 11...20 {
      let key = RandomKey(seed: UInt64(seed))
      let measured = zip(source, key.child(0).normals(200)).map { $0 + deviation * $1 }
      let seen = key.child(1).uniforms(20)
      let values = zip(seen, key.child(2).normals(20)).map { exact($0) + 0.02 * $1 }
      func solve(_ count: Int) throws -> PDESolution {
        try PDE(on: .box([0, 1])) { u in
          Equation(laplacian(u) == Field(measured: measured))
          Boundary(.dirichlet(exact))
          Observation(at: Array(seen[..<count]), values: Array(values[..<count]), noise: 0.02)
        }.solve(grid: [200])
      }
      let solution = try solve(20)
      without += pow(relativeError(try solve(0).values(on: [x]), x.map(exact)), 2)
      with += pow(relativeError(try solution.values(on: [x]), x.map(exact)), 2)
      let misses = zip(try solution.values(on: [places]), places.map(exact)).map { $0 - $1 }
      held += zip(misses, try solution.standardDeviations(on: [places])).count { $0.magnitude < 1.6449 * $1 }
    }
    #expect(with < without, "\(with.squareRoot()) \(without.squareRoot())")
    // 36 of 40 expected, with a standard deviation of 3.8 were those of one seed to fall together: three of them.
    #expect(held >= 25, "\(held)")
  }

  @Test("a slope is an observation too; missing values are left out")
  func slopes() throws {
    let solution = try PDE(on: .box([0, 2])) { u in
      Equation(laplacian(u) - u == 0)
      Observation(at: [0, 1, 2], values: [1, .nan, .nan], noise: 1e-8)
      Observation(of: 2 * d(u, .x) + Field { $0 } * u, at: [0.0], values: [2], noise: 1e-8)
    }.solve(grid: [40])
    for x in [0.3, 1, 1.9] { #expect((try solution.value(at: x) - exp(x)).magnitude < 1e-6) }
  }

  @Test(
    "a nonlinear equation without conditions: a logistic curve from noisy values; deviations hold the miss")
  func nonlinear() throws {
    let exact: @Sendable (Double) -> Double = { 1 / (1 + exp(-$0)) }
    let seen = uniform(-4, 4, 15)
    var held = 0
    for seed in 1...20 {
      let normals = RandomKey(seed: UInt64(seed)).normals(15)
      let values = zip(seen, normals).map { exact($0) + 0.03 * $1 }
      let solution = try PDE(on: .box([-5, 5])) { u in
        Equation(d(u, .x) - u + u * u == 0)
        Observation(at: seen, values: values, noise: 0.03)
      }.solve(grid: [60])
      #expect(solution.report.relativeResidual < 1e-3)
      let miss = (try solution.value(at: 0.7) - exact(0.7)).magnitude
      let deviation = try solution.standardDeviations(on: [[0.7]])[0]
      if miss < 1.6449 * deviation { held += 1 }
      // That of the curve's place: u' over the root of the sum of squares of u' at the observations.
      let slope = { (x: Double) in exact(x) * (1 - exact(x)) }
      let ideal = 0.03 * slope(0.7) / seen.reduce(0) { $0 + slope($1) * slope($1) }.squareRoot()
      #expect((deviation / ideal - 1).magnitude < 0.1)
    }
    // 18 expected, with a standard deviation of 1.3: four of them.
    #expect(held >= 13, "\(held)")
  }

  @Test("a wave from 40 noisy values, without source and conditions", arguments: [30.0, 100])
  func waves(omega: Double) throws {
    let exact: @Sendable (Double) -> Double = { sin(omega * $0 + 1) }
    let (seen, normals) = (RandomKey(seed: 5).uniforms(40), RandomKey(seed: 6).normals(40))
    let solution = try PDE(on: .box([0, 1])) { u in
      Equation(laplacian(u) + omega * omega * u == 0)
      Observation(at: seen, values: zip(seen, normals).map { exact($0) + 0.1 * $1 })
    }.solve(grid: [200])
    let x = uniform(0, 1, 101)
    let deviations = try solution.standardDeviations(on: [x])
    let misses = zip(try solution.values(on: [x]), x.map(exact)).map { $0 - $1 }
    // Two amplitudes from 40 values.
    let ideal = 0.1 * (2.0 / 40).squareRoot()
    #expect((rootMeanSquare(deviations) / ideal - 1).magnitude < 0.4)
    #expect(zip(misses, deviations).allSatisfy { $0.magnitude < 4 * $1 })
  }

  @Test("what is wrong with observations is said")
  func errors() {
    func solve(_ observations: Observation...) throws {
      _ = try PDE(on: .box([0, 1])) { u in
        Equation(laplacian(u) == 1)
        for observation in observations { observation }
      }.solve(grid: [20])
    }
    #expect(throws: PDEError.missingBoundary(axis: 0, found: 0, needed: 2)) {
      try solve(Observation(at: [0.5], values: [.nan]))
    }
    #expect(throws: PDEError.missingBoundary(axis: 0, found: 1, needed: 2)) {
      try solve(Observation(at: [0.5], values: [1], noise: 0.1))
    }
    #expect(throws: PDEError.unknownNoise(observations: 2)) {
      try solve(Observation(at: [0.5, 0.6], values: [1, 1]))
    }
    #expect(
      throws: PDEError.singular(
        reason: "observations do not take the place of the conditions that are missing")
    ) { try solve(Observation(at: [0.5, 0.5], values: [1, 1], noise: 0.1)) }
    #expect(throws: PDEError.invalidObservation(statement: 0, reason: "1 values at 2 points")) {
      try solve(Observation(at: [0.5, 0.6], values: [1]))
    }
    #expect(
      throws: PDEError.invalidObservation(statement: 1, reason: "noise 0.0, expected positive and finite")
    ) {
      try solve(
        Observation(at: [0.5], values: [1], noise: 1), Observation(at: [0.6], values: [1], noise: 0))
    }
    #expect(throws: PDEError.mixedNoise) {
      try solve(Observation(at: [0.5], values: [1], noise: 1), Observation(at: [0.6], values: [1]))
    }
    #expect(throws: PDEError.outsideDomain(axis: 0, value: 2, lower: 0, upper: 1)) {
      try solve(Observation(at: [2], values: [1]))
    }
    #expect(throws: PDEError.wrongCoordinates(count: 2, dimensions: 1)) {
      try solve(Observation(at: [[0.5, 0.5]], values: [1]))
    }
    #expect(throws: PDEError.nonFinite(what: "observation", point: [0.5], value: .infinity)) {
      try solve(Observation(at: [0.5], values: [.infinity]))
    }
    #expect(throws: PDEError.self) {
      try PDE(on: .box([0, 1])) { u in
        Equation(laplacian(u) == 1)
        Observation(of: u * u, at: [0.5], values: [1])
      }.solve(grid: [20])
    }
  }

  @Test("values at one place that contradict each other by far more than their noise are refused")
  func contradiction() throws {
    let point = [0.3]
    func problem(_ noise: Double) -> PDE {
      PDE(on: .box([0, 1])) { u in
        Equation(laplacian(u) == { -9 * sin(3 * $0) })
        Boundary(.dirichlet({ sin(3 * $0) }))
        Observation(at: [0.7] + point, values: [sin(2.1), 0.5], noise: noise)
        Observation(of: d(u, .x), at: point, values: [3], noise: noise)
        Observation(at: point, values: [1.5], noise: noise)
      }
    }
    #expect(
      throws: PDEError.invalidObservation(
        statement: 2,
        reason: """
          0.5 and 1.5 at [0.3] differ by 707.0 standard deviations of their noise, expected at most 30.0: give a larger \
          noise, or none for it to be found
          """)
    ) { try problem(1e-3).solve(grid: [40]) }
    _ = try problem(0.1).solve(grid: [40])
  }
}
