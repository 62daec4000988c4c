#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

// erf and erfc are the C library's.

/// exp(x^2) erfc(x), which does not underflow: 1 / (x sqrt(pi)) to first order for large x. Infinite below -26.6, where
/// it overflows. Relative error about 1e-15.
public func scaledErfc(_ x: Double) -> Double {
  guard x > 25 else {
    let square = x * x
    let lost = (-square).addingProduct(x, x)  // x^2 = square + lost, exactly
    return square == .infinity ? (x.isNaN ? x : .infinity) : exp(square) * (1 + lost) * erfc(x)
  }
  // Abramowitz and Stegun 7.1.23: seven terms are exact to rounding from 25.
  let r = 0.5 / x / x
  let series = 1 - r * (1 - 3 * r * (1 - 5 * r * (1 - 7 * r * (1 - 9 * r * (1 - 11 * r * (1 - 13 * r))))))
  return series / (x * Double.pi.squareRoot())
}

/// The x at which erf x = y: infinite at -1 and 1, NaN outside. Relative error about 1e-15 in terms of y.
public func inverseErf(_ y: Double) -> Double {
  guard abs(y) < 0.5 else { return y < 0 ? -inverseErfc(1 + y) : inverseErfc(1 - y) }
  // Halley's method from the first two terms of the series: the error is cubed.
  var x = 0.5 * Double.pi.squareRoot() * y * (1 + .pi / 12 * y * y)
  for _ in 0..<3 {
    let step = (erf(x) - y) * 0.5 * Double.pi.squareRoot() * exp(x * x)
    x -= step / (1 + x * step)
  }
  return y == 0 ? y : x
}

/// The x at which erfc x = q, for q in [0, 2]: infinite at 0 and -infinite at 2, NaN outside. Relative error about
/// 1e-15, for tiny q too.
public func inverseErfc(_ q: Double) -> Double {
  guard q > 0, q < 2 else { return q == 0 ? .infinity : q == 2 ? -.infinity : .nan }
  if q > 0.5 && q < 1.5 { return inverseErf(1 - q) }
  if q >= 1.5 { return -inverseErfc(2 - q) }
  // Newton's method on log erfc after the normal quantile, which is close; half of the least number is none.
  var x = -normalQuantile(max(0.5 * q, .leastNonzeroMagnitude)) * 0.5.squareRoot()
  for _ in 0..<2 { x += (logErfc(x) - log(q)) * 0.5 * Double.pi.squareRoot() * scaledErfc(x) }
  return x
}

/// log erfc(x), with its relative accuracy everywhere; -infinity where x^2 overflows.
public func logErfc(_ x: Double) -> Double {
  if x > 1 { return log(scaledErfc(x)) - x * x }
  return abs(x) < 0.5 ? log1p(-erf(x)) : log(erfc(x))
}
