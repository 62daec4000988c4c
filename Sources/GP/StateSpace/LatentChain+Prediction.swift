extension LatentChain {
  /// The posterior of the values at any point, after `smooth`: the mean, and the covariance, row after row.
  package func predict(at x: Double) -> (mean: [Double], covariance: [Double]) {
    let (n, w, c, s, rows) = (shape.size, shape.rows.width, components, shape.states, shape.rows)
    // The number of points at or before x.
    var (low, high) = (0, points.count)
    while low < high {
      let middle = (low + high) / 2
      if points[middle] <= x { low = middle + 1 } else { high = middle }
    }
    let matrix = n * w
    let count = 3 * (w + matrix) + 4 * matrix + 2 * n * s
    return withUnsafeTemporaryAllocation(
      byteCount: count * MemoryLayout<Double>.stride, alignment: VectorRows.alignment
    ) { space in
      let base = space.bindMemory(to: Double.self)
      base.initialize(repeating: 0)
      guard let m = base.baseAddress else { return ([], []) }
      let (p, m1) = (m + w, m + w + matrix)
      let (p1, m2) = (m1 + w, m1 + w + matrix)
      let (p2, spare) = (m2 + w, m2 + w + matrix)
      let (factor, a) = (spare + 3 * matrix, spare + 4 * matrix)
      if low == 0 {
        writeStationary(m, p)
      } else {
        let j = low - 1
        writeSteps(x - points[j], to: a)
        predict(shape, from: filteredMean + j * w, filteredCovariance + j * matrix, a, to: m, p, spare)
      }
      if low < points.count {
        writeSteps(points[low] - x, to: a)
        predict(shape, from: m, p, a, to: m1, p1, spare)
        for i in 0..<n { rows.set(factor + i * w, 1, p1 + i * w) }
        rows.factor(factor, n)
        smoothBack(
          shape, m, p, a, next: (UnsafePointer(m1), UnsafePointer(p1), UnsafePointer(factor)),
          smoothed: (UnsafePointer(smoothedMean + low * w), UnsafePointer(smoothedCovariance + low * matrix)),
          to: m2, p2, spare)
      } else {
        m2.update(from: m, count: w)
        p2.update(from: p, count: matrix)
      }
      let mean = (0..<c).map { m2[$0] }
      let covariance = (0..<(c * c)).map { (i: Int) -> Double in p2[(i / c) * w + i % c] }
      return (mean, covariance)
    }
  }
}
