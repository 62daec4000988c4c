import Foundation
import GP
import NumericCore
import Testing

/// Expectations of the logistic function, by what they make of single observations.
@Suite struct LatentLikelihoodTests {
  /// The response of a prior that says little or much, before data, in both regimes of the quadrature: 0.5 by symmetry
  /// about 0; and with the data of one observation, the bound of its definition by adaptive quadrature.
  @Test(arguments: [1e-6, 0.3, 0.99, 1.01, 4, 1e4]) func expectationsAreThoseOfQuadrature(
    variance: Double
  ) throws {
    let kernel = try RadialKernel(.matern12, lengthScale: 1).scaled(by: variance)
    let process = try LatentGaussianProcess(kernel, .bernoulli)
    let posterior = try process.condition(on: Matrix(points: [0]), [1])
    // Far away is the prior.
    let far = try posterior.response(at: Matrix(points: [1e6]))
    #expect(abs(far[0] - 0.5) < 1e-12)
    let q = try posterior.predict(at: Matrix(points: [0]))
    let (m, v) = (q.mean[0], q.variance[0])
    func expectation(_ f: @escaping (Double) -> Double) throws -> Double {
      let deviation = v.squareRoot()
      return try [(-10.0, -m / deviation), (-m / deviation, 10)].reduce(0) { sum, range in
        guard range.1 > range.0 else { return sum }
        return sum
          + (try integrate(
            from: range.0, to: range.1, relativeTolerance: 1e-11, absoluteTolerance: 1e-14, maximumIntervals: 4000
          ) { exp(-0.5 * $0 * $0) / (2 * .pi).squareRoot() * f(m + deviation * $0) }.value)
      }
    }
    let logarithm = try expectation { -log1p(exp(-abs($0))) + min($0, 0) }
    // KL(q | prior) of normal laws.
    let divergence = 0.5 * (v / variance + m * m / variance - 1 - log(v / variance))
    #expect(abs(posterior.evidenceBound - (logarithm - divergence)) < 1e-8 * (1 + abs(logarithm)))
    let probability = try expectation { 1 / (1 + exp(-$0)) }
    #expect(abs(try posterior.response(at: Matrix(points: [0]))[0] - probability) < 1e-9)
  }
}
