import Foundation
import Inference
import NumericCore
import PPL

extension Enrolled {
  /// SMC^2 where nothing adapts, so that its evidence and integrals are unbiased for any numbers of particles.
  public static let squared: [Enrolled] = [
    .sampler(
      "SMC squared, 1 particle",
      { effort in squared(particles: 3, SequentialMonteCarlo(particles: 1), moves: 2, effort) }, law: .nesting,
      on: ReferenceModel.hierarchical),
    .sampler(
      "SMC squared, paths",
      { effort in
        let inner = SequentialMonteCarlo(particles: 4) {
          Resample(.multinomial, when: .effectiveSampleFraction(below: 0.8))
        }
        return squared(particles: 4, inner, moves: 1, effort)
      }, law: .nesting, on: Persistence.reference),
  ]

  private static func squared(
    particles: Int, _ inner: SequentialMonteCarlo, moves: Int, _ effort: Double
  ) -> SequentialMonteCarloSquared {
    SequentialMonteCarloSquared(
      over: ["theta"], particles: particles, inner: inner, islands: scaled(3_000, effort), moves: moves,
      proposal: .walk(covariance: Matrix.identity(1), scale: 1.2), when: .always)
  }
}

/// A coin that stays as it is with probability theta, of the law Beta(2, 2), and is seen through noise: a path of 0 and 1.
private enum Persistence {
  private static let data = [1.2, 0.6, -0.9, 1.5]

  /// Paths are summed, and theta is integrated exactly: the integrands are polynomials.
  @Sendable static func reference() throws -> [ReferenceModel] {
    let data = data
    let model = Model {
      let theta = Latent("theta", Beta(2, 2))
      let first = Latent("first", Bernoulli(0.5))
      let scan = Scan("coins", over: data, from: first) { coin, y in
        let next = Latent("coin", Bernoulli(coin.choose(theta, else: 1 - theta)))
        Observe(y, from: Normal(next.choose(Random<Double>(1), else: Random<Double>(-1)), 1), as: "y")
        Return(next)
      }
      scan
      Return((first: first, path: scan.states))
    }
    let steps = data.count
    func path(_ number: Int) -> [Double] { (0...steps).map { Double(number >> $0 & 1) } }
    func integral(_ f: (_ theta: Double, _ path: [Double]) -> Double) -> Double {
      ReferenceModel.gaussLegendre.reduce(0) { sum, node in
        let theta = 0.5 + node.x / 2
        let paths = (0..<(2 << steps)).map(path).reduce(0) { sum, path in
          var weight: Double = 0.5 * f(theta, path)
          for (t, y) in data.enumerated() {
            weight *= path[t + 1] == path[t] ? theta : 1 - theta
            let z: Double = y - (2 * path[t + 1] - 1)
            weight *= exp(-0.5 * z * z) / (2 * Double.pi).squareRoot()
          }
          return sum + weight
        }
        return sum + node.weight / 2 * 6 * theta * (1 - theta) * paths
      }
    }
    let evidence = integral { _, _ in 1 }
    return [
      ReferenceModel(
        "persistence", model, evidence: evidence,
        expectations: [
          .init("theta", of: "theta", equals: integral { theta, _ in theta } / evidence),
          .init("first", of: "first", equals: integral { _, path in path[0] } / evidence),
          .init("path[0]", of: "path", element: 0, equals: integral { _, path in path[1] } / evidence),
          .init("path[1]", of: "path", element: 1, equals: integral { _, path in path[2] } / evidence),
        ])
    ]
  }
}
