import CGSL

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// W(x) >= -1, the principal solution of W exp(W) = x, for x >= -1/e (GSL). NaN below. Relative error below 1e-13.
public func lambertW(_ x: Double) -> Double {
  if x == .infinity { return x }
  return nearBranchPoint(x, sign: 1) ?? GSL.value { gsl_sf_lambert_W0_e(x, $0) }
}

/// W(x) <= -1, the other real solution of W exp(W) = x, for x in [-1/e, 0): -infinity at 0. NaN outside. Relative error
/// below 1e-13.
public func lambertWMinusOne(_ x: Double) -> Double {
  guard x < 0 else { return x == 0 ? -.infinity : .nan }
  if let w = nearBranchPoint(x, sign: -1) { return w }
  guard x > -0.36787944117144233 else { return .nan }
  // Newton's method on w + log(-w) = log(-x), from its asymptotic solution (GSL's answer is off by up to 1e-10).
  let l = log(-x)
  var w = min(l - log(-l) + log(-l) / l, -1.001)
  for _ in 0..<20 {
    let step = (w + log(-w) - l) * w / (1 + w)
    w -= step
    if abs(step) < 1e-10 * abs(w) { break }
  }
  return w
}

/// The series about -1/e in p = sign sqrt(2 (e x + 1)) (Corless et al. 1996, (4.22)), with 1/e in two parts: GSL's
/// loses half of its digits there. Nil elsewhere.
private func nearBranchPoint(_ x: Double, sign: Double) -> Double? {
  // The nearest double to -1/e lies a little below it, and stands for it.
  if x == -0.36787944117144233 { return -1 }
  let distance = (x + 0.36787944117144233) - 1.2428753672788363e-17
  guard distance >= 0, distance < 1e-5 else { return nil }
  let p = sign * (2 * 2.718281828459045 * distance).squareRoot()
  return -1 + p * (1 - p * (1.0 / 3 - p * (11.0 / 72 - p * (43.0 / 540 - p * (769.0 / 17280 - p * (221.0 / 8505))))))
}
