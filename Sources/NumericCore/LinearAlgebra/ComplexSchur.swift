/// The complex Schur form A = V T V^H of a real square matrix, with V unitary and T upper triangular (LAPACK's `zgees`),
/// made once and reused.
public struct ComplexSchur: Sendable {
  public let count: Int
  /// The real and the imaginary part of V.
  public let vectors: (real: Matrix, imaginary: Matrix)
  /// T as pairs of doubles, column-major: its element [i, j] is at 2 (i + j count). A column of room follows.
  public let triangle: [Double]

  /// The number of doubles that a complex matrix takes which LAPACK is given: with a further column, as `zdotc` of OpenBLAS
  /// 0.3.21 reads, and does not use, the number after the last of a row on some processors.
  public static func room(rows: Int, columns: Int) -> Int { 2 * rows * (columns + 1) }

  /// Cost: about 100 n^3. Throws `notSquare`, `notFinite`, or `noConvergence`.
  public init(_ matrix: Matrix) throws(LinearAlgebraError) {
    guard matrix.rows == matrix.columns else { throw .notSquare(rows: matrix.rows, columns: matrix.columns) }
    try matrix.requireFinite()
    let n = matrix.rows
    var a = Array(repeating: 0.0, count: Self.room(rows: n, columns: n))
    var v = a
    for (i, value) in matrix.elements.enumerated() { a[2 * i] = value }
    let info = a.withUnsafeMutableBufferPointer { a in
      v.withUnsafeMutableBufferPointer { v in
        guard n > 0, let a = a.baseAddress, let v = v.baseAddress else { return 0 }
        return LAPACK.complexSchur(count: n, a, vectors: v)
      }
    }
    guard info == 0 else { throw .noConvergence(operation: "Schur form") }
    (count, triangle) = (n, a)
    vectors = (
      try Matrix(rows: n, columns: n, elements: (0..<n * n).map { v[2 * $0] }),
      try Matrix(rows: n, columns: n, elements: (0..<n * n).map { v[2 * $0 + 1] })
    )
  }

  /// The eigenvalues, in T's order.
  public var eigenvalues: [(real: Double, imaginary: Double)] {
    (0..<count).map { (triangle[2 * $0 * (count + 1)], triangle[2 * $0 * (count + 1) + 1]) }
  }

  /// The X of A X + X B = C for upper triangular complex A (m x m) and B (n x n); all as pairs of doubles, with `room`.
  ///
  /// Cost: 4 m n (m + n). Where eigenvalues of A and -B agree within rounding X is that of a nearby equation: the
  /// caller looks at these.
  public static func solveTriangularSylvester(
    rows m: Int, columns n: Int, _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>,
    _ c: UnsafeMutablePointer<Double>
  ) {
    var scale = 1.0
    let info = LAPACK.triangularSylvester(rows: m, columns: n, a, b, c, scale: &scale)
    precondition(info >= 0, "ztrsyl: \(info)")
    guard scale != 1 else { return }
    for i in 0..<2 * m * n { c[i] /= scale }
  }
}
