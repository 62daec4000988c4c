extension ModeFunctions {
  /// The posterior of the values at a point without the point's own message, after `writePosterior`: what the rest
  /// of the mode says of it, as if it were new. The mean is (1 - V Lambda)^-1 (m - V eta) and the covariance
  /// (1 - V Lambda)^-1 V, of the posterior (m, V); no prior is inverted, and V and Lambda may be singular.
  ///
  /// Rounding errors are those of V times the ratio of the variances without and with the message.
  package func cavity(_ j: Int) -> (mean: [Double], covariance: [Double]) {
    let n = components
    let (m, v) = (means + j * n, covariances + j * n * n)
    let (l, e) = (precision + j * n * n, linear + j * n)
    // Rows of (1 - V Lambda | V | m - V eta).
    let width = 2 * n + 1
    var a = Array(repeating: 0.0, count: n * width)
    for i in 0..<n {
      a[i * width + 2 * n] = m[i]
      for k in 0..<n {
        var sum = i == k ? 1.0 : 0
        for t in 0..<n { sum -= v[i * n + t] * l[t * n + k] }
        a[i * width + k] = sum
        a[i * width + n + k] = v[i * n + k]
        a[i * width + 2 * n] -= v[i * n + k] * e[k]
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
    func solution(_ i: Int, _ column: Int) -> Double { a[i * width + column] / a[i * width + i] }
    var covariance = Array(repeating: 0.0, count: n * n)
    for i in 0..<n {
      for k in 0...i {
        covariance[i * n + k] = 0.5 * (solution(i, n + k) + solution(k, n + i))
        covariance[k * n + i] = covariance[i * n + k]
      }
    }
    return ((0..<n).map { solution($0, 2 * n) }, covariance)
  }
}
