import Foundation
import NumericCore

/// A Gaussian random walk that learns its covariance and scale while it is warmed up, and then keeps them: what is learned
/// for ever would not leave the target invariant (Haario, Saksman and Tamminen, 'An adaptive Metropolis algorithm', 2001;
/// Andrieu and Thoms, 'A tutorial on adaptive MCMC', 2008, algorithm 4).
struct RandomWalk {
  /// The acceptance rate that is optimal for a target whose logarithm is estimated with a standard deviation near 1 to 2
  /// (Sherlock et al., 'On the efficiency of pseudo-marginal random walk Metropolis algorithms', 2015: 0.07; Doucet et al.
  /// 2015: 0.2 where the error is small). Half-way, for estimates of either kind.
  private static let targetAcceptance = 0.15

  private var estimate: CovarianceEstimate
  private var factor: Matrix
  private var logScale: Double
  private var count = 0

  init(dimension: Int) {
    estimate = CovarianceEstimate(dimension: dimension, isDense: true)
    factor = Matrix.identity(dimension)
    // 2.38^2 / d is the scale that is optimal for normal targets (Roberts, Gelman and Gilks 1997).
    logScale = log(2.38 / Double(max(dimension, 1)).squareRoot())
  }

  func propose(from position: [Double], using stream: inout RandomStream) -> [Double] {
    let z = position.map { _ in stream.normal() }
    return position.indices.map { i in
      position[i] + exp(logScale) * (0...i).reduce(0) { $0 + factor[i, $1] * z[$1] }
    }
  }

  /// Learns from an iteration of warm-up.
  mutating func learn(_ position: [Double], acceptance: Double) throws {
    count += 1
    logScale += pow(Double(count), -0.6) * (acceptance - Self.targetAcceptance)
    position.withUnsafeBufferPointer { if let base = $0.baseAddress { estimate.add(base) } }
    // Not before there are enough draws to span the space twice.
    guard count >= max(50, 2 * position.count), count % 25 == 0 else { return }
    factor = try Cholesky(estimate.covariance).lower
  }
}
