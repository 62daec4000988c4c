extension LatentChain {
  /// Runs filter and smoother: leaves `means` and `covariances`; returns log Z.
  package func smooth() -> Double {
    let logMass = filter()
    smoothFiltered()
    return logMass
  }

  /// The smoother of Rauch, Tung and Striebel, after `filter`: leaves `means` and `covariances`.
  func smoothFiltered() {
    if shape == .smallest { smoothFiltered(.smallest) } else { smoothFiltered(shape) }
  }

  @inline(__always) private func smoothFiltered(_ shape: ChainShape) {
    let (n, w, c, s) = (shape.size, shape.rows.width, shape.components, shape.states)
    guard !points.isEmpty else { return }
    let last = points.count - 1
    (smoothedMean + last * w).update(from: filteredMean + last * w, count: w)
    (smoothedCovariance + last * n * w).update(from: filteredCovariance + last * n * w, count: n * w)
    for j in stride(from: last - 1, through: 0, by: -1) {
      let (here, square, next, nextSquare) = (j * w, j * n * w, (j + 1) * w, (j + 1) * n * w)
      smoothBack(
        shape, filteredMean + here, filteredCovariance + square, steps + (j + 1) * 2 * n * s,
        next: (
          UnsafePointer(predictedMean + next), UnsafePointer(predictedCovariance + nextSquare),
          UnsafePointer(predictedFactor + nextSquare)
        ),
        smoothed: (UnsafePointer(smoothedMean + next), UnsafePointer(smoothedCovariance + nextSquare)),
        to: smoothedMean + here, smoothedCovariance + square, room)
    }
    for j in points.indices {
      for a in 0..<c {
        means[j * c + a] = smoothedMean[j * w + a]
        let row = smoothedCovariance + (j * n + a) * w
        for b in 0..<c { covariances[(j * c + a) * c + b] = row[b] }
      }
    }
  }

  /// (m, V) = (m+ + G (m' - m-), P+ + G (V' - P-) G^T), G = P+ A^T (P-)^-1.
  ///
  /// - Parameter room: for three matrices.
  @inline(__always) func smoothBack(
    _ shape: ChainShape, _ m: UnsafePointer<Double>, _ p: UnsafePointer<Double>, _ steps: UnsafePointer<Double>,
    next: (mean: UnsafePointer<Double>, covariance: UnsafePointer<Double>, factor: UnsafePointer<Double>),
    smoothed: (mean: UnsafePointer<Double>, covariance: UnsafePointer<Double>), to m1: UnsafeMutablePointer<Double>,
    _ p1: UnsafeMutablePointer<Double>, _ room: UnsafeMutablePointer<Double>
  ) {
    let (n, w, s, rows) = (shape.size, shape.rows.width, shape.states, shape.rows)
    // g is G^T, which solves (P-) G^T = A P+.
    let (change, g, d, f, c) = (room, room + n * w, room + 2 * n * w, next.factor, shape.components)
    for a in 0..<c {
      for i in 0..<s {
        let (row, step) = (g + (i * c + a) * w, steps + 2 * a * s * s + i * s)
        rows.set(row, step[0], p + a * w)
        for k in 1..<max(s, 1) { rows.add(step[k], p + (k * c + a) * w, to: row) }
      }
    }
    for r in 0..<n {
      let row = g + r * w
      rows.accumulate(f + r, w, g, r, in: row, subtracting: true)
      rows.set(row, 1 / f[r * w + r], row)
    }
    var r = n - 1
    while r >= 0 {
      let row = g + r * w
      rows.accumulate(f + r * w + r + 1, 1, row + w, n - 1 - r, in: row, subtracting: true)
      rows.set(row, 1 / f[r * w + r], row)
      r -= 1
    }
    // (V' - P-) G^T.
    rows.set(m1, 1, m)
    for t in 0..<n {
      rows.set(change + t * w, 1, smoothed.covariance + t * w)
      rows.add(-1, next.covariance + t * w, to: change + t * w)
    }
    for t in 0..<n {
      rows.clear(d + t * w)
      rows.accumulate(change + t * w, 1, g, n, in: d + t * w)
      rows.add(smoothed.mean[t] - next.mean[t], g + t * w, to: m1)
    }
    for i in 0..<n {
      rows.set(p1 + i * w, 1, p + i * w)
      rows.accumulate(g + i, w, d, n, in: p1 + i * w)
    }
    for i in 0..<n { for j in 0..<i { p1[j * w + i] = p1[i * w + j] } }
  }
}
