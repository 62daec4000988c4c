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
      "SMC squared, 3 particles",
      { effort in squared(particles: 3, SequentialMonteCarlo(particles: 3), moves: 1, effort) }, law: .nesting,
      on: Persistence.reference),
    // Without moves, that would replace the copies of populations.
    .sampler(
      "SMC squared, paths",
      { effort in
        squared(particles: 8, SequentialMonteCarlo(particles: 4) { Resample(.multinomial) }, moves: 0, effort)
      }, law: .nesting, on: Persistence.reference),
  ]

  private static func squared(
    particles: Int, _ inner: SequentialMonteCarlo, moves: Int, _ effort: Double
  ) -> SequentialMonteCarloSquared {
    SequentialMonteCarloSquared(
      over: ["theta"], particles: particles, inner: inner, islands: scaled(3_000, effort), moves: moves,
      proposal: .walk(covariance: Matrix.identity(1), scale: 1.2), resampling: .multinomial, when: .always)
  }
}

/// A sign that stays as it is with probability theta, of the law Beta(8, 2), and is seen through noise.
private enum Persistence {
  private static let data = [-0.1, 0.1, 1.5, 1.2]
  private static let noise = 0.8

  /// Paths are summed, and theta is integrated exactly: the integrands are polynomials.
  @Sendable static func reference() throws -> [ReferenceModel] {
    let model = Model {
      let theta = Latent("theta", Beta(8, 2))
      let first = Latent("start", Bernoulli(0.5)).choose(Random<Double>(1), else: Random<Double>(-1))
      let scan = Scan("signs", over: data, from: first) { sign, y in
        let next = Latent("stays", Bernoulli(theta)).choose(sign, else: -sign)
        Observe(y, from: Normal(next, noise), as: "y")
        Return(next)
      }
      scan
      Return((theta: theta, first: first, path: scan.states, ends: first * scan.final, middle: first * scan.states[1]))
    }
    let evidence = integral { _, _ in 1 }
    return [
      ReferenceModel(
        "persistence", model, evidence: evidence,
        expectations: [
          .init("theta", of: "theta", equals: integral { theta, _ in theta } / evidence),
          .init("first", of: "first", equals: integral { _, path in path[0] } / evidence),
          .init("path[1]", of: "path", element: 1, equals: integral { _, path in path[2] } / evidence),
          .init("first path[3]", of: "ends", equals: integral { _, path in path[0] * path[4] } / evidence),
          .init("first path[1]", of: "middle", equals: integral { _, path in path[0] * path[2] } / evidence),
        ])
    ]
  }

  /// The integral of a function of theta and of the path, the first sign included, against the unnormalised posterior.
  private static func integral(_ f: (_ theta: Double, _ path: [Double]) -> Double) -> Double {
    ReferenceModel.gaussLegendre.reduce(0) { sum, node in
      let theta = 0.5 + node.x / 2
      // Beta(8, 2) has the density 72 theta^7 (1 - theta).
      let prior: Double = 72 * pow(theta, 7) * (1 - theta)
      return (0..<(2 << data.count)).reduce(sum) { sum, number in
        let path = (0...data.count).map { number >> $0 & 1 == 1 ? 1.0 : -1 }
        var weight: Double = node.weight / 2 * prior * 0.5 * f(theta, path)
        for (t, y) in data.enumerated() {
          let z: Double = (y - path[t + 1]) / noise
          weight *= path[t + 1] == path[t] ? theta : 1 - theta
          weight *= exp(-0.5 * z * z) / (noise * (2 * Double.pi).squareRoot())
        }
        return sum + weight
      }
    }
  }
}
