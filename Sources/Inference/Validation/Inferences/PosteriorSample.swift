import Foundation
import NumericCore
import PPL

/// An inference that gives draws of a model's posterior, weighted or not: what is validated as a whole.
///
/// What conforms is checked by `PosteriorLaws`, against known posteriors, and by
/// `SimulationBasedCalibration`, on any model.
public protocol PosteriorSampler: Sendable {
  /// - Parameter seed: the same seed gives the same sample.
  func posteriorSample<Value>(of model: Model<Value>, seed: UInt64) async throws -> PosteriorSample
}

/// Draws of a posterior, in parts that are independent of each other: chains, islands, or single draws.
public struct PosteriorSample: Sendable {
  public let draws: VariableColumns
  /// The number of draws of each part.
  public let counts: [Int]
  /// The logarithms of the draws' weights w, where they have any: such that the mean of w f over each part
  /// is, in the mean, the integral of f against the unnormalised posterior; its mass is the evidence. Nil for
  /// equal weights.
  public let logWeights: [Double]?
  /// Whether the sample is the posterior itself, without sampling error.
  public let isExact: Bool

  public init(draws: VariableColumns, counts: [Int], logWeights: [Double]? = nil, isExact: Bool = false) {
    (self.draws, self.counts, self.logWeights, self.isExact) = (draws, counts, logWeights, isExact)
  }

  public var count: Int { counts.reduce(0, +) }

  /// Numbers of all draws, part by part.
  func parts(of x: [Double]) -> [[Double]] {
    var first = 0
    return counts.map { count in
      defer { first += count }
      return Array(x[first..<(first + count)])
    }
  }

  /// The means over each part of w f, of weighted draws.
  func weightedMeans(of f: [Double]) -> [Double] {
    let weights = logWeights?.map(exp) ?? f.map { _ in 1 }
    return parts(of: zip(weights, f).map { $0 == 0 ? 0 : $0 * $1 }).map { $0.reduce(0, +) / Double($0.count) }
  }

  /// The numbers of so many draws from the posterior: evenly spaced ones of chains, all chains in turn, or,
  /// of weighted draws, resampled ones.
  ///
  /// - Throws: `ResamplingError.allWeightsZero`; `StatisticsError.tooFew` where chains have fewer draws.
  func chosen(_ wanted: Int, key: RandomKey) throws -> [Int] {
    if let logWeights {
      return try StratifiedResampling().ancestors(logWeights: logWeights, count: wanted, key: key)
    }
    guard count >= wanted else { throw StatisticsError.tooFew(of: "draws", count, expected: wanted) }
    return (0..<wanted).map { Int((Double($0) + 0.5) * Double(count) / Double(wanted)) }
  }
}
