import NumericCore

/// The inverse temperatures from the prior, 0, to the posterior, 1.
public enum TemperingSchedule: Sendable, Equatable {
  /// These ones, increasing, above 0 and up to 1. With a kernel that does not adapt, the evidence estimate is unbiased.
  case fixed([Double])
  /// The next one leaves so large a fraction of the particles that have weight as the effective sample size (Jasra, Stephens,
  /// Doucet and Tsagaris, 'Inference for Lévy-driven stochastic volatility models via adaptive sequential Monte Carlo',
  /// 2011). The evidence estimate is consistent, and slightly biased.
  case adaptive(effectiveSampleFraction: Double)

  /// - Throws: `InferenceError.invalidSetting`.
  public func validate() throws(InferenceError) {
    switch self {
    case .fixed(let values):
      for (last, next) in zip([0] + values, values) where !(next > last && next <= 1) {
        throw .invalidSetting(name: "inverse temperature", value: next, expected: "above \(last), and not above 1")
      }
      guard values.last == 1 else {
        throw .invalidSetting(name: "the last inverse temperature", value: values.last ?? 0, expected: "1")
      }
    case .adaptive(let fraction):
      guard fraction > 0, fraction < 1 else {
        throw .invalidSetting(name: "effectiveSampleFraction", value: fraction, expected: "between 0 and 1")
      }
    }
  }

  /// The one after `step` others, of which `last` is the last, for equally weighted particles.
  func next(_ step: Int, after last: Double, logLikelihoods: [Double]) throws -> Double {
    guard case .adaptive(let fraction) = self else {
      if case .fixed(let values) = self { return values[step] }
      return 1
    }
    let alive = logLikelihoods.count { $0 > -.infinity }
    guard alive > 0 else { return 1 }
    let equal = Array(repeating: 0.0, count: logLikelihoods.count)
    func size(_ exponent: Double) throws -> Double {
      try equal.withUnsafeBufferPointer { weights in
        try logLikelihoods.withUnsafeBufferPointer {
          try LogWeights.conditionalEffectiveSampleSize(weights, increments: $0, exponent: exponent)
        }
      }
    }
    let wanted = fraction * Double(alive)
    var (low, high) = (0.0, 1 - last)
    if try size(high) >= wanted { return 1 }
    // To a millionth of the step, by halving.
    while high - low > 1e-6 * high {
      let middle = 0.5 * (low + high)
      if try size(middle) >= wanted { low = middle } else { high = middle }
      if last + middle == last { throw InferenceError.temperingStalled(inverseTemperature: last) }
    }
    return last + high
  }
}
