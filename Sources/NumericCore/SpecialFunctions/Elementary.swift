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
