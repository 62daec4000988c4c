#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension RandomNumberGenerator {
  /// Gamma with rate 1, for shape > 0 and finite (Marsaglia and Tsang, 'A simple method for generating gamma
  /// variables', 2000). Shapes below about 0.01 often give 0, the nearest Double to the draw:
  /// `logGammaVariate` keeps it.
  @inlinable public mutating func gamma(shape: Double) throws(SamplingError) -> Double {
    try requirePositive("gamma", "shape", shape)
    if shape < 1 { return exp(uncheckedLogGamma(shape: shape)) }
    let (d, v) = marsagliaTsang(shape: shape)
    return d * v
  }

  /// The logarithm of a gamma variate with rate 1, for shape > 0 and finite. For a shape below 1 a draw of
  /// shape + 1 is multiplied by a power of a uniform, in logarithms, so that small shapes do not collapse to
  /// the logarithm of 0. (Only shapes below 1e-306, where the logarithm itself overflows, can give
  /// -infinity.)
  @inlinable public mutating func logGammaVariate(shape: Double) throws(SamplingError) -> Double {
    try requirePositive("logGammaVariate", "shape", shape)
    return uncheckedLogGamma(shape: shape)
  }

  @inlinable mutating func uncheckedLogGamma(shape: Double) -> Double {
    let isBoosted = shape < 1
    let (d, v) = marsagliaTsang(shape: isBoosted ? shape + 1 : shape)
    let value = log(d) + log(v)
    return isBoosted ? value - exponential() / shape : value
  }

  /// d and v with d v a gamma variate of shape >= 1.
  @inlinable mutating func marsagliaTsang(shape: Double) -> (d: Double, v: Double) {
    let d = shape - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = normal()
      let root = 1 + c * x
      guard root > 0 else { continue }
      let v = root * root * root
      let u = uniform()
      let square = x * x
      // 0.0331: a quick test that implies the exact one
      if u < 1 - 0.0331 * square * square || log(u) < 0.5 * square + d * (1 - v + log(v)) { return (d, v) }
    }
  }
}
