/// What other modes need to know of a mode's functions at its points: first and second moments, packed.
///
/// A row holds m_0 ... m_R (component 0 is the additive effect), V_00, M_01 ... M_0R with M = V + m m^T, and M_rs for
/// 1 <= r <= s <= R.
final class TensorMoments {
  let rank: Int
  let width: Int
  let rows: UnsafeMutablePointer<Double>

  var pairs: Int { rank * (rank + 1) / 2 }
  var firstCross: Int { rank + 2 }
  var firstPair: Int { 2 * rank + 2 }

  init(points: Int, rank: Int) {
    self.rank = rank
    width = 2 * rank + 2 + rank * (rank + 1) / 2
    rows = .allocate(capacity: max(points * width, 1))
    rows.initialize(repeating: 0, count: max(points * width, 1))
  }

  /// Of the functions of a chain that has been smoothed, at any coordinates.
  convenience init(_ chain: LatentChain, at coordinates: [Double], rank: Int) {
    self.init(points: coordinates.count, rank: rank)
    for (point, x) in coordinates.enumerated() {
      let function = chain.predict(at: x)
      set(point, function.mean, function.covariance)
    }
  }

  deinit { rows.deallocate() }

  /// Takes the moments of a point from means and covariances, (R + 1) and (R + 1)^2 numbers.
  @inline(__always) func set(_ point: Int, _ m: UnsafePointer<Double>, _ v: UnsafePointer<Double>) {
    let (row, n) = (rows + point * width, rank + 1)
    for a in 0..<n { row[a] = m[a] }
    row[n] = v[0]
    for r in 0..<rank { row[firstCross + r] = v[1 + r] + m[0] * m[1 + r] }
    var place = firstPair
    for r in 1..<max(n, 1) {
      for s in r..<n {
        row[place] = v[r * n + s] + m[r] * m[s]
        place += 1
      }
    }
  }
}
