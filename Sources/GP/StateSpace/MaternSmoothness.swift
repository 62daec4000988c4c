#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The smoothness nu of a Matern covariance that is that of a linear stochastic differential equation: a
/// half-integer. The state holds the function and its derivatives.
///
/// The state is scaled: its element d is the d-th derivative divided by lambda^d, lambda = sqrt(2 nu) / length
/// scale. Its stationary covariance depends on the variance alone then, its transition on z = lambda * distance,
/// and nothing overflows for short length scales (Hartikainen and Saerkkae, 'Kalman filtering and smoothing
/// solutions to temporal Gaussian process regression models', 2010).
public enum MaternSmoothness: Double, Sendable, CaseIterable, Codable {
  /// The Ornstein-Uhlenbeck process: s2 exp(-z).
  case half = 0.5
  /// s2 (1 + z) exp(-z).
  case threeHalves = 1.5
  /// s2 (1 + z + z^2 / 3) exp(-z).
  case fiveHalves = 2.5

  /// The number of elements of the state.
  public var states: Int { Int(rawValue + 0.5) }

  /// lambda times the length scale.
  public var rate: Double { (2 * rawValue).squareRoot() }

  /// The covariance of values at a distance, with variance 1.
  public func correlation(distance: Double, lengthScale: Double) -> Double {
    let z = rate * abs(distance) / lengthScale
    return switch self {
    case .half: exp(-z)
    case .threeHalves: (1 + z) * exp(-z)
    case .fiveHalves: (1 + z + z * z / 3) * exp(-z)
    }
  }

  /// exp(-z) is 0 from here on, and the powers of z do not overflow.
  static var farthest: Double { 1e3 }

  /// Writes A = expm(F distance), and the covariance of what a transition adds, Q = P_inf - A P_inf A^T with
  /// variance 1, row after row; `distance` is z = lambda * distance. Q is about z^(2 nu) for the value, which is
  /// summed up where a difference would lose it.
  @inline(__always) func writeStep(
    _ distance: Double, to a: UnsafeMutablePointer<Double>, noise q: UnsafeMutablePointer<Double>
  ) {
    let z = min(distance, Self.farthest)
    let fall = expm1(-z)
    // exp(-z), exp(-2 z) and 1 - exp(-2 z).
    let e = 1 + fall
    let (square, rest) = (e * e, -fall * (2 + fall))
    switch self {
    case .half: (a[0], q[0]) = (e, rest)
    case .threeHalves:
      (a[0], a[1]) = (e * (1 + z), e * z)
      (a[2], a[3]) = (-e * z, e * (1 - z))
      (q[0], q[1]) = (exponentialTail(2 * z, square, from: 3), 2 * z * z * square)
      (q[2], q[3]) = (q[1], rest + square * (2 * z - 2 * z * z))
    case .fiveHalves:
      let h = 0.5 * z * z
      (a[0], a[1], a[2]) = (e * (1 + z + h), e * (z + 2 * h), e * h)
      (a[3], a[4], a[5]) = (-e * h, e * (1 + z - 2 * h), e * (z - h))
      (a[6], a[7], a[8]) = (e * (h - z), e * (2 * h - 3 * z), e * (1 - 2 * z + h))
      let (third, z2) = (exponentialTail(2 * z, square, from: 3) / 3, z * z)
      let (z3, z4) = (z2 * z, z2 * z2)
      q[0] = exponentialTail(2 * z, square, from: 5)
      q[1] = square * (2.0 / 3) * z4
      q[2] = square * (4.0 / 3 * z3 - 2.0 / 3 * z4) - third
      q[4] = square * (4.0 / 3 * z3 - 2.0 / 3 * z4) + third
      q[5] = square * (8.0 / 3 * z2 - 8.0 / 3 * z3 + 2.0 / 3 * z4)
      q[8] = rest + square * (10.0 / 3 * z - 22.0 / 3 * z2 + 4 * z3 - 2.0 / 3 * z4)
      (q[3], q[6], q[7]) = (q[1], q[2], q[5])
    }
  }

  /// Element (i, k) of dA / dz = F A, of a transition A.
  @inline(__always) func rateOfChange(_ a: UnsafePointer<Double>, _ i: Int, _ k: Int) -> Double {
    if i + 1 < states { return a[(i + 1) * states + k] }
    return switch self {
    case .half: -a[0]
    case .threeHalves: -a[k] - 2 * a[2 + k]
    case .fiveHalves: -a[k] - 3 * a[3 + k] - 3 * a[6 + k]
    }
  }

  /// q of the covariance Q of what a transition adds: dQ / dz = q a a^T, where a is the last column of A, with
  /// variance 1.
  @inline(__always) var diffusion: Double {
    switch self {
    case .half: 2
    case .threeHalves: 4
    case .fiveHalves: 16.0 / 3
    }
  }

  /// The stationary covariance of the state, row after row, with variance 1.
  var stationary: [Double] {
    switch self {
    case .half: [1]
    case .threeHalves: [1, 0, 0, 1]
    case .fiveHalves: [1, 0, -1.0 / 3, 0, 1.0 / 3, 0, -1.0 / 3, 0, 1]
    }
  }

  /// The same to memory.
  func writeStationary(to p: UnsafeMutablePointer<Double>) {
    let s = states
    for i in 0..<s { for k in 0..<s { p[i * s + k] = i == k ? 1 : 0 } }
    if s == 3 { (p[2], p[4], p[6]) = (-1.0 / 3, 1.0 / 3, -1.0 / 3) }
  }
}

/// exp(-x) times the sum of x^k / k! for k from n on; `decay` is exp(-x).
private func exponentialTail(_ x: Double, _ decay: Double, from n: Int) -> Double {
  var term = decay
  if x < 1 {
    for k in 1...n { term *= x / Double(k) }
    var (sum, k) = (0.0, n)
    while term > sum * 0x1p-54 {
      sum += term
      k += 1
      term *= x / Double(k)
    }
    return sum
  }
  var rest = 1 - term
  for k in 1..<n {
    term *= x / Double(k)
    rest -= term
  }
  return rest
}
