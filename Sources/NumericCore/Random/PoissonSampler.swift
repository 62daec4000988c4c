#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension RandomNumberGenerator {
  /// Poisson, for a rate from 0 to 2^62: inversion below 10, transformed rejection from there on (PTRS:
  /// Hörmann, 'The transformed rejection method for generating Poisson random variables', 1993). Above 2^52
  /// a draw is rounded to a number that a Double holds. The cost does not grow with the rate.
  @inlinable public mutating func poisson(rate: Double) throws(SamplingError) -> Int {
    guard rate >= 0, rate <= 0x1p62 else {
      throw SamplingError(sampler: "poisson", parameter: "rate", value: rate, expected: "from 0 to 2^62")
    }
    return rate < 10 ? poissonByInversion(rate) : poissonByRejection(rate)
  }

  @inlinable mutating func poissonByInversion(_ rate: Double) -> Int {
    var u = uniform()
    var probability = exp(-rate)
    var k = 0
    while u > probability {
      u -= probability
      k += 1
      probability *= rate / Double(k)
      // past the resolution of u nothing but the rounding of the sum is left
      if probability < 0x1p-60, Double(k) > rate { break }
    }
    return k
  }

  /// The names are those of the paper.
  @inlinable mutating func poissonByRejection(_ mu: Double) -> Int {
    let b = 0.931 + 2.53 * mu.squareRoot()
    let a = -0.059 + 0.02483 * b
    let vr = 0.9277 - 3.6224 / (b - 2)
    let inverseAlpha = 1.1239 + 1.1328 / (b - 3.4)
    while true {
      let u = uniform() - 0.5
      let v = uniform()
      let us = 0.5 - u.magnitude
      let k = ((2 * a / us + b) * u + mu + 0.43).rounded(.down)
      if us >= 0.07, v <= vr { return Int(k) }
      if k < 0 || (us < 0.013 && v > us) { continue }
      if log(v * inverseAlpha / (a / (us * us) + b)) <= SaddlePoint.logPoisson(k, rate: mu) { return Int(k) }
    }
  }
}
