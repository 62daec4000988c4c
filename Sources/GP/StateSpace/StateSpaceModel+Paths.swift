import NumericCore

extension StateSpaceModel {
  /// A draw of the process at ascending times, which may repeat. Linear in their number.
  func path(at times: [Double], _ stream: inout RandomStream) -> [Double] {
    let transitions = Transitions(self)
    let width = transitions.rows.width
    let room = VectorRows.allocate(2 * width + largestBlock * (largestBlock + 1))
    defer { room.deallocate() }
    let (moved, square) = (room + width, room + 2 * width)
    let normals = square + largestBlock * largestBlock
    var path: [Double] = []
    path.reserveCapacity(times.count)
    for (j, t) in times.enumerated() {
      if j == 0 {
        var start = transitions.covariance(at: t)
        for block in transitions.layout {
          add(start, block, to: room, square, normals, &stream)
          start += block.size * block.size
        }
      } else if t > times[j - 1] {
        let step = transitions.step(from: times[j - 1], to: t)
        transitions.move(room, step, transposed: false, to: moved)
        room.update(from: moved, count: width)
        for block in transitions.layout {
          add(step + block.start + block.size * block.size, block, to: room, square, normals, &stream)
        }
      }
      path.append(transitions.observe(room))
    }
    return path
  }

  private var largestBlock: Int { blocks.reduce(1) { max($0, $1.states) } }

  /// Adds a normal draw of a covariance to the state of a block.
  private func add(
    _ covariance: UnsafePointer<Double>, _ block: Transitions.Layout, to state: UnsafeMutablePointer<Double>,
    _ factor: UnsafeMutablePointer<Double>, _ normals: UnsafeMutablePointer<Double>, _ stream: inout RandomStream
  ) {
    let s = block.size
    factor.update(from: covariance, count: s * s)
    factorSemidefinite(factor, s)
    for k in 0..<s { normals[k] = stream.normal() }
    for i in 0..<s { for k in 0...i { state[block.offset + i] += factor[i * s + k] * normals[k] } }
  }
}

/// The lower Cholesky factor in place, row after row, of a matrix that may be singular: a pivot that is rounding
/// beside its diagonal is 0, and so is its column.
private func factorSemidefinite(_ a: UnsafeMutablePointer<Double>, _ n: Int) {
  for j in 0..<n {
    let diagonal = a[j * n + j]
    var pivot = diagonal
    for t in 0..<j { pivot -= a[j * n + t] * a[j * n + t] }
    let root = pivot > 0x1p-46 * diagonal ? pivot.squareRoot() : 0
    a[j * n + j] = root
    for i in (j + 1)..<max(n, j + 1) {
      var sum = a[i * n + j]
      for t in 0..<j { sum -= a[i * n + t] * a[j * n + t] }
      a[i * n + j] = root > 0 ? sum / root : 0
    }
  }
}
