import NumericCore

extension StateSpaceRegression {
  /// Joint draws from the posterior of mean + f at points, which need no order and may repeat:
  /// `[draw][point]`.
  ///
  /// By Matheron's rule: a path of the prior, plus the posterior mean of what data drawn about that path
  /// leave of the data (Journel and Huijbregts, 'Mining geostatistics', 1978). Points that differ by less
  /// than 1e-10 of their range, that of the data included, count as one.
  ///
  /// Cost: a filter and a smoother over data and points for each draw.
  /// - Throws: `TensorError.notFinite` for a point; `invalidSetting` for a count below 0.
  public func samples(at x: [Double], count: Int, seed: UInt64) throws(TensorError) -> [[Double]] {
    guard count >= 0 else {
      throw .invalidSetting(name: "count", value: Double(count), expected: ">= 0")
    }
    if let place = x.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(what: "point", entry: place, value: x[place])
    }
    let data = chain.points.count
    let index = ModeIndex(chain.points + x)
    let joint = LatentChain(index.points, components: 1, smoothness: smoothness, lengthScale: lengthScale)
    joint.variances = [variance]
    var linear = Array(repeating: 0.0, count: index.points.count)
    for j in 0..<data {
      let place = Int(index.pointOfEntry[j])
      joint.precision[place] += chain.precision[j]
      linear[place] += chain.linear[j]
    }
    let key = RandomKey(seed: seed).child("state-space samples")
    return (0..<count).map { draw in
      var stream = RandomStream(key.child(UInt64(draw)))
      let path = joint.drawPrior(&stream)
      for j in linear.indices {
        let precision = joint.precision[j]
        joint.linear[j] = linear[j] - precision * path[j] - precision.squareRoot() * stream.normal()
      }
      _ = joint.smooth()
      return x.indices.map { i in
        let place = Int(index.pointOfEntry[data + i])
        return mean + path[place] + joint.means[place]
      }
    }
  }
}

extension LatentChain {
  /// A path of the prior of the first component at the points.
  func drawPrior(_ stream: inout RandomStream) -> [Double] {
    let s = smoothness.states
    var (state, moved) = (Array(repeating: 0.0, count: s), Array(repeating: 0.0, count: s))
    var transition = Array(repeating: 0.0, count: s * s)
    var path: [Double] = []
    path.reserveCapacity(points.count)
    for j in points.indices {
      var spread = smoothness.stationary
      if j > 0 {
        let distance = smoothness.rate * (points[j] - points[j - 1]) / lengthScales[0]
        smoothness.writeStep(distance, to: &transition, noise: &spread)
      }
      factorLower(&spread, s)
      let normals = (0..<s).map { _ in stream.normal() }
      for a in 0..<s {
        moved[a] = 0
        for b in 0..<s { moved[a] += transition[a * s + b] * state[b] }
        for b in 0...a { moved[a] += spread[a * s + b] * normals[b] }
      }
      swap(&state, &moved)
      path.append(variances[0].squareRoot() * state[0])
    }
    return path
  }
}

/// The lower Cholesky factor in place, row after row; a diagonal that is about 0 is lifted as `VectorRows.factor`
/// lifts it.
private func factorLower(_ a: inout [Double], _ n: Int) {
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
