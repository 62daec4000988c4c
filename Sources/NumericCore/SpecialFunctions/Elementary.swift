#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The natural logarithm, under a name that does not clash with members called `log`.
@inlinable func logarithm(_ x: Double) -> Double { log(x) }

/// log(exp(a) + exp(b)), without overflow; -infinity where both are.
public func logAddExp(_ a: Double, _ b: Double) -> Double {
  let (high, low) = a > b ? (a, b) : (b, a)
  return low == -.infinity ? high : high + log1p(exp(low - high))
}

/// log of the sum of exp(x_i), without overflow. -infinity for no elements, infinity where one is, NaN where one is.
public func logSumExp(_ x: some Collection<Double>) -> Double {
  var largest = -Double.infinity
  for value in x {
    if value.isNaN { return .nan }
    largest = max(largest, value)
  }
  guard largest.isFinite else { return largest }
  return largest + log(x.reduce(0) { $0 + exp($1 - largest) })
}

/// log(1 - exp(x)) for x <= 0, accurate at both ends (Maechler 2012): -infinity at 0, NaN above.
public func log1mExp(_ x: Double) -> Double {
  x > -0.693147180559945309 ? log(-expm1(x)) : log1p(-exp(x))
}
