import NumericCore

extension KroneckerPrior {
  /// The derivatives of a log density by the hyper-parameters.
  public struct HyperparameterGradient: Sendable {
    /// By sigma.
    public let sigma: Double
    /// By the elements of K_T and of C.
    public let time, communities: Matrix
  }

  /// The derivatives of `logDensity(at: y)` by sigma, K_T and C.
  ///
  /// With a = Sigma^-1 y, S the covariance: dL = (a^T dS a - tr S^-1 dS) / 2, and S^-1 = (I - sum s_ak (u_a
  /// (x) v_k) (u_a (x) v_k)^T) / (lambda sigma)^2 in the eigenvectors, s the shrinkage. Cost: O(N B K + B^2
  /// (B + K)).
  ///
  /// - Parameter gradient: that of `logDensity(at: y)`, which is -a.
  public func hyperparameterGradient(_ gradient: [Double]) -> HyperparameterGradient {
    precondition(gradient.count == 2 * nodes * times)
    let (n, count, square) = (nodes, communities.columns, sigma * sigma)
    let lambdaSquare = variance / square
    let kept = nodeValues.indices
    // C^T a for each time and coordinate, and K_T times that.
    var inCommunities = Matrix(rows: 2 * times, columns: count)
    for row in 0..<2 * times {
      for k in 0..<count {
        var sum = 0.0
        for i in 0..<n { sum += communities[i, k] * gradient[row * n + i] }
        inCommunities[row, k] = sum
      }
    }
    var smooth = Matrix(rows: 2 * times, columns: count)
    for t in 0..<times {
      for s in 0..<times {
        for d in 0..<2 {
          for k in 0..<count { smooth[2 * t + d, k] += time[t, s] * inCommunities[2 * s + d, k] }
        }
      }
    }
    var byTime = Matrix(rows: times, columns: times)
    let trace = nodeValues.reduce(0, +)
    let shrunk = (0..<times).map { a in kept.reduce(0) { $0 + shrinkage[a, $1] * nodeValues[$1] } }
    for t in 0..<times {
      for s in 0..<times {
        var sum = 0.0
        for d in 0..<2 { for k in 0..<count { sum += inCommunities[2 * t + d, k] * inCommunities[2 * s + d, k] } }
        var inverse = t == s ? trace : 0
        for a in 0..<times { inverse -= shrunk[a] * timeVectors[t, a] * timeVectors[s, a] }
        byTime[t, s] = 0.5 * lambdaSquare * sum - inverse / square
      }
    }
    var byCommunities = Matrix(rows: n, columns: count)
    let level = timeValues.reduce(0, +)
    let weights = kept.map { k in (0..<times).reduce(0) { $0 + timeValues[$1] * shrinkage[$1, k] } }
    var projected = Matrix(rows: kept.count, columns: count)
    for k in kept {
      for l in 0..<count {
        projected[k, l] = weights[k] * (0..<n).reduce(0) { $0 + nodeVectors[$1, k] * communities[$1, l] }
      }
    }
    for i in 0..<n {
      for l in 0..<count {
        var sum = 0.0
        for row in 0..<2 * times { sum += gradient[row * n + i] * smooth[row, l] }
        let inverse = kept.reduce(level * communities[i, l]) { $0 - nodeVectors[i, $1] * projected[$1, l] }
        byCommunities[i, l] = lambdaSquare * sum - 2 * inverse / square
      }
    }
    let size = gradient.reduce(0) { $0 + $1 * $1 }
    var free = Double(n * times)
    for a in 0..<times { for k in kept { free -= shrinkage[a, k] } }
    return HyperparameterGradient(
      sigma: sigma * (lambdaSquare * size - 2 * free / square), time: byTime, communities: byCommunities)
  }
}
