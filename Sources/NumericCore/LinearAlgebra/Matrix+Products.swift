/// Products. A mismatch of shapes is a precondition: data are checked where they come in.
extension Matrix {
  /// A B.
  public static func * (a: Matrix, b: Matrix) -> Matrix { product(a, b, transposeA: false, transposeB: false) }

  /// A x. Cost: 2 rows columns.
  public static func * (a: Matrix, x: [Double]) -> [Double] { product(a, x, transpose: false) }

  /// A' B, without a transposed copy.
  public func transposeTimes(_ b: Matrix) -> Matrix { Self.product(self, b, transposeA: true, transposeB: false) }

  /// A' x, without a transposed copy.
  public func transposeTimes(_ x: [Double]) -> [Double] { Self.product(self, x, transpose: true) }

  /// A B', without a transposed copy.
  public func timesTranspose(_ b: Matrix) -> Matrix { Self.product(self, b, transposeA: false, transposeB: true) }

  /// op(A) op(B). Cost: 2 m n k.
  private static func product(_ a: Matrix, _ b: Matrix, transposeA: Bool, transposeB: Bool) -> Matrix {
    let (m, k) = transposeA ? (a.columns, a.rows) : (a.rows, a.columns)
    let (inner, n) = transposeB ? (b.columns, b.rows) : (b.rows, b.columns)
    precondition(k == inner, "\(m) x \(k) by \(inner) x \(n)")
    BLAS.configure()
    var c = Matrix(rows: m, columns: n)
    guard m > 0, n > 0, k > 0 else { return c }
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        c.withUnsafeMutableBufferPointer { c in
          guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress else { return }
          BLAS.gemm(
            transposeA: transposeA, transposeB: transposeB, m: m, n: n, k: k, alpha: 1, a, lda: transposeA ? k : m,
            b, ldb: transposeB ? n : k, beta: 0, c, ldc: m)
        }
      }
    }
    return c
  }

  /// op(A) x.
  private static func product(_ a: Matrix, _ x: [Double], transpose: Bool) -> [Double] {
    let (m, n) = transpose ? (a.columns, a.rows) : (a.rows, a.columns)
    precondition(n == x.count, "\(m) x \(n) by a vector of \(x.count)")
    BLAS.configure()
    var y = Array(repeating: 0.0, count: m)
    guard m > 0, n > 0 else { return y }
    a.withUnsafeBufferPointer { elements in
      x.withUnsafeBufferPointer { x in
        y.withUnsafeMutableBufferPointer { y in
          guard let elements = elements.baseAddress, let x = x.baseAddress, let y = y.baseAddress else { return }
          BLAS.gemv(
            transpose: transpose, rows: a.rows, columns: a.columns, alpha: 1, elements, leadingDimension: a.rows, x,
            beta: 0, y)
        }
      }
    }
    return y
  }
}
