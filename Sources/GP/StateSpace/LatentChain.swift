import NumericCore

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Independent Matern processes on the line, as one Markov chain on sorted points, that are seen together at each point: the
/// message of point j is a factor exp(eta_j . f - f . Lambda_j f / 2) of the vector f of their values. Lambda_j may be
/// singular, or 0.
///
/// Kalman filter, Rauch-Tung-Striebel smoother, and exact prediction. Covariances are factored as predicted, never the noise
/// of a transition, which is about 0 between points that are near each other.
///
/// It is one task's. Cost of a pass: points x (components x states)^3; nothing is allocated in it.
package final class LatentChain {
  package let points: [Double]
  package let components: Int
  package let smoothness: MaternSmoothness
  /// The number of elements of the state.
  package let size: Int
  /// By component.
  package var lengthScales: [Double]
  package var variances: [Double]

  /// The messages: `precision[j * components^2 + a * components + b]`, `linear[j * components + a]`.
  package let precision, linear: UnsafeMutablePointer<Double>
  /// The posterior of the values: means and covariances, laid out as the messages.
  package let means, covariances: UnsafeMutablePointer<Double>

  // Of each point: the predicted and the filtered state, and the smoothed one.
  private let predictedMean, predictedCovariance: UnsafeMutablePointer<Double>
  private let filteredMean, filteredCovariance: UnsafeMutablePointer<Double>
  private let smoothedMean, smoothedCovariance: UnsafeMutablePointer<Double>
  private let room: UnsafeMutablePointer<Double>

  package init(_ points: [Double], components: Int, smoothness: MaternSmoothness, lengthScale: Double) {
    (self.points, self.components, self.smoothness) = (points, components, smoothness)
    let (n, c, size) = (points.count, components, components * smoothness.states)
    self.size = size
    lengthScales = Array(repeating: lengthScale, count: c)
    variances = Array(repeating: 1, count: c)
    func block(_ count: Int) -> UnsafeMutablePointer<Double> {
      let block = UnsafeMutablePointer<Double>.allocate(capacity: max(count, 1))
      block.initialize(repeating: 0, count: max(count, 1))
      return block
    }
    (precision, linear) = (block(n * c * c), block(n * c))
    (means, covariances) = (block(n * c), block(n * c * c))
    (predictedMean, predictedCovariance) = (block(n * size), block(n * size * size))
    (filteredMean, filteredCovariance) = (block(n * size), block(n * size * size))
    (smoothedMean, smoothedCovariance) = (block(n * size), block(n * size * size))
    room = block(8 * size * size + 8 * size + 16)
  }

  deinit {
    for block in [
      precision, linear, means, covariances, predictedMean, predictedCovariance, filteredMean, filteredCovariance,
      smoothedMean, smoothedCovariance, room,
    ] { block.deallocate() }
  }

  // MARK: Filter

  /// Writes the stationary covariance.
  private func writeStationary(_ p: UnsafeMutablePointer<Double>) {
    let (s, own) = (smoothness.states, smoothness.stationary)
    p.update(repeating: 0, count: size * size)
    for c in 0..<components {
      for a in 0..<s { for b in 0..<s { p[(c * s + a) * size + c * s + b] = variances[c] * own[a * s + b] } }
    }
  }

  /// (m, P) of the state a distance on: (A m, A P A^T + Q).
  private func predict(
    from m: UnsafePointer<Double>, _ p: UnsafePointer<Double>, distance: Double,
    transition a: UnsafeMutablePointer<Double>,
    to m1: UnsafeMutablePointer<Double>, _ p1: UnsafeMutablePointer<Double>, _ room: UnsafeMutablePointer<Double>
  ) {
    let (s, n) = (smoothness.states, size)
    for c in 0..<components {
      smoothness.writeTransition(smoothness.rate * distance / lengthScales[c], to: a + c * s * s)
    }
    // room = A P, by blocks of rows; then P1 = room A^T, by blocks of columns.
    for c in 0..<components {
      for i in 0..<s {
        let row = a + (c * s + i) * s
        var mean = 0.0
        for k in 0..<s { mean += row[k] * m[c * s + k] }
        m1[c * s + i] = mean
        for j in 0..<n {
          var sum = 0.0
          for k in 0..<s { sum += row[k] * p[(c * s + k) * n + j] }
          room[(c * s + i) * n + j] = sum
        }
      }
    }
    for c in 0..<components {
      for i in 0..<n {
        for j in 0..<s {
          let row = a + (c * s + j) * s
          var sum = 0.0
          for k in 0..<s { sum += room[i * n + c * s + k] * row[k] }
          p1[i * n + c * s + j] = sum
        }
      }
      let noise = room + n * n
      smoothness.writeNoise(smoothness.rate * distance / lengthScales[c], to: noise)
      for i in 0..<s { for j in 0..<s { p1[(c * s + i) * n + c * s + j] += variances[c] * noise[i * s + j] } }
    }
  }

  /// Runs the filter; returns log Z, the logarithm of the integral of the prior times the messages.
  package func filter() -> Double {
    let (n, c, s) = (size, components, smoothness.states)
    let (transition, spare) = (room, room + n * n)
    var logMass = 0.0
    for j in points.indices {
      let (m, p) = (predictedMean + j * n, predictedCovariance + j * n * n)
      if j == 0 {
        m.update(repeating: 0, count: n)
        writeStationary(p)
      } else {
        predict(
          from: filteredMean + (j - 1) * n, filteredCovariance + (j - 1) * n * n,
          distance: points[j] - points[j - 1],
          transition: transition, to: m, p, spare)
      }
      logMass += update(
        m, p, precision + j * c * c, linear + j * c, stride: s, to: filteredMean + j * n,
        filteredCovariance + j * n * n)
    }
    return logMass
  }

  /// Multiplies a predicted state by a message; returns the logarithm of the integral.
  private func update(
    _ m: UnsafePointer<Double>, _ p: UnsafePointer<Double>, _ lambda: UnsafePointer<Double>,
    _ eta: UnsafePointer<Double>, stride s: Int, to m1: UnsafeMutablePointer<Double>,
    _ p1: UnsafeMutablePointer<Double>
  ) -> Double {
    let (n, c) = (size, components)
    m1.update(from: m, count: n)
    p1.update(from: p, count: n * n)
    var isEmpty = true
    for i in 0..<(c * c) where lambda[i] != 0 { isEmpty = false }
    for i in 0..<c where eta[i] != 0 { isEmpty = false }
    if isEmpty { return 0 }
    // P = L L^T, M = I + L_f^T Lambda L_f = K K^T, P+ = (P^-1 + Lambda)^-1 = (L K^-T) (L K^-T)^T: nothing is subtracted.
    let l = room
    let (half, k, b) = (l + n * n, l + 2 * n * n, l + 3 * n * n)
    let rest = l + 4 * n * n
    l.update(from: p, count: n * n)
    factor(l, n)
    for a in 0..<c {
      for j in 0..<n {
        var sum = 0.0
        for t in (j + s - 1) / s..<max(c, (j + s - 1) / s) { sum += lambda[a * c + t] * l[t * s * n + j] }
        half[a * n + j] = sum
      }
    }
    for i in 0..<n {
      for j in 0...i {
        var sum = i == j ? 1.0 : 0
        for t in (i + s - 1) / s..<max(c, (i + s - 1) / s) { sum += l[t * s * n + i] * half[t * n + j] }
        k[i * n + j] = sum
      }
    }
    factor(k, n)
    for i in 0..<n {
      for j in 0..<n {
        var sum = j <= i ? l[i * n + j] : 0
        for t in 0..<j { sum -= b[i * n + t] * k[j * n + t] }
        b[i * n + j] = sum / k[j * n + j]
      }
    }
    for i in 0..<n {
      for j in 0...i {
        var sum = 0.0
        for t in 0..<n { sum += b[i * n + t] * b[j * n + t] }
        p1[i * n + j] = sum
        p1[j * n + i] = sum
      }
    }
    // m+ = m + P+_:f (eta - Lambda m_f).
    var logMass = 0.0
    for i in 0..<n { logMass -= log(k[i * n + i]) }
    for a in 0..<c {
      var product = 0.0
      for t in 0..<c { product += lambda[a * c + t] * m[t * s] }
      rest[a] = eta[a] - product
      logMass += m[a * s] * (eta[a] - 0.5 * product)
    }
    for i in 0..<n {
      var sum = m[i]
      for a in 0..<c { sum += p1[i * n + a * s] * rest[a] }
      m1[i] = sum
    }
    for a in 0..<c { logMass += 0.5 * rest[a] * (m1[a * s] - m[a * s]) }
    return logMass
  }

  // MARK: Smoother

  /// Runs filter and smoother: leaves `means` and `covariances`; returns log Z.
  package func smooth() -> Double {
    let logMass = filter()
    let (n, c, s) = (size, components, smoothness.states)
    guard !points.isEmpty else { return logMass }
    let last = points.count - 1
    (smoothedMean + last * n).update(from: filteredMean + last * n, count: n)
    (smoothedCovariance + last * n * n).update(from: filteredCovariance + last * n * n, count: n * n)
    for j in stride(from: last - 1, through: 0, by: -1) {
      let (here, square, next, nextSquare) = (j * n, j * n * n, (j + 1) * n, (j + 1) * n * n)
      let predicted = (
        mean: UnsafePointer(predictedMean + next), covariance: UnsafePointer(predictedCovariance + nextSquare)
      )
      let smoothed = (
        mean: UnsafePointer(smoothedMean + next), covariance: UnsafePointer(smoothedCovariance + nextSquare)
      )
      smoothBack(
        filteredMean + here, filteredCovariance + square, distance: points[j + 1] - points[j], next: predicted,
        smoothed: smoothed, to: smoothedMean + here, smoothedCovariance + square, room)
    }
    for j in points.indices {
      for a in 0..<c {
        means[j * c + a] = smoothedMean[j * n + a * s]
        let row = smoothedCovariance + (j * n + a * s) * n
        for b in 0..<c { covariances[(j * c + a) * c + b] = row[b * s] }
      }
    }
    return logMass
  }

  /// (m, V) = (m+ + G (m' - m-), P+ + G (V' - P-) G^T), G = P+ A^T (P-)^-1.
  private func smoothBack(
    _ m: UnsafePointer<Double>, _ p: UnsafePointer<Double>, distance: Double,
    next: (mean: UnsafePointer<Double>, covariance: UnsafePointer<Double>),
    smoothed: (mean: UnsafePointer<Double>, covariance: UnsafePointer<Double>), to m1: UnsafeMutablePointer<Double>,
    _ p1: UnsafeMutablePointer<Double>, _ room: UnsafeMutablePointer<Double>
  ) {
    let (n, s) = (size, smoothness.states)
    let (a, f) = (room, room + n * n)
    let (g, d) = (f + n * n, f + 2 * n * n)
    for c in 0..<components {
      smoothness.writeTransition(smoothness.rate * distance / lengthScales[c], to: a + c * s * s)
    }
    f.update(from: next.covariance, count: n * n)
    factor(f, n)
    // Row i of G solves (P-) g = A p_i.
    for i in 0..<n {
      let row = g + i * n
      for c in 0..<components {
        for r in 0..<s {
          var sum = 0.0
          let (transition, source) = (a + (c * s + r) * s, p + i * n + c * s)
          for t in 0..<s { sum += transition[t] * source[t] }
          row[c * s + r] = sum
        }
      }
      for r in 0..<n {
        var sum = row[r]
        for t in 0..<r { sum -= f[r * n + t] * row[t] }
        row[r] = sum / f[r * n + r]
      }
      for r in stride(from: n - 1, through: 0, by: -1) {
        var sum = row[r]
        var t = r + 1
        while t < n {
          sum -= f[t * n + r] * row[t]
          t += 1
        }
        row[r] = sum / f[r * n + r]
      }
    }
    for i in 0..<n {
      var sum = m[i]
      for t in 0..<n {
        let change: Double = smoothed.mean[t] - next.mean[t]
        sum += g[i * n + t] * change
      }
      m1[i] = sum
      for j in 0..<n {
        var sum = 0.0
        for t in 0..<n {
          let change: Double = smoothed.covariance[t * n + j] - next.covariance[t * n + j]
          sum += g[i * n + t] * change
        }
        d[i * n + j] = sum
      }
    }
    for i in 0..<n {
      for j in 0...i {
        var sum = p[i * n + j]
        for t in 0..<n { sum += d[i * n + t] * g[j * n + t] }
        p1[i * n + j] = sum
        p1[j * n + i] = sum
      }
    }
  }

  // MARK: Prediction

  /// The posterior of the values at any point, after `smooth`: the mean, and the covariance, row after row.
  package func predict(at x: Double) -> (mean: [Double], covariance: [Double]) {
    let (n, c, s) = (size, components, smoothness.states)
    // The number of points at or before x.
    var (low, high) = (0, points.count)
    while low < high {
      let middle = (low + high) / 2
      if points[middle] <= x { low = middle + 1 } else { high = middle }
    }
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: 3 * (n + n * n) + 5 * n * n) { space in
      guard let base = space.baseAddress else { return ([], []) }
      let m = base
      let p = m + n
      let m1 = p + n * n
      let p1 = m1 + n
      let m2 = p1 + n * n
      let p2 = m2 + n
      let spare = p2 + n * n
      let a = spare + 4 * n * n
      if low == 0 {
        m.update(repeating: 0, count: n)
        writeStationary(p)
      } else {
        let j = low - 1
        predict(
          from: filteredMean + j * n, filteredCovariance + j * n * n, distance: x - points[j], transition: a, to: m,
          p, spare)
      }
      if low < points.count {
        let distance = points[low] - x
        predict(from: m, p, distance: distance, transition: a, to: m1, p1, spare)
        smoothBack(
          m, p, distance: distance, next: (UnsafePointer(m1), UnsafePointer(p1)),
          smoothed: (UnsafePointer(smoothedMean + low * n), UnsafePointer(smoothedCovariance + low * n * n)),
          to: m2, p2,
          spare)
      } else {
        m2.update(from: m, count: n)
        p2.update(from: p, count: n * n)
      }
      let mean = (0..<c).map { m2[$0 * s] }
      let covariance = (0..<(c * c)).map { (i: Int) -> Double in p2[(i / c) * s * n + (i % c) * s] }
      return (mean, covariance)
    }
  }
}

/// The lower Cholesky factor in place, row after row. What rounding makes negative on the diagonal is as good as 0: it is
/// lifted to the smallest size that rounding can tell from it.
@inline(__always) func factor(_ a: UnsafeMutablePointer<Double>, _ n: Int) {
  for j in 0..<n {
    let diagonal = a[j * n + j]
    var sum = diagonal
    for t in 0..<j { sum -= a[j * n + t] * a[j * n + t] }
    let root = max(sum, diagonal * 0x1p-50, .leastNormalMagnitude).squareRoot()
    a[j * n + j] = root
    for i in (j + 1)..<max(n, j + 1) {
      var sum = a[i * n + j]
      for t in 0..<j { sum -= a[i * n + t] * a[j * n + t] }
      a[i * n + j] = sum / root
    }
  }
}
