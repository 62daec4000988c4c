#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension RandomNumberGenerator {
  /// Standard normal, by inversion: the quantile of `uniform()`, so it takes one word and is monotone in it.
  /// Magnitudes go up to 8.2. `RandomKey.fillNormal` is several times as fast for many.
  @inlinable public mutating func normal() -> Double { normalQuantile(ofUniform: uniform()) }

  /// Exponential with rate 1, by inversion; takes one word.
  @inlinable public mutating func exponential() -> Double { -log(uniform()) }
}

/// The standard normal quantile of p in the open interval (0, 1), to about 1e-16 of its value (Wichura,
/// 'Algorithm AS 241: the percentage points of the normal distribution', 1988). Not checked: `normalQuantile`
/// is the function for any argument; this one is for the loop of the sampler.
@inlinable func normalQuantile(ofUniform p: Double) -> Double {
  let q = p - 0.5
  if q.magnitude <= 0.425 {
    let r = 0.180625 - q * q
    let numerator =
      ((((((2.5090809287301226727e3 * r + 3.3430575583588128105e4) * r + 6.7265770927008700853e4) * r
        + 4.5921953931549871457e4) * r + 1.3731693765509461125e4) * r + 1.9715909503065514427e3) * r
        + 1.3314166789178437745e2) * r + 3.3871328727963666080
    let denominator =
      ((((((5.2264952788528545610e3 * r + 2.8729085735721942674e4) * r + 3.9307895800092710610e4) * r
        + 2.1213794301586595867e4) * r + 5.3941960214247511077e3) * r + 6.8718700749205790830e2) * r
        + 4.2313330701600911252e1) * r + 1
    return q * numerator / denominator
  }
  let r = (-log(q < 0 ? p : 1 - p)).squareRoot()
  let magnitude = r <= 5 ? normalQuantileTail(r - 1.6) : normalQuantileFarTail(r - 5)
  return q < 0 ? -magnitude : magnitude
}

@inlinable func normalQuantileTail(_ r: Double) -> Double {
  let numerator =
    ((((((7.74545014278341407640e-4 * r + 2.27238449892691845833e-2) * r + 2.41780725177450611770e-1) * r
      + 1.27045825245236838258) * r + 3.64784832476320460504) * r + 5.76949722146069140550) * r
      + 4.63033784615654529590) * r + 1.42343711074968357734
  let denominator =
    ((((((1.05075007164441684324e-9 * r + 5.47593808499534494600e-4) * r + 1.51986665636164571966e-2) * r
      + 1.48103976427480074590e-1) * r + 6.89767334985100004550e-1) * r + 1.67638483018380384940) * r
      + 2.05319162663775882187) * r + 1
  return numerator / denominator
}

@inlinable func normalQuantileFarTail(_ r: Double) -> Double {
  let numerator =
    ((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r + 1.24266094738807843860e-3) * r
      + 2.65321895265761230930e-2) * r + 2.96560571828504891230e-1) * r + 1.78482653991729133580) * r
      + 5.46378491116411436990) * r + 6.65790464350110377720
  let denominator =
    ((((((2.04426310338993978564e-15 * r + 1.42151175831644588870e-7) * r + 1.84631831751005468180e-5) * r
      + 7.86869131145613259100e-4) * r + 1.48753612908506148525e-2) * r + 1.36929880922735805310e-1) * r
      + 5.99832206555887937690e-1) * r + 1
  return numerator / denominator
}
