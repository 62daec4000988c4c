/// What other modes need to know of a mode's functions at its points: first and second moments, packed.
///
/// A row holds m_0 and V_00 (component 0 is the additive effect), then, each from a new vector of four on,
/// m_1 ... m_R; M_01 ... M_0R with M = V + m m^T; and M_rs for 1 <= r <= s <= R.
final class TensorMoments {
  typealias Vector = SIMD4<Double>

  let rank: Int
  let width: Int
  let rows: UnsafeMutablePointer<Double>

  static var effect: Int { 0 }
  static var variance: Int { 1 }
  var firstMean: Int { 4 }
  var firstCross: Int { 4 + 4 * vectors }
  var firstPair: Int { 4 + 8 * vectors }
  var pairs: Int { rank * (rank + 1) / 2 }

  /// The vectors of means and of crosses, and those of pairs.
  var vectors: Int { (rank + 3) / 4 }
  var pairVectors: Int { (pairs + 3) / 4 }
  /// The same places in bytes.
  var means: Int { 8 * firstMean }
  var crosses: Int { 8 * firstCross }
  var pairBlock: Int { 8 * firstPair }

  init(points: Int, rank: Int) {
    self.rank = rank
    width = 4 * (1 + 2 * ((rank + 3) / 4) + (rank * (rank + 1) / 2 + 3) / 4)
    rows = VectorRows.allocate(points * width)
  }

  /// Of the posterior of functions, at any coordinates.
  convenience init(_ functions: any ModeFunctions, at coordinates: [Double], rank: Int) {
    self.init(points: coordinates.count, rank: rank)
    for (point, x) in coordinates.enumerated() {
      let function = functions.predict(at: x)
      set(point, function.mean, function.covariance)
    }
  }

  /// Without the additive effect.
  func withoutEffect(points: Int) -> TensorMoments {
    let rest = TensorMoments(points: points, rank: rank)
    rest.rows.update(from: rows, count: points * width)
    for point in 0..<points {
      let row = rest.rows + point * width
      (row[Self.effect], row[Self.variance]) = (0, 0)
      for r in 0..<rank { row[firstCross + r] = 0 }
    }
    return rest
  }

  deinit { rows.deallocate() }

  /// Takes the moments of a point from means and covariances, (R + 1) and (R + 1)^2 numbers.
  @inline(__always) func set(_ point: Int, _ m: UnsafePointer<Double>, _ v: UnsafePointer<Double>) {
    let (row, n) = (rows + point * width, rank + 1)
    (row[Self.effect], row[Self.variance]) = (m[0], v[0])
    for r in 0..<rank {
      row[firstMean + r] = m[1 + r]
      row[firstCross + r] = v[1 + r] + m[0] * m[1 + r]
    }
    var place = firstPair
    for r in 1..<max(n, 1) {
      for s in r..<n {
        row[place] = v[r * n + s] + m[r] * m[s]
        place += 1
      }
    }
  }

  /// The means and the covariances of a point; those of the additive effect with others are left out.
  func get(_ point: Int) -> (m: [Double], v: [Double]) {
    let (row, n) = (rows + point * width, rank + 1)
    let m = [row[Self.effect]] + (0..<rank).map { row[firstMean + $0] }
    var v = Array(repeating: 0.0, count: n * n)
    v[0] = row[Self.variance]
    var place = firstPair
    for r in 1..<max(n, 1) {
      for s in r..<n {
        (v[r * n + s], v[s * n + r]) = (row[place] - m[r] * m[s], row[place] - m[r] * m[s])
        place += 1
      }
    }
    return (m, v)
  }

  /// Room for vectors, and for pointers to rows.
  static func withVectors(
    _ count: Int, _ pointers: Int,
    _ body: (UnsafeMutablePointer<Vector>, UnsafeMutablePointer<UnsafeRawPointer>) -> Void
  ) {
    withUnsafeTemporaryAllocation(of: Vector.self, capacity: count + 1) { vectors in
      withUnsafeTemporaryAllocation(of: UnsafeRawPointer.self, capacity: pointers + 1) { rows in
        guard let vectors = vectors.baseAddress, let rows = rows.baseAddress else { return }
        body(vectors, rows)
      }
    }
  }
}
