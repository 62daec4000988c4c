#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension RandomNumberGenerator {
  /// How many failures come before the first success, for 0 < probability <= 1, by inversion; takes one word.
  /// A number too large for an Int (a probability below 4e-18) is given as Int.max.
  @inlinable public mutating func geometric(probability: Double) throws(SamplingError) -> Int {
    guard probability > 0, probability <= 1 else {
      throw SamplingError(
        sampler: "geometric", parameter: "probability", value: probability, expected: "> 0 and at most 1")
    }
    let failures = (exponential() / -log1p(-probability)).rounded(.down)
    return failures < 0x1p63 ? Int(failures) : Int.max
  }

  /// True with the given probability; takes one word.
  @inlinable public mutating func bernoulli(probability: Double) throws(SamplingError) -> Bool {
    try requireProbability("bernoulli", probability)
    return uniform() < probability
  }
}
