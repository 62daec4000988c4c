#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension RandomNumberGenerator {
  /// How many of `trials` (0 to 2^53) succeed, each with the same probability: inversion where the smaller of
  /// the expected numbers of successes and of failures is below 10, transformed rejection from there on
  /// (BTRS: Hörmann, 'The generation of binomial random variates', 1993). The cost does not grow with the
  /// trials.
  @inlinable public mutating func binomial(
    trials: Int, probability: Double
  ) throws(SamplingError) -> Int {
    guard trials >= 0, trials <= 1 &<< 53 else {
      throw SamplingError(
        sampler: "binomial", parameter: "trials", value: Double(trials), expected: "from 0 to 2^53")
    }
    try requireProbability("binomial", probability)
    let isMirrored = probability > 0.5
    let p = isMirrored ? 1 - probability : probability
    let successes: Int
    if trials == 0 || p == 0 {
      successes = 0
    } else if Double(trials) * p < 10 {
      successes = binomialByInversion(trials, p)
    } else {
      successes = binomialByRejection(Double(trials), p)
    }
    return isMirrored ? trials - successes : successes
  }

  @inlinable mutating func binomialByInversion(_ trials: Int, _ p: Double) -> Int {
    let n = Double(trials)
    var u = uniform()
    let odds = p / (1 - p)
    var probability = exp(n * log1p(-p))
    var k = 0
    while u > probability, k < trials {
      u -= probability
      probability *= odds * ((n - Double(k)) / Double(k + 1))
      k += 1
      // past the resolution of u nothing but the rounding of the sum is left
      if probability < 0x1p-60, Double(k) > n * p { break }
    }
    return k
  }

  /// The names are those of the paper; p <= 1/2 and n p >= 10.
  @inlinable mutating func binomialByRejection(_ n: Double, _ p: Double) -> Int {
    let spq = (n * p * (1 - p)).squareRoot()
    let b = 1.15 + 2.53 * spq
    let a = -0.0873 + 0.0248 * b + 0.01 * p
    let c = n * p + 0.5
    let vr = 0.92 - 4.2 / b
    let alpha = (2.83 + 5.1 / b) * spq
    let mode = ((n + 1) * p).rounded(.down)
    let atMode = SaddlePoint.logBinomial(mode, trials: n, probability: p)
    while true {
      let u = uniform() - 0.5
      let v = uniform()
      let us = 0.5 - u.magnitude
      let k = ((2 * a / us + b) * u + c).rounded(.down)
      if us >= 0.07, v <= vr { return Int(k) }
      if k < 0 || k > n { continue }
      let bound = SaddlePoint.logBinomial(k, trials: n, probability: p) - atMode
      if log(v * alpha / (a / (us * us) + b)) <= bound { return Int(k) }
    }
  }
}
