/// What is done with block-diagonal matrices.
extension Transitions {
  // MARK: Vectors

  /// y = A x, or A^T x.
  @inline(__always) func move(
    _ x: UnsafePointer<Double>, _ step: UnsafePointer<Double>, transposed: Bool, to y: UnsafeMutablePointer<Double>
  ) {
    for block in layout {
      let (o, s, a) = (block.offset, block.size, step + block.start)
      let (down, right) = transposed ? (1, s) : (s, 1)
      for i in 0..<s {
        var sum = 0.0
        for k in 0..<s { sum += a[i * down + k * right] * x[o + k] }
        y[o + i] = sum
      }
    }
  }

  /// h^T x.
  @inline(__always) func observe(_ x: UnsafePointer<Double>) -> Double {
    var sum = 0.0
    for block in layout { sum += x[block.offset] }
    return sum
  }

  /// x += weight h.
  @inline(__always) func addObservation(_ weight: Double, to x: UnsafeMutablePointer<Double>) {
    for block in layout { x[block.offset] += weight }
  }

  // MARK: Matrices

  /// Y = (B M)^T, where B is A or A^T. Matrices have `rows.width` rows, of which those beyond the states are 0.
  ///
  /// - Parameter room: for a matrix, 0 where nothing was written by this.
  @inline(__always) func half(
    _ m: UnsafePointer<Double>, _ step: UnsafePointer<Double>, transposed: Bool,
    to y: UnsafeMutablePointer<Double>, _ room: UnsafeMutablePointer<Double>
  ) {
    let w = rows.width
    for block in layout {
      let (o, s, a) = (block.offset, block.size, step + block.start)
      let (down, right) = transposed ? (1, s) : (s, 1)
      for i in 0..<s {
        rows.combine(a + i * down, right, m + o * w, s, to: room + (o + i) * w, vectors: w / 4)
      }
    }
    rows.transpose(room, to: y)
  }

  /// M = B Y, which is B M B^T: symmetric to the last bit.
  @inline(__always) func finish(
    _ y: UnsafePointer<Double>, _ step: UnsafePointer<Double>, transposed: Bool,
    to m: UnsafeMutablePointer<Double>
  ) {
    let w = rows.width
    for block in layout {
      let (o, s, a) = (block.offset, block.size, step + block.start)
      let (down, right) = transposed ? (1, s) : (s, 1)
      let vectors = (o + s + 3) / 4
      for i in 0..<s {
        rows.combine(a + i * down, right, y + o * w, s, to: m + (o + i) * w, vectors: vectors)
      }
    }
    rows.mirror(m)
  }

  // MARK: Prior covariances

  /// y += P(t) x.
  func addCovariance(at t: Double, _ x: UnsafePointer<Double>, to y: UnsafeMutablePointer<Double>) {
    let p = covariance(at: t)
    var start = 0
    for block in layout {
      for i in 0..<block.size {
        for k in 0..<block.size {
          y[block.offset + i] += p[start + i * block.size + k] * x[block.offset + k]
        }
      }
      start += block.size * block.size
    }
  }

  /// The weighted sum over some blocks of h^T P(t) x, block by block.
  func covariance(
    at t: Double, of offsets: UnsafeBufferPointer<Int>, with x: UnsafePointer<Double>
  ) -> Double {
    let p = covariance(at: t)
    var (start, next, sum) = (0, 0, 0.0)
    for block in layout where next < offsets.count {
      if offsets[next] == block.offset {
        for k in 0..<block.size { sum += p[start + k] * x[block.offset + k] }
        next += 1
      }
      start += block.size * block.size
    }
    return sum
  }
}
