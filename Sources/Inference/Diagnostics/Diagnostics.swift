import Foundation
import NumericCore

/// Convergence diagnostics of the draws of one number, chain by chain (Vehtari, Gelman, Simpson, Carpenter
/// and Bürkner 2021), as ArviZ and posterior compute them.
///
/// Chains of different lengths are cut to the shortest, and chains without a draw are left out. Everything is
/// NaN where a chain has fewer than 4 draws, or a draw is not finite.
public enum Diagnostics {
  /// The rank-normalised split R-hat: the larger one of bulk and folded. Near 1 where the chains agree;
  /// infinite for chains that never move and differ; NaN for constant draws. One chain is compared with
  /// itself: its first half with its second.
  public static func rHat(_ chains: [[Double]]) -> Double {
    guard let halves = ChainSample(chains)?.split else { return .nan }
    return halves.rankRHat(scores: halves.normalScores)
  }

  /// The effective sample size of the rank-normalised draws.
  public static func bulkESS(_ chains: [[Double]]) -> Double {
    ChainSample(chains)?.split.normalScores.effectiveSampleSize ?? .nan
  }

  /// The smaller effective sample size of the 5% and 95% quantiles.
  public static func tailESS(_ chains: [[Double]]) -> Double {
    ChainSample(chains)?.tailESS ?? .nan
  }

  /// The effective sample size of the mean.
  public static func meanESS(_ chains: [[Double]]) -> Double {
    ChainSample(chains)?.split.effectiveSampleSize ?? .nan
  }

  /// The effective sample size of the standard deviation: that of the mean of (x - mean)^2.
  public static func standardDeviationESS(_ chains: [[Double]]) -> Double {
    ChainSample(chains)?.squaredDeviations.split.effectiveSampleSize ?? .nan
  }

  /// The effective sample size of a quantile: that of the mean of [x <= quantile].
  public static func quantileESS(_ chains: [[Double]], _ probability: Double) -> Double {
    guard let sample = ChainSample(chains), (0...1).contains(probability) else { return .nan }
    return sample.quantileESS(probability)
  }

  /// The Monte Carlo standard error of the mean: the standard deviation over the root of the effective sample
  /// size.
  public static func meanMCSE(_ chains: [[Double]]) -> Double {
    ChainSample(chains)?.meanMCSE ?? .nan
  }

  /// The Monte Carlo standard error of the standard deviation, by the delta method from that of the variance.
  /// NaN for constant draws.
  public static func standardDeviationMCSE(_ chains: [[Double]]) -> Double {
    guard let sample = ChainSample(chains), !sample.isConstant else { return .nan }
    let deviation = standardDeviation(sample.values)
    let squares = sample.map { $0 / deviation }.squaredDeviations
    let (variance, fourth) = (mean(squares.values), mean(squares.values.map { $0 * $0 }))
    let error = (fourth - variance * variance) / squares.split.effectiveSampleSize
    return deviation * (max(error, 0) / variance / 4).squareRoot()
  }

  /// The Monte Carlo standard error of a quantile: half the distance between the order statistics that bound
  /// a one-sigma interval of its rank.
  public static func quantileMCSE(_ chains: [[Double]], _ probability: Double) -> Double {
    guard let sample = ChainSample(chains), (0...1).contains(probability) else { return .nan }
    let size = sample.quantileESS(probability)
    guard size.isFinite else { return .nan }
    let sorted = sample.values.sorted()
    let (a, b) = (size * probability + 1, size * (1 - probability) + 1)
    let n = Double(sorted.count)
    let low = max(inverseRegularizedBeta(a, b, normalCDF(-1)) * n - 1, 0).rounded(.down)
    let high = min(inverseRegularizedBeta(a, b, normalCDF(1)) * n - 1, n - 1).rounded(.up)
    guard low >= 0, high >= low else { return .nan }
    return (sorted[Int(high)] - sorted[Int(low)]) / 2
  }

  /// The energy Bayesian fraction of missing information of one chain (Betancourt 2016), sum of (E_i -
  /// E_(i-1))^2 over sum of (E_i - mean)^2: below 0.3, the momentum redraws explore the energies too slowly.
  /// NaN for fewer than two energies, and for constant ones.
  public static func energyBFMI(_ energies: [Double]) -> Double {
    guard energies.count > 1 else { return .nan }
    let mean = mean(energies)
    var (moves, spread) = (0.0, 0.0)
    for i in energies.indices {
      if i > 0 { moves += (energies[i] - energies[i - 1]) * (energies[i] - energies[i - 1]) }
      spread += (energies[i] - mean) * (energies[i] - mean)
    }
    return moves / spread
  }
}

extension ChainSample {
  /// What a summary shows, with the ranks found once.
  static func figures(
    _ chains: [[Double]]
  ) -> (meanMCSE: Double, bulkESS: Double, tailESS: Double, rHat: Double) {
    guard let sample = ChainSample(chains) else { return (.nan, .nan, .nan, .nan) }
    let halves = sample.split
    let scores = halves.normalScores
    return (sample.meanMCSE, scores.effectiveSampleSize, sample.tailESS, halves.rankRHat(scores: scores))
  }

  fileprivate var meanMCSE: Double {
    Diagnostics.standardDeviation(values) / split.effectiveSampleSize.squareRoot()
  }

  fileprivate var tailESS: Double {
    let limits = Diagnostics.quantiles(values, [0.05, 0.95])
    return min(belowESS(limits[0]), belowESS(limits[1]))
  }

  /// The larger R-hat of split chains: of their normal scores, and of their distances from the median.
  fileprivate func rankRHat(scores: ChainSample) -> Double {
    let (bulk, tail) = (scores.rHat, folded.normalScores.rHat)
    // Folded, two values at one distance from the median are constant.
    return tail.isNaN ? bulk : max(bulk, tail)
  }

  /// The potential scale reduction of the chains as they are.
  fileprivate var rHat: Double {
    let n = Double(draws)
    let between = Diagnostics.standardDeviation(means)
    let within = variances.reduce(0, +) / Double(chains)
    return ((n * between * between / within + n - 1) / n).squareRoot()
  }

  fileprivate var squaredDeviations: ChainSample {
    let mean = Diagnostics.mean(values)
    return map { ($0 - mean) * ($0 - mean) }
  }

  fileprivate func quantileESS(_ probability: Double) -> Double {
    belowESS(Diagnostics.quantile(values, probability))
  }

  private func belowESS(_ limit: Double) -> Double {
    map { $0 <= limit ? 1 : 0 }.split.effectiveSampleSize
  }
}
