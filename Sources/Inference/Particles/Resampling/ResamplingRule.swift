/// When a population is resampled.
public enum ResamplingRule: Hashable, Sendable {
  case always
  case never
  /// Where the effective sample size is below a fraction of the number of particles, which lies above 0 and
  /// not above 1. Evidence estimates stay unbiased (Del Moral, Doucet and Jasra, 'On adaptive resampling
  /// strategies for sequential Monte Carlo methods', 2012).
  case effectiveSampleFraction(below: Double)

  /// - Throws: `InferenceError.invalidSetting` for a fraction outside of its range.
  public func validate() throws(InferenceError) {
    guard case .effectiveSampleFraction(let fraction) = self, !(fraction > 0 && fraction <= 1) else { return }
    throw .invalidSetting(name: "effective sample fraction", value: fraction, expected: "above 0 and not above 1")
  }

  public func isDue(_ weights: WeightSummary) -> Bool {
    switch self {
    case .always: true
    case .never: false
    case .effectiveSampleFraction(let fraction): weights.effectiveSampleSize < fraction * Double(weights.count)
    }
  }
}
