extension LatentChain {
  /// Writes the derivatives of log Z in log length scales, then in log variances, by component; after `filter`.
  ///
  /// A backward pass of r and N, the gradient and the negative Hessian of the log mass of all later messages in the
  /// state (de Jong, 'The diffuse Kalman filter', 1991). With M = r r^T - N of a predicted state, the derivative of
  /// log Z in its covariance is M / 2, and so it is in Q; that in A, which leads there from (m, P), is r m^T + M A
  /// P.
  ///
  /// Cost: about that of the filter.
  package func writeGradient(to gradient: UnsafeMutablePointer<Double>) {
    if shape == .smallest { writeGradient(.smallest, to: gradient) } else { writeGradient(shape, to: gradient) }
  }

  @inline(__always) private func writeGradient(_ shape: ChainShape, to gradient: UnsafeMutablePointer<Double>) {
    let (n, w, c, s, rows) = (shape.size, shape.rows.width, shape.components, shape.states, shape.rows)
    let stepWidth = 2 * n * s
    let (r, moved, information) = (room, room + w, room + 2 * w)
    let spare = information + n * w
    gradient.update(repeating: 0, count: 2 * c)
    r.update(repeating: 0, count: 2 * w)
    information.update(repeating: 0, count: n * w)
    for j in stride(from: points.count - 1, through: 0, by: -1) {
      takeMessage(shape, j, r, information, spare)
      guard j > 0 else { break }
      let (before, way) = (j - 1, steps + j * stepWidth)
      addStep(
        shape, r, information, filteredMean + before * w, filteredCovariance + before * n * w, way,
        distance: points[j] - points[before], to: gradient, spare)
      transform(shape, information, way, transposed: true, to: spare, spare + n * w)
      for i in 0..<n { rows.set(information + i * w, 1, spare + i * w) }
      for a in 0..<c {
        for k in 0..<s {
          var sum = 0.0
          for i in 0..<s { sum += way[2 * a * s * s + i * s + k] * r[i * c + a] }
          moved[k * c + a] = sum
        }
      }
      rows.set(r, 1, moved)
    }
    guard !points.isEmpty else { return }
    let stationary = smoothness.stationary
    for a in 0..<c {
      for i in 0..<s {
        for k in 0..<s {
          let (x, y) = (i * c + a, k * c + a)
          gradient[c + a] += 0.5 * variances[a] * stationary[i * s + k] * (r[x] * r[y] - information[x * w + y])
        }
      }
    }
  }

  /// From after a message to before it: with g = P+_:f Lambda and L = I - g H, r <- L^T r + H^T (eta - Lambda m+_f)
  /// and N <- L^T N L + H^T (Lambda - Lambda P+_ff Lambda) H.
  @inline(__always) private func takeMessage(
    _ shape: ChainShape, _ j: Int, _ r: UnsafeMutablePointer<Double>, _ information: UnsafeMutablePointer<Double>,
    _ room: UnsafeMutablePointer<Double>
  ) {
    let (n, w, c, rows) = (shape.size, shape.rows.width, shape.components, shape.rows)
    let (lambda, eta) = (precision + j * c * c, linear + j * c)
    let (m, p) = (filteredMean + j * w, filteredCovariance + j * n * w)
    // The rows of g^T, of g^T N, and what r gains.
    let (g, product, gain) = (room, room + c * w, room + 2 * c * w)
    for a in 0..<c {
      let (row, target) = (g + a * w, product + a * w)
      rows.clear(row)
      rows.accumulate(lambda + a * c, 1, p, c, in: row)
      var sum = eta[a]
      for b in 0..<c { sum -= lambda[a * c + b] * m[b] }
      rows.set(target, row[0], information)
      rows.accumulate(row + 1, 1, information + w, n - 1, in: target)
      gain[a] = sum - rows.dot(row, r)
    }
    // The lower triangle; what rounding makes asymmetric would grow.
    for a in 0..<c {
      r[a] += gain[a]
      let target = information + a * w
      rows.add(-1, product + a * w, to: target)
      for i in a..<n { information[i * w + a] -= product[a * w + i] }
      for b in 0...a {
        var sum = lambda[a * c + b] + rows.dot(product + a * w, g + b * w)
        for t in 0..<c { sum -= g[a * w + t] * lambda[t * c + b] }
        target[b] += sum
      }
    }
    for i in 0..<n { for k in 0..<i { information[k * w + i] = information[i * w + k] } }
  }

  /// Adds what the way from a filtered state (m, P) to a predicted one, whose r and N are given, adds to the
  /// gradient. By z, the distance in units of 1 / lambda: dA = F A and dQ = q a a^T with a the last column of A; z
  /// falls with the length scale.
  @inline(__always) private func addStep(
    _ shape: ChainShape, _ r: UnsafePointer<Double>, _ information: UnsafePointer<Double>,
    _ m: UnsafePointer<Double>, _ p: UnsafePointer<Double>, _ way: UnsafePointer<Double>, distance: Double,
    to gradient: UnsafeMutablePointer<Double>, _ room: UnsafeMutablePointer<Double>
  ) {
    let (n, w, c, s, rows) = (shape.size, shape.rows.width, shape.components, shape.states, shape.rows)
    let (diffusion, rate) = (smoothness.diffusion, smoothness.rate)
    let (row, transitions) = (room, room + w)
    if s == 1 {
      rows.clear(transitions)
      for i in 0..<n { transitions[i] = way[2 * i] }
    }
    for a in 0..<c {
      let (transition, noise) = (way + 2 * a * s * s, way + 2 * a * s * s + s * s)
      var (byDistance, byVariance) = (0.0, 0.0)
      for i in 0..<s {
        let x = i * c + a
        // The row of M, and that of M A.
        rows.set(row, r[x], r)
        rows.add(-1, information + x * w, to: row)
        for k in 0..<s {
          let weight = 0.5 * row[k * c + a]
          byVariance += weight * noise[i * s + k]
          byDistance += weight * variances[a] * diffusion * transition[i * s + s - 1] * transition[k * s + s - 1]
        }
        if s == 1 {
          rows.multiply(row, by: transitions)
        } else {
          for b in 0..<c {
            let (block, part) = (way + 2 * b * s * s, row + b)
            let old = (part[0], part[c], s > 2 ? part[2 * c] : 0)
            for k in 0..<s {
              part[k * c] = old.0 * block[k] + old.1 * block[s + k] + (s > 2 ? old.2 * block[2 * s + k] : 0)
            }
          }
        }
        for k in 0..<s {
          let adjoint = rows.dot(row, p + (k * c + a) * w) + r[x] * m[k * c + a]
          byDistance += adjoint * smoothness.rateOfChange(transition, i, k)
        }
      }
      gradient[a] -= min(rate * distance / lengthScales[a], MaternSmoothness.farthest) * byDistance
      gradient[c + a] += byVariance
    }
  }
}
