import Foundation
import NumericCore

/// The law of a number of events whose rate is not quite known: Poisson given a gamma factor of mean 1 and variance
/// phi, which is negative binomial (Greenwood and Yule 1920), with a = 1 / phi,
///
///     P(K = k) = Gamma(k + a) / (Gamma(a) k!) (m / (a + m))^k (a / (a + m))^a, mean m, variance m + phi m^2,
///
/// and Poisson where phi is 0.
public struct CountLaw: Sendable, Equatable {
  public let mean: Double
  /// phi, the variance of the factor.
  public let dispersion: Double

  /// More events are not counted.
  private static let mostMean = 1e12

  /// - Throws: `DynamicNetworkError.invalidSetting` unless the mean is from 0 to 1e12, and the dispersion >= 0 and
  ///   finite.
  public init(mean: Double, dispersion: Double = 0) throws(DynamicNetworkError) {
    guard mean >= 0, mean <= Self.mostMean else {
      throw .invalidSetting(name: "mean of a number of events", value: mean, expected: "from 0 to 1e12")
    }
    guard dispersion >= 0, dispersion.isFinite else {
      throw .invalidSetting(name: "dispersion", value: dispersion, expected: ">= 0 and finite")
    }
    self.init(unchecked: mean, dispersion)
  }

  init(unchecked mean: Double, _ dispersion: Double) { (self.mean, self.dispersion) = (mean, dispersion) }

  public var variance: Double { mean + dispersion * mean * mean }

  /// Whether no probability differs from Poisson's by more than about 1e-8.
  private var isPoisson: Bool { dispersion * max(mean, 1) < 1e-8 }

  /// log P(K = k); minus infinity for k < 0.
  public func logProbability(of k: Int) -> Double {
    guard k >= 0 else { return -.infinity }
    guard mean > 0 else { return k == 0 ? 0 : -.infinity }
    let count = Double(k)
    if isPoisson { return count * log(mean) - mean - logGamma(count + 1) }
    let excess = dispersion * mean
    let none = -log1p(excess) / dispersion
    // Gamma(k + a) / (Gamma(a) k!) = 1 / (k B(a, k)).
    return k == 0 ? none : none - count * log1p(1 / excess) - log(count) - logBeta(1 / dispersion, count)
  }

  /// P(K <= k).
  public func probability(upTo k: Int) -> Double {
    guard k > 0, mean > 0 else { return k < 0 ? 0 : exp(logProbability(of: 0)) }
    let excess = dispersion * mean
    return isPoisson
      ? regularizedGammaQ(Double(k) + 1, mean) : regularizedBeta(1 / dispersion, Double(k) + 1, 1 / (1 + excess))
  }

  /// The least k with P(K <= k) >= p. Cost: some tens of distribution functions.
  ///
  /// - Throws: `DynamicNetworkError.invalidSetting` unless p is between 0 and 1.
  public func quantile(_ p: Double) throws(DynamicNetworkError) -> Int {
    guard p > 0, p < 1 else { throw .invalidSetting(name: "probability", value: p, expected: "between 0 and 1") }
    guard probability(upTo: 0) < p else { return 0 }
    // P(K <= low) < p <= P(K <= high), but for quantiles beyond 2^60.
    var (low, high) = (0, 1)
    while probability(upTo: high) < p, high < 1 << 60 { (low, high) = (high, 2 * high) }
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if probability(upTo: middle) < p { low = middle } else { high = middle }
    }
    return high
  }

  /// The central interval: from the quantile of (1 - level) / 2 to that of (1 + level) / 2, which holds at least
  /// `level`.
  ///
  /// - Throws: `DynamicNetworkError.invalidSetting` unless the level is between 0 and 1.
  public func interval(_ level: Double) throws(DynamicNetworkError) -> ClosedRange<Int> {
    guard level > 0, level < 1 else {
      throw .invalidSetting(name: "level", value: level, expected: "between 0 and 1")
    }
    return try quantile(0.5 * (1 - level))...quantile(0.5 * (1 + level))
  }
}
