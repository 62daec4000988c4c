/// The information N that later observations have about a model's state: the negative Hessian of their log density
/// in the state, given all earlier ones. What the backward pass moves (de Jong, 'The diffuse Kalman filter', 1991).
final class StateInformation {
  let transitions: Transitions
  let n: UnsafeMutablePointer<Double>
  /// N A of the last step back.
  let moved: UnsafeMutablePointer<Double>
  private let spare, product: UnsafeMutablePointer<Double>

  init(_ transitions: Transitions) {
    self.transitions = transitions
    let w = transitions.rows.width
    (n, moved) = (VectorRows.allocate(w * w), VectorRows.allocate(w * w))
    (spare, product) = (VectorRows.allocate(w * w), VectorRows.allocate(w))
  }

  deinit { for block in [n, moved, spare, product] { block.deallocate() } }

  /// N <- L^T N L + h h^T / s, L = 1 - gain h^T; returns the precision of the observation given all others,
  /// 1 / s + gain^T N gain.
  @inline(__always) func observe(gain: UnsafePointer<Double>, inverseVariance: Double) -> Double {
    let (rows, w) = (transitions.rows, transitions.rows.width)
    for i in 0..<transitions.states { product[i] = rows.dot(n + i * w, gain) }
    let precision = inverseVariance + rows.dot(product, gain)
    for block in transitions.layout {
      rows.add(-1, product, to: n + block.offset * w)
      for i in 0..<transitions.states { n[i * w + block.offset] -= product[i] }
    }
    for a in transitions.layout { for b in transitions.layout { n[a.offset * w + b.offset] += precision } }
    return precision
  }

  /// Prepares N <- A^T N A: leaves N A in `moved`.
  @inline(__always) func prepare(_ step: UnsafePointer<Double>) {
    transitions.half(n, step, transposed: true, to: moved, spare)
  }

  /// N <- A^T N A, after `prepare`.
  @inline(__always) func retreat(_ step: UnsafePointer<Double>) {
    transitions.finish(moved, step, transposed: true, to: n)
  }

  /// x^T N x.
  @inline(__always) func quadraticForm(_ x: UnsafePointer<Double>) -> Double {
    let (rows, w) = (transitions.rows, transitions.rows.width)
    var sum = 0.0
    for i in 0..<transitions.states { sum += x[i] * rows.dot(n + i * w, x) }
    return sum
  }
}
