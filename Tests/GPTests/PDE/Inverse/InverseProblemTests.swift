import Foundation
import GP
import NumericCore
import Testing

@Suite("Unknown coefficients from noisy observations")
struct InverseProblemTests {
  static let source: @Sendable (Double) -> Double = { 10 * sin(.pi * $0) + 40 * sin(3 * .pi * $0) }

  /// -a u'' + b u = f with u = 0 at both ends.
  static let reaction = InverseProblem(
    parameters: [
      .init("diffusion", mean: 1, standardDeviation: .infinity),
      .init("decay", mean: 1, standardDeviation: .infinity),
    ]
  ) { theta in
    PDE(on: .box([0, 1])) { u in
      Equation(theta[1] * u - theta[0] * d(u, .x, order: 2) == source)
      Boundary(.dirichlet(0))
    }
  }

  /// u for given coefficients.
  static func exact(_ a: Double, _ b: Double, _ x: Double) -> Double {
    10 * sin(.pi * x) / (a * .pi * .pi + b) + 40 * sin(3 * .pi * x) / (9 * a * .pi * .pi + b)
  }

  static func observations(_ a: Double, _ b: Double, noise: Double, seed: Int) -> [InverseProblem.Observation] {
    let normals = RandomKey(seed: UInt64(seed)).normals(40)
    return normals.enumerated().map { i, z in
      let x = (Double(i) + 0.5) / 40
      return .init(at: [x], value: exact(a, b, x) + noise * z)
    }
  }

  @Test("90% intervals of two coefficients hold them nine times of ten: 100 data sets, seeds 1 to 100")
  func coverage() throws {
    let (a, b, noise) = (0.7, 4.0, 0.02)
    var held = [0, 0]
    var z = [0.0, 0.0]
    for seed in 1...100 {
      let found = try Self.reaction.fit(Self.observations(a, b, noise: noise, seed: seed), grid: [40])
      for (k, (name, truth)) in [("diffusion", a), ("decay", b)].enumerated() {
        if try found.interval(of: name).contains(truth) { held[k] += 1 }
        z[k] += (found.values[k] - truth) / found.standardDeviations[k] / 10
      }
    }
    for k in 0...1 {
      // 89.2 expected (the normal quantile for a t with 38 degrees of freedom), with a standard deviation of 3.1.
      #expect((77...100).contains(held[k]), "\(held)")
      #expect(z[k].magnitude < 4, "\(z)")
    }
  }

  @Test("mode and deviation are those of the posterior on a grid of the coefficient")
  func quadrature() throws {
    let problem = InverseProblem(parameters: [.init("decay", mean: 3, standardDeviation: 2)]) { theta in
      PDE(on: .box([0, 1])) { u in
        Equation(theta[0] * u - 0.7 * d(u, .x, order: 2) == Self.source)
        Boundary(.dirichlet(0))
      }
    }
    let noise = 0.01
    let observations = Self.observations(0.7, 4, noise: noise, seed: 1)
    let found = try problem.fit(observations, grid: [40], noise: noise)
    let thetas = uniform(3, 5, 2001)
    let logs = thetas.map { theta in
      -0.5 * (theta - 3) * (theta - 3) / 4
        - observations.reduce(0) {
          let miss = ($1.value - Self.exact(0.7, theta, $1.point[0])) / noise
          return $0 + 0.5 * miss * miss
        }
    }
    let top = logs.max() ?? 0
    let weights = logs.map { exp($0 - top) }
    let total = weights.reduce(0, +)
    let mean = zip(weights, thetas).reduce(0) { $0 + $1.0 * $1.1 } / total
    let variance = zip(weights, thetas).reduce(0) { $0 + $1.0 * ($1.1 - mean) * ($1.1 - mean) } / total
    // The posterior is a little skewed.
    #expect((found.values[0] - mean).magnitude < 0.05 * variance.squareRoot())
    #expect((found.standardDeviations[0] / variance.squareRoot() - 1).magnitude < 0.02)
    // u's deviation, by the same quadrature.
    let x = 0.4
    let values = thetas.map { Self.exact(0.7, $0, x) }
    let u = zip(weights, values).reduce(0) { $0 + $1.0 * $1.1 } / total
    let spread = (zip(weights, values).reduce(0) { $0 + $1.0 * ($1.1 - u) * ($1.1 - u) } / total).squareRoot()
    #expect((try found.standardDeviations(on: [[x]])[0] / spread - 1).magnitude < 0.02)
  }

  @Test("the diffusivity of the heat equation, from points in space and time")
  func heat() throws {
    let exact: @Sendable (Double, Double) -> Double = { exp(-0.3 * .pi * .pi * $1) * sin(.pi * $0) + $0 }
    let problem = InverseProblem(parameters: [.init("diffusivity", mean: 1, standardDeviation: 1)]) { theta in
      PDE(on: .box([0, 1], [0, 1])) { u in
        Equation(d(u, .y) - theta[0] * d(u, .x, order: 2) == 0)
        Boundary(.dirichlet({ x, _ in x }), on: .lower(.x), .upper(.x))
        Boundary(.dirichlet({ x, _ in sin(.pi * x) + x }), on: .lower(.y))
      }
    }
    let normals = RandomKey(seed: 3).normals(30)
    let observations = normals.enumerated().map { i, z in
      let (x, t) = (Double(i % 6 + 1) / 7, Double(i / 6 + 1) / 6)
      return InverseProblem.Observation(at: [x, t], value: exact(x, t) + 0.01 * z)
    }
    let found = try problem.fit(observations, grid: [24, 24])
    #expect((found.values[0] - 0.3).magnitude < 4 * found.standardDeviations[0])
    #expect(found.standardDeviations[0] < 0.02)
    #expect((found.noise / 0.01 - 1).magnitude < 0.5)
  }

  @Test("what cannot be fitted is said")
  func errors() {
    let observations = Self.observations(1, 1, noise: 0.1, seed: 1)
    #expect(throws: InverseProblemError.tooFewObservations(2, parameters: 2)) {
      try Self.reaction.fit(Array(observations.prefix(2)), grid: [40])
    }
    #expect(throws: InverseProblemError.invalidNoise(0)) {
      try Self.reaction.fit(observations, grid: [40], noise: 0)
    }
    #expect(throws: InverseProblemError.invalidObservation(index: 0, value: .infinity)) {
      try Self.reaction.fit([.init(at: [0.5], value: .infinity)] + observations, grid: [40])
    }
    #expect(throws: PDEError.outsideDomain(axis: 0, value: 2, lower: 0, upper: 1)) {
      try Self.reaction.fit([.init(at: [2], value: 1)] + observations, grid: [40])
    }
    let useless = InverseProblem(parameters: [.init("nothing", mean: 0, standardDeviation: .infinity)]) { _ in
      PDE(on: .box([0, 1])) { u in
        Equation(laplacian(u) == 1)
        Boundary(.dirichlet(0))
      }
    }
    #expect(throws: InverseProblemError.undetermined(["nothing"])) { try useless.fit(observations, grid: [20]) }
  }
}
