#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Logarithms of probabilities of counts without cancellation, for counts as large as 2^53 (Loader, 'Fast and
/// accurate computation of binomial probabilities', 2000).
@usableFromInline enum SaddlePoint {
  /// log Poisson(k; rate), for k >= 0 and rate > 0.
  @inlinable static func logPoisson(_ k: Double, rate: Double) -> Double {
    if k == 0 { return -rate }
    return -stirlingError(k) - deviance(k, mean: rate) - 0.5 * log(2 * .pi * k)
  }

  /// log Binomial(k; n, p), for 0 <= k <= n and 0 < p < 1.
  @inlinable static func logBinomial(_ k: Double, trials n: Double, probability p: Double) -> Double {
    if k == 0 { return n * log1p(-p) }
    if k == n { return n * log(p) }
    return stirlingError(n) - stirlingError(k) - stirlingError(n - k) - deviance(k, mean: n * p)
      - deviance(n - k, mean: n * (1 - p)) - 0.5 * log(2 * .pi * k * ((n - k) / n))
  }

  /// x log(x / mean) + mean - x.
  @inlinable static func deviance(_ x: Double, mean: Double) -> Double {
    let difference = x - mean
    let sum = x + mean
    guard difference.magnitude < 0.1 * sum else { return x * log(x / mean) + mean - x }
    // with v = difference / sum: difference v + 2 x (v^3 / 3 + v^5 / 5 + ...)
    let v = difference / sum
    var value = difference * v
    var term = 2 * x * v
    var odd = 1.0
    while true {
      term *= v * v
      odd += 2
      let next = value + term / odd
      if next == value { return next }
      value = next
    }
  }

  /// log k! - log(sqrt(2 pi k) (k / e)^k) for a whole k >= 1: Stirling's series, whose next term is below
  /// 1e-16 from 16 on.
  @inlinable static func stirlingError(_ k: Double) -> Double {
    if k < 16 {
      var factorial = 1.0
      var i = 2.0
      while i <= k {
        factorial *= i
        i += 1
      }
      return log(factorial) - (k + 0.5) * log(k) + k - 0.5 * log(2 * .pi)
    }
    let square = k * k
    let tail = 1.0 / 1260 - (1.0 / 1680 - 1.0 / 1188 / square) / square
    return (1.0 / 12 - (1.0 / 360 - tail / square) / square) / k
  }
}
