#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Samplers of real numbers. A parameter outside of its domain gives NaN.
extension RandomNumberGenerator {
  /// Uniform on the open interval (0, 1): 53 bits, the centre of its cell.
  @inlinable public mutating func uniform() -> Double { (Double(next() >> 11) + 0.5) * 0x1p-53 }

  /// Standard normal (Box and Muller 1958; the second number of a pair is not kept, so that a stream has no memory).
  @inlinable public mutating func normal() -> Double {
    let (u, v) = (uniform(), uniform())
    return (-2 * log(u)).squareRoot() * cos(2 * .pi * v)
  }

  /// Exponential with rate 1.
  @inlinable public mutating func exponential() -> Double { -log(uniform()) }

  /// log of a gamma variate with rate 1, for shape > 0 (Marsaglia and Tsang 2000). For shapes below 1 the power of a
  /// uniform is taken in logarithms, so that tiny shapes do not collapse to 0.
  public mutating func logGammaVariate(shape: Double) -> Double {
    guard shape > 0, shape < .infinity else { return .nan }
    if shape < 1 { return logGammaVariate(shape: shape + 1) + log(uniform()) / shape }
    let d = shape - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = normal()
      let t = 1 + c * x
      guard t > 0 else { continue }
      let v = t * t * t
      if log(uniform()) < 0.5 * x * x + d - d * v + d * log(v) { return log(d) + log(v) }
    }
  }

  /// Gamma with rate 1.
  public mutating func gamma(shape: Double) -> Double { exp(logGammaVariate(shape: shape)) }

  /// Beta(a, b), by two gamma variates in logarithms.
  public mutating func beta(_ a: Double, _ b: Double) -> Double {
    let (x, y) = (logGammaVariate(shape: a), logGammaVariate(shape: b))
    return 1 / (1 + exp(y - x))
  }

  /// Student's t with `degrees` of freedom.
  public mutating func studentT(degrees: Double) -> Double {
    let z = normal()
    return z * exp(0.5 * (log(0.5 * degrees) - logGammaVariate(shape: 0.5 * degrees)))
  }

  /// Standard Cauchy.
  public mutating func cauchy() -> Double { tan(.pi * (uniform() - 0.5)) }

  /// Poisson: inversion by multiplication below 10, PTRS (Hörmann 1993) from there on.
  public mutating func poisson(rate: Double) -> Double {
    guard rate >= 0, rate < .infinity else { return .nan }
    if rate < 10 {
      let limit = exp(-rate)
      var (k, product) = (0.0, uniform())
      while product > limit {
        k += 1
        product *= uniform()
      }
      return k
    }
    let b = 0.931 + 2.53 * rate.squareRoot()
    let a = -0.059 + 0.02483 * b
    let inverseAlpha = 1.1239 + 1.1328 / (b - 3.4)
    let vr = 0.9277 - 3.6224 / (b - 2)
    let logRate = log(rate)
    while true {
      let u = uniform() - 0.5
      let v = uniform()
      let us = 0.5 - u.magnitude
      let k = ((2 * a / us + b) * u + rate + 0.43).rounded(.down)
      if us >= 0.07 && v <= vr { return k }
      if k < 0 || (us < 0.013 && v > us) { continue }
      if log(v) + log(inverseAlpha) - log(a / (us * us) + b) <= k * logRate - rate - logGamma(k + 1) { return k }
    }
  }

  /// Binomial: inversion where n p < 10, BTRS (Hörmann 1993) from there on.
  public mutating func binomial(trials n: Double, probability p: Double) -> Double {
    guard n >= 0, n < .infinity, n == n.rounded(), p >= 0, p <= 1 else { return .nan }
    if p > 0.5 { return n - binomial(trials: n, probability: 1 - p) }
    if n == 0 || p == 0 { return 0 }
    if n * p < 10 {
      // Sums of geometric gaps between successes.
      let logQ = log1p(-p)
      var (k, trial) = (0.0, 0.0)
      while true {
        trial += (log(uniform()) / logQ).rounded(.down) + 1
        if trial > n { return k }
        k += 1
      }
    }
    let (q, spq) = (1 - p, (n * p * (1 - p)).squareRoot())
    let b = 1.15 + 2.53 * spq
    let a = -0.0873 + 0.0248 * b + 0.01 * p
    let c = n * p + 0.5
    let vr = 0.92 - 4.2 / b
    let alpha = (2.83 + 5.1 / b) * spq
    let logOdds = log(p / q)
    let m = ((n + 1) * p).rounded(.down)
    let h = logGamma(m + 1) + logGamma(n - m + 1)
    while true {
      let u = uniform() - 0.5
      var v = uniform()
      let us = 0.5 - u.magnitude
      let k = ((2 * a / us + b) * u + c).rounded(.down)
      if us >= 0.07 && v <= vr { return k }
      if k < 0 || k > n { continue }
      v = log(v * alpha / (a / (us * us) + b))
      if v <= h - logGamma(k + 1) - logGamma(n - k + 1) + (k - m) * logOdds { return k }
    }
  }

  /// The index of a category drawn with probability proportional to its weight; NaN where no weight is positive.
  public mutating func categorical(_ weights: UnsafeBufferPointer<Double>) -> Double {
    var total = 0.0
    for w in weights { total += w }
    guard total > 0, total < .infinity else { return .nan }
    var (u, last) = (uniform() * total, 0)
    for (i, w) in weights.enumerated() where w > 0 {
      last = i
      u -= w
      if u < 0 { return Double(i) }
    }
    return Double(last)
  }
}
