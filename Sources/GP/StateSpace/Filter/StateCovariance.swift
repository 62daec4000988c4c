/// The covariance P of a model's state given the observations so far: what a Kalman filter moves.
///
/// An observation subtracts g g^T, g = P h / sqrt(s): P stays symmetric to the last bit, and its error is of the
/// order of rounding of the prior variance.
final class StateCovariance {
  let transitions: Transitions
  let p: UnsafeMutablePointer<Double>
  /// P h before the last observation.
  let seen: UnsafeMutablePointer<Double>
  private let spare: UnsafeMutablePointer<Double>
  private let other: UnsafeMutablePointer<Double>

  init(_ transitions: Transitions) {
    self.transitions = transitions
    let w = transitions.rows.width
    (p, seen) = (VectorRows.allocate(w * w), VectorRows.allocate(w))
    (spare, other) = (VectorRows.allocate(w * w), VectorRows.allocate(w * w))
  }

  deinit { for block in [p, seen, spare, other] { block.deallocate() } }

  /// P(t), before any data.
  func start(at t: Double) {
    let (w, prior) = (transitions.rows.width, transitions.covariance(at: t))
    p.update(repeating: 0, count: transitions.states * w)
    var start = 0
    for block in transitions.layout {
      for i in 0..<block.size {
        let row = p + (block.offset + i) * w + block.offset
        for k in 0..<block.size { row[k] = prior[start + i * block.size + k] }
      }
      start += block.size * block.size
    }
  }

  /// P <- A P A^T + Q.
  func advance(_ step: UnsafePointer<Double>) {
    let w = transitions.rows.width
    transitions.half(p, step, transposed: false, to: spare, other)
    transitions.finish(spare, step, transposed: false, to: p)
    for block in transitions.layout {
      let q = step + block.start + block.size * block.size
      for i in 0..<block.size {
        let row = p + (block.offset + i) * w + block.offset
        for k in 0..<block.size { row[k] += q[i * block.size + k] }
      }
    }
  }

  /// Leaves P h for a sum of some blocks in `target`; returns h^T P h.
  @inline(__always) func project(
    _ offsets: [Int], to target: UnsafeMutablePointer<Double>
  ) -> Double {
    let (rows, w) = (transitions.rows, transitions.rows.width)
    rows.clear(target)
    for offset in offsets { rows.add(1, p + offset * w, to: target) }
    var sum = 0.0
    for offset in offsets { sum += target[offset] }
    return max(sum, 0)
  }

  /// Takes in an observation with noise of this variance; returns its variance s = h^T P h + noise before it.
  @inline(__always) func observe(noise: Double) -> Double {
    let (rows, w) = (transitions.rows, transitions.rows.width)
    rows.clear(seen)
    for block in transitions.layout { rows.add(1, p + block.offset * w, to: seen) }
    let variance = max(transitions.observe(seen), 0) + noise
    rows.set(spare, 1 / variance.squareRoot(), seen)
    for i in 0..<transitions.states { rows.add(-spare[i], spare, to: p + i * w) }
    return variance
  }
}
