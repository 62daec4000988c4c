/// What the limited-memory BFGS method knows of the curvature: the last steps s of a search, and the changes y of the
/// gradient along them.
struct CurvatureHistory {
  private let dimension, memory: Int
  /// Column k % memory is that of step k.
  private var steps, changes: [Double]
  /// s.y and y.y of each.
  private var curvatures, squares: [Double]
  private var stored = 0

  init(dimension: Int, memory: Int) {
    (self.dimension, self.memory) = (dimension, memory)
    steps = Array(repeating: 0, count: dimension * memory)
    changes = steps
    curvatures = Array(repeating: 0, count: memory)
    squares = curvatures
  }

  var isEmpty: Bool { stored == 0 }

  mutating func forget() { stored = 0 }

  /// Takes up a step in place of the oldest one, unless the gradient does not grow along it.
  mutating func add(from before: LinePoint, to after: LinePoint) {
    func difference(_ i: Int) -> (step: Double, change: Double) {
      (after.position[i] - before.position[i], after.gradient[i] - before.gradient[i])
    }
    var (curvature, square) = (0.0, 0.0)
    for i in 0..<dimension {
      let (s, y) = difference(i)
      curvature += s * y
      square += y * y
    }
    guard curvature > 0 else { return }
    let slot = stored % memory
    for i in 0..<dimension { (steps[slot * dimension + i], changes[slot * dimension + i]) = difference(i) }
    (curvatures[slot], squares[slot]) = (curvature, square)
    stored += 1
  }

  /// v = H v, H the estimate of the inverse Hessian, by the two loops of Nocedal and Wright's algorithm 7.4. Cost:
  /// O(memory n).
  func multiply(_ v: inout [Double]) {
    guard stored > 0 else { return }
    let (n, last) = (dimension, (stored - 1) % memory)
    let recent = max(0, stored - memory)..<stored
    var weights = curvatures
    v.withUnsafeMutableBufferPointer { v in
      guard let v = v.baseAddress else { return }
      steps.withUnsafeBufferPointer { s in
        changes.withUnsafeBufferPointer { y in
          guard let s = s.baseAddress, let y = y.baseAddress else { return }
          for step in recent.reversed() {
            let slot = step % memory
            weights[slot] = BLAS.dot(count: n, s + slot * n, v) / curvatures[slot]
            BLAS.add(count: n, -weights[slot], y + slot * n, to: v)
          }
          let scale = curvatures[last] / squares[last]
          for i in 0..<n { v[i] *= scale }
          for step in recent {
            let slot = step % memory
            let excess = weights[slot] - BLAS.dot(count: n, y + slot * n, v) / curvatures[slot]
            BLAS.add(count: n, excess, s + slot * n, to: v)
          }
        }
      }
    }
  }
}
