/// The factorisation A = Q R into orthonormal columns and an upper triangle (Householder's reflectors, LAPACK's
/// `dgeqrf`), made once and reused. With k = min(rows, columns), Q is rows x k and R is k x columns.
public struct QR: Sendable {
  /// R above and on the diagonal, reflectors below.
  private let factors: Matrix
  private let tau: [Double]

  /// Cost: 2 n^2 (m - n / 3) for m >= n. Throws `notFinite`.
  public init(_ matrix: Matrix) throws(LinearAlgebraError) {
    try matrix.requireFinite()
    let (m, n) = (matrix.rows, matrix.columns)
    var (factors, tau) = (matrix, Array(repeating: 0.0, count: Swift.min(m, n)))
    let info = factors.withUnsafeMutableBufferPointer { a in
      tau.withUnsafeMutableBufferPointer { tau in
        guard m > 0, n > 0, let a = a.baseAddress, let tau = tau.baseAddress else { return 0 }
        return LAPACK.qr(rows: m, columns: n, a, tau: tau)
      }
    }
    precondition(info == 0, "dgeqrf: \(info)")
    (self.factors, self.tau) = (factors, tau)
  }

  public var rows: Int { factors.rows }
  public var columns: Int { factors.columns }
  private var rank: Int { tau.count }

  /// R, k x columns, with zeros below its diagonal; the signs of the diagonal are LAPACK's choice.
  public var r: Matrix {
    var r = Matrix(rows: rank, columns: columns)
    for j in 0..<columns {
      r.withUnsafeMutableColumn(j) { r in
        factors.withUnsafeColumn(j) { factors in for i in 0..<Swift.min(j + 1, rank) { r[i] = factors[i] } }
      }
    }
    return r
  }

  /// The thin Q, rows x k. Made on each call, at the cost of the factorisation.
  public var q: Matrix {
    var q = Matrix(rows: rows, columns: rank)
    for j in 0..<rank { for i in 0..<rows { q[i, j] = factors[i, j] } }
    let info = q.withUnsafeMutableBufferPointer { q in
      tau.withUnsafeBufferPointer { tau in
        guard rank > 0, let q = q.baseAddress, let tau = tau.baseAddress else { return 0 }
        return LAPACK.orthogonal(rows: rows, columns: rank, reflectors: rank, q, tau: tau)
      }
    }
    precondition(info == 0, "dorgqr: \(info)")
    return q
  }

  /// Q' B of the full, square Q: its first k rows are those of the thin one, the rest is what Q does not reach. Cost:
  /// 4 rows k a column of B. Throws `shapeMismatch` unless B has as many rows as A.
  public func transposeTimes(_ b: Matrix) throws(LinearAlgebraError) -> Matrix {
    guard b.rows == rows else {
      throw .shapeMismatch(operation: "Q' B", left: [rows, rows], right: [b.rows, b.columns])
    }
    return multiply(transposed: true, b)
  }

  /// op(Q) B of the square Q. Precondition: B has as many rows as A.
  func multiply(transposed: Bool, _ b: Matrix) -> Matrix {
    precondition(b.rows == rows)
    var c = b
    let info = c.withUnsafeMutableBufferPointer { c in
      factors.withUnsafeBufferPointer { a in
        tau.withUnsafeBufferPointer { tau in
          guard rank > 0, let a = a.baseAddress, let tau = tau.baseAddress, let c = c.baseAddress else { return 0 }
          return LAPACK.multiplyByQ(
            transposed: transposed, rows: rows, columns: b.columns, reflectors: rank, a, tau: tau, c)
        }
      }
    }
    precondition(info == 0, "dormqr: \(info)")
    return c
  }

  /// Q' b, as for matrices.
  public func transposeTimes(_ b: [Double]) throws(LinearAlgebraError) -> [Double] {
    try transposeTimes(Matrix(rows: b.count, columns: 1, elements: b)).elements
  }

  /// The X that minimises the norm of each column of A X - B, for A with independent columns.
  ///
  /// - Throws: `shapeMismatch`, `notFinite` for an element of B, or `rankDeficient` with the first column whose distance
  ///   from the span of those before it is within rounding (16 max(m, n) ulp) of its norm. A matrix may be close to
  ///   singular without such a column: where the rank is the question, ask `SVD`.
  public func solve(_ b: Matrix) throws(LinearAlgebraError) -> Matrix {
    // Conventional: a few times the worst rounding of the reflections.
    let tolerance = 16 * Double(Swift.max(rows, columns)) * Double.ulpOfOne
    for j in 0..<columns {
      // A column of A is as long as R's.
      guard j < rank, factors[j, j].magnitude > tolerance * Self.norm(factors.column(j).prefix(j + 1)) else {
        throw .rankDeficient(column: j)
      }
    }
    try b.requireFinite()
    let c = try transposeTimes(b)
    var top = Matrix(rows: columns, columns: b.columns)
    for j in 0..<b.columns { for i in 0..<columns { top[i, j] = c[i, j] } }
    return try r.solve(.upper, top)
  }

  /// The x that minimises |A x - b|; throws as for matrices.
  public func solve(_ b: [Double]) throws(LinearAlgebraError) -> [Double] {
    try solve(Matrix(rows: b.count, columns: 1, elements: b)).elements
  }

  /// The Euclidean norm, without overflow.
  private static func norm(_ x: ArraySlice<Double>) -> Double {
    let largest = x.reduce(0) { Swift.max($0, $1.magnitude) }
    guard largest > 0 else { return 0 }
    return largest * x.reduce(0) { $0 + ($1 / largest) * ($1 / largest) }.squareRoot()
  }
}
