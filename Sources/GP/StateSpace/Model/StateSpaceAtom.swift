#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A Markov process of variance 1 (a line: of slope variance 1) whose transitions have a closed form, and which
/// depends on one coefficient. Its value is the first element of its state.
struct StateSpaceAtom: Sendable {
  /// The kinds of processes, by what their coefficient is. Matrices are row after row.
  enum Shape: Sendable, Equatable {
    /// The rate lambda = sqrt(2 nu) / length scale.
    case matern(MaternSmoothness)
    /// The frequency of cos(frequency r), in radians a unit: a point on a circle that turns.
    case rotation
    /// The centre of (x - centre) (y - centre): value and slope of a straight line.
    case line
  }

  let shape: Shape
  var coefficient: Coefficient

  var states: Int { shape.states }
}

extension StateSpaceAtom.Shape {
  var states: Int {
    switch self {
    case .matern(let smoothness): smoothness.states
    case .rotation, .line: 2
    }
  }

  /// Writes A of a distance >= 0, and the covariance Q = P(t + distance) - A P(t) A^T of what it adds.
  func writeStep(
    _ value: Double, _ distance: Double, to a: UnsafeMutablePointer<Double>,
    noise q: UnsafeMutablePointer<Double>
  ) {
    switch self {
    case .matern(let smoothness): smoothness.writeStep(value * distance, to: a, noise: q)
    case .rotation:
      let (c, s) = (cos(value * distance), sin(value * distance))
      (a[0], a[1], a[2], a[3]) = (c, s, -s, c)
      (q[0], q[1], q[2], q[3]) = (0, 0, 0, 0)
    case .line:
      (a[0], a[1], a[2], a[3]) = (1, distance, 0, 1)
      (q[0], q[1], q[2], q[3]) = (0, 0, 0, 0)
    }
  }

  /// Writes the derivatives of A and Q in the coefficient; A is given.
  func writeStepSlopes(
    _ value: Double, _ distance: Double, _ a: UnsafePointer<Double>, to da: UnsafeMutablePointer<Double>,
    noise dq: UnsafeMutablePointer<Double>
  ) {
    switch self {
    case .matern(let smoothness):
      let s = smoothness.states
      // Beyond the farthest distance all is 0 that would change.
      let speed = value * distance < MaternSmoothness.farthest ? distance : 0
      let diffusion = speed * smoothness.diffusion
      for i in 0..<s {
        for k in 0..<s {
          da[i * s + k] = speed * smoothness.rateOfChange(a, i, k)
          dq[i * s + k] = diffusion * a[i * s + s - 1] * a[k * s + s - 1]
        }
      }
    case .rotation:
      let (c, s) = (distance * a[0], distance * a[1])
      (da[0], da[1], da[2], da[3]) = (-s, c, -c, -s)
      (dq[0], dq[1], dq[2], dq[3]) = (0, 0, 0, 0)
    case .line:
      (da[0], da[1], da[2], da[3]) = (0, 0, 0, 0)
      (dq[0], dq[1], dq[2], dq[3]) = (0, 0, 0, 0)
    }
  }

  /// Writes the covariance P(t) of the state, and its derivative in the coefficient.
  func writeCovariance(
    _ value: Double, at t: Double, to p: UnsafeMutablePointer<Double>, slope dp: UnsafeMutablePointer<Double>
  ) {
    for i in 0..<(states * states) { dp[i] = 0 }
    switch self {
    case .matern(let smoothness): smoothness.writeStationary(to: p)
    case .rotation: (p[0], p[1], p[2], p[3]) = (1, 0, 0, 1)
    case .line:
      let x = t - value
      (p[0], p[1], p[2], p[3]) = (x * x, x, x, 1)
      (dp[0], dp[1], dp[2]) = (-2 * x, -1, -1)
    }
  }
}
