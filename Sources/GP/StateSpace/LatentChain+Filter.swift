#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension LatentChain {
  /// Writes the state before any data: 0, and the stationary covariance.
  func writeStationary(_ m: UnsafeMutablePointer<Double>, _ p: UnsafeMutablePointer<Double>) {
    let (s, n, w, own) = (shape.states, components, shape.rows.width, smoothness.stationary)
    m.update(repeating: 0, count: w)
    p.update(repeating: 0, count: shape.size * w)
    for c in 0..<n {
      for a in 0..<s { for b in 0..<s { p[(a * n + c) * w + b * n + c] = variances[c] * own[a * s + b] } }
    }
  }

  /// A and Q of a distance: for each component, A then Q, row after row.
  func writeSteps(_ distance: Double, to steps: UnsafeMutablePointer<Double>) {
    let s = smoothness.states
    for c in 0..<components {
      let step = steps + 2 * c * s * s
      smoothness.writeStep(smoothness.rate * distance / lengthScales[c], to: step, noise: step + s * s)
      for i in 0..<(s * s) { step[s * s + i] *= variances[c] }
    }
  }

  /// P1 = B P B^T, where B has the transitions A of `steps`, one for each component, or their transposes.
  ///
  /// - Parameter room: for a matrix, or a row.
  @inline(__always) func transform(
    _ shape: ChainShape, _ p: UnsafePointer<Double>, _ steps: UnsafePointer<Double>, transposed: Bool = false,
    to p1: UnsafeMutablePointer<Double>, _ room: UnsafeMutablePointer<Double>
  ) {
    let (s, n, w, rows) = (shape.states, shape.size, shape.rows.width, shape.rows)
    if s == 1 {
      rows.clear(room)
      for i in 0..<n { room[i] = steps[2 * i] }
      for i in 0..<n {
        rows.set(p1 + i * w, room[i], p + i * w)
        rows.multiply(p1 + i * w, by: room)
      }
      return
    }
    let (down, right, c) = transposed ? (1, s, shape.components) : (s, 1, shape.components)
    for a in 0..<c {
      let block = steps + 2 * a * s * s
      for i in 0..<s {
        let row = room + (i * c + a) * w
        rows.set(row, block[i * down], p + a * w)
        for k in 1..<s { rows.add(block[i * down + k * right], p + (k * c + a) * w, to: row) }
      }
    }
    for i in 0..<n {
      let (row, target) = (room + i * w, p1 + i * w)
      for a in 0..<c {
        let block = steps + 2 * a * s * s
        for j in 0..<s {
          var sum = 0.0
          for k in 0..<s { sum += row[k * c + a] * block[j * down + k * right] }
          target[j * c + a] = sum
        }
      }
    }
  }

  /// (m, P) of the state some steps on: (A m, A P A^T + Q).
  @inline(__always) func predict(
    _ shape: ChainShape, from m: UnsafePointer<Double>, _ p: UnsafePointer<Double>, _ steps: UnsafePointer<Double>,
    to m1: UnsafeMutablePointer<Double>, _ p1: UnsafeMutablePointer<Double>, _ room: UnsafeMutablePointer<Double>
  ) {
    let (s, c, w) = (shape.states, shape.components, shape.rows.width)
    transform(shape, p, steps, to: p1, room)
    for a in 0..<c {
      let step = steps + 2 * a * s * s
      for i in 0..<s {
        var mean = 0.0
        for k in 0..<s {
          mean += step[i * s + k] * m[k * c + a]
          p1[(i * c + a) * w + k * c + a] += step[s * s + i * s + k]
        }
        m1[i * c + a] = mean
      }
    }
  }

  /// The ways to all points but the first, unless they are as they have to be.
  private func writeSteps() {
    guard parametersOfSteps != (lengthScales, variances) else { return }
    parametersOfSteps = (lengthScales, variances)
    let width = 2 * shape.size * shape.states
    for j in points.indices.dropFirst() {
      let (distance, own) = (points[j] - points[j - 1], steps + j * width)
      if j > 1, distance == points[j - 1] - points[j - 2] {
        own.update(from: own - width, count: width)
      } else {
        writeSteps(distance, to: own)
      }
    }
  }

  /// Runs the filter; returns log Z, the logarithm of the integral of the prior times the messages.
  package func filter() -> Double {
    writeSteps()
    return shape == .smallest ? filter(.smallest) : filter(shape)
  }

  @inline(__always) private func filter(_ shape: ChainShape) -> Double {
    let (n, w, c, stepWidth) = (shape.size, shape.rows.width, shape.components, 2 * shape.size * shape.states)
    var logMass = 0.0
    for j in points.indices {
      let (m, p) = (predictedMean + j * w, predictedCovariance + j * n * w)
      if j == 0 {
        writeStationary(m, p)
      } else {
        let before = j - 1
        predict(
          shape, from: filteredMean + before * w, filteredCovariance + before * n * w, steps + j * stepWidth, to: m, p,
          room)
      }
      logMass += update(
        shape, m, p, predictedFactor + j * n * w, precision + j * c * c, linear + j * c, to: filteredMean + j * w,
        filteredCovariance + j * n * w)
    }
    return logMass
  }

  /// Multiplies a predicted state by a message; returns the logarithm of the integral. Leaves U of the predicted
  /// covariance.
  ///
  /// With P = U^T U, the values first, M = I + U_ff Lambda U_ff^T = R^T R and C = U but for its first rows, R^-T U:
  /// P+ = (P^-1 + Lambda)^-1 = C^T C. Nothing is subtracted.
  @inline(__always) private func update(
    _ shape: ChainShape, _ m: UnsafePointer<Double>, _ p: UnsafePointer<Double>,
    _ factor: UnsafeMutablePointer<Double>, _ lambda: UnsafePointer<Double>, _ eta: UnsafePointer<Double>,
    to m1: UnsafeMutablePointer<Double>, _ p1: UnsafeMutablePointer<Double>
  ) -> Double {
    let (n, w, c, rows) = (shape.size, shape.rows.width, shape.components, shape.rows)
    for i in 0..<n { rows.set(factor + i * w, 1, p + i * w) }
    rows.factor(factor, n)
    rows.set(m1, 1, m)
    var isEmpty = true
    for i in 0..<(c * c) where lambda[i] != 0 { isEmpty = false }
    for i in 0..<c where eta[i] != 0 { isEmpty = false }
    if isEmpty {
      for i in 0..<n { rows.set(p1 + i * w, 1, p + i * w) }
      return 0
    }
    let (u, r, transposed, seen) = (room, room + n * w, room + 2 * n * w, room + 3 * n * w)
    let (before, rest) = (room + 4 * n * w, room + 4 * n * w + w)
    // U_ff^T, and Lambda U_ff^T.
    for t in 0..<c {
      rows.clear(transposed + t * w)
      for j in 0...t { transposed[t * w + j] = factor[j * w + t] }
    }
    for a in 0..<c {
      rows.clear(seen + a * w)
      rows.accumulate(lambda + a * c, 1, transposed, c, in: seen + a * w)
    }
    for i in 0..<c {
      rows.clear(r + i * w)
      r[i * w + i] = 1
      rows.accumulate(factor + i * w + i, 1, seen + i * w, c - i, in: r + i * w)
    }
    rows.factor(r, c)
    for i in 0..<n {
      let row = u + i * w
      rows.set(row, 1, factor + i * w)
      for j in 0..<i { row[j] = 0 }
      guard i < c else { continue }
      rows.accumulate(r + i, w, u, i, in: row, subtracting: true)
      rows.set(row, 1 / r[i * w + i], row)
    }
    for k in 0..<n {
      rows.clear(p1 + k * w)
      rows.accumulate(u + k, w, u, max(c, k + 1), in: p1 + k * w)
    }
    var (determinant, logMass) = (1.0, 0.0)
    for i in 0..<c {
      determinant *= r[i * w + i]
      // Before a product of many large pivots overflows.
      if determinant > 0x1p400 {
        logMass -= log(determinant)
        determinant = 1
      }
    }
    logMass -= log(determinant)
    // m+ = m + P+_:f (eta - Lambda m_f).
    for a in 0..<c {
      var product = 0.0
      for t in 0..<c { product += lambda[a * c + t] * m[t] }
      (before[a], rest[a]) = (m[a], eta[a] - product)
      logMass += m[a] * (eta[a] - 0.5 * product)
    }
    rows.accumulate(rest, 1, p1, c, in: m1)
    for a in 0..<c { logMass += 0.5 * rest[a] * (m1[a] - before[a]) }
    return logMass
  }
}
