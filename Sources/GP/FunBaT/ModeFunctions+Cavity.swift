extension ModeFunctions {
  /// The posterior of the values at each point without the point's own message, after `writePosterior`: what the rest
  /// of the mode says of it, as if it were new. Means and covariances, laid out as the messages.
  ///
  /// Rounding errors are those of the posterior times the ratio of the variances without and with the message.
  package func cavities() -> (means: [Double], covariances: [Double]) {
    let (n, count) = (components, points.count)
    var (m, v) = (Array(repeating: 0.0, count: count * n), Array(repeating: 0.0, count: count * n * n))
    m.withUnsafeMutableBufferPointer { m in
      v.withUnsafeMutableBufferPointer { v in
        guard let m = m.baseAddress, let v = v.baseAddress else { return }
        for j in 0..<count {
          multiplyNormal(
            n, means + j * n, covariances + j * n * n, by: precision + j * n * n, linear + j * n, power: -1,
            to: m + j * n, v + j * n * n)
        }
      }
    }
    return (m, v)
  }
}

/// Multiplies a normal density, of mean m and covariance V, by a power of a message exp(eta . f - f . Lambda f / 2):
/// with s the power, the mean is (1 + s V Lambda)^-1 (m + s V eta) and the covariance (1 + s V Lambda)^-1 V. No matrix
/// but the first is inverted: V and Lambda may be singular.
///
/// Cost: some 3 n^3.
func multiplyNormal(
  _ n: Int, _ m: UnsafePointer<Double>, _ v: UnsafePointer<Double>, by lambda: UnsafePointer<Double>,
  _ eta: UnsafePointer<Double>, power s: Double, to m1: UnsafeMutablePointer<Double>,
  _ v1: UnsafeMutablePointer<Double>
) {
  // Rows of (1 + s V Lambda | V | m + s V eta).
  let width = 2 * n + 1
  withUnsafeTemporaryAllocation(of: Double.self, capacity: n * width) { a in
    for i in 0..<n {
      a[i * width + 2 * n] = m[i]
      for k in 0..<n {
        var sum = 0.0
        for t in 0..<n { sum += v[i * n + t] * lambda[t * n + k] }
        a[i * width + k] = (i == k ? 1 : 0) + s * sum
        a[i * width + n + k] = v[i * n + k]
        a[i * width + 2 * n] += s * v[i * n + k] * eta[k]
      }
    }
    for p in 0..<n {
      let best = (p..<n).reduce(p) { abs(a[$1 * width + p]) > abs(a[$0 * width + p]) ? $1 : $0 }
      if best != p { for k in p..<width { a.swapAt(best * width + k, p * width + k) } }
      for i in 0..<n where i != p {
        let factor = a[i * width + p] / a[p * width + p]
        for k in p..<width { a[i * width + k] -= factor * a[p * width + k] }
      }
    }
    for i in 0..<n {
      let scale = 1 / a[i * width + i]
      for k in n..<width { a[i * width + k] *= scale }
    }
    for i in 0..<n {
      m1[i] = a[i * width + 2 * n]
      for k in 0...i {
        let mean = 0.5 * (a[i * width + n + k] + a[k * width + n + i])
        (v1[i * n + k], v1[k * n + i]) = (mean, mean)
      }
    }
  }
}
