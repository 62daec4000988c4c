#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// What gamma variates make.
extension RandomNumberGenerator {
  /// Beta(a, b), for a and b > 0 and finite: a quotient of gamma variates, in logarithms, so that small
  /// parameters keep their mass near 0 and 1.
  @inlinable public mutating func beta(_ a: Double, _ b: Double) throws(SamplingError) -> Double {
    try requirePositive("beta", "a", a)
    try requirePositive("beta", "b", b)
    let (x, y) = (uncheckedLogGamma(shape: a), uncheckedLogGamma(shape: b))
    // both underflow in the limit of a fair or unfair coin
    if x == -.infinity, y == -.infinity { return uniform() * (a + b) < a ? 1 : 0 }
    return 1 / (1 + exp(y - x))
  }

  /// Chi-square, for degrees of freedom > 0 and finite.
  @inlinable public mutating func chiSquare(degrees: Double) throws(SamplingError) -> Double {
    try requirePositive("chiSquare", "degrees", degrees)
    return try 2 * gamma(shape: positiveHalf(degrees))
  }

  /// Student's t, for degrees of freedom > 0 and finite. With few degrees of freedom (below about 0.1) a draw
  /// may be too large for a Double: infinite, with its sign.
  @inlinable public mutating func studentT(degrees: Double) throws(SamplingError) -> Double {
    try requirePositive("studentT", "degrees", degrees)
    let (z, shape) = (normal(), positiveHalf(degrees))
    return z * exp(0.5 * (log(shape) - uncheckedLogGamma(shape: shape)))
  }

  /// Standard Cauchy, by inversion; takes one word. The tails keep their relative accuracy.
  @inlinable public mutating func cauchy() -> Double {
    let u = uniform()
    if u < 0.25 { return -1 / tan(.pi * u) }
    if u > 0.75 { return 1 / tan(.pi * (1 - u)) }
    return tan(.pi * (u - 0.5))
  }
}

/// x / 2 for x > 0, and not 0 where that would be smaller than a Double holds.
@inlinable func positiveHalf(_ x: Double) -> Double { max(0.5 * x, .leastNonzeroMagnitude) }
