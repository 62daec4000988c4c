extension Bidiagonal {
  /// LAPACK's factorisation of a matrix with at least as many rows as columns, with square Q and P.
  struct Reflectors: Sendable {
    let diagonal, superdiagonal: [Double]
    /// Those of Q below the diagonal, those of P above the superdiagonal.
    private let factors: Matrix
    private let tauQ, tauP: [Double]
    var rows: Int { factors.rows }
    private var columns: Int { factors.columns }

    enum Side { case left, right }

    init(_ matrix: Matrix) {
      let n = matrix.columns
      var factors = matrix
      // Four vectors, one after the other.
      var vectors = Array(repeating: 0.0, count: 4 * n)
      let info = factors.withUnsafeMutableBufferPointer { a in
        vectors.withUnsafeMutableBufferPointer { v in
          guard n > 0, let a = a.baseAddress, let v = v.baseAddress else { return 0 }
          return LAPACK.bidiagonal(
            rows: matrix.rows, columns: n, a, diagonal: v, superdiagonal: v + n, tauQ: v + 2 * n, tauP: v + 3 * n)
        }
      }
      precondition(info == 0, "dgebrd: \(info)")
      self.factors = factors
      (diagonal, superdiagonal) = (Array(vectors[..<n]), Array(vectors[n..<2 * n].dropLast()))
      (tauQ, tauP) = (Array(vectors[2 * n..<3 * n]), Array(vectors[(3 * n)...]))
    }

    /// op(Q) X on the left, op(P) X on the right.
    func multiply(_ side: Side, transposed: Bool, _ x: Matrix) -> Matrix {
      precondition(x.rows == (side == .left ? rows : columns))
      var result = x
      let info = result.withUnsafeMutableBufferPointer { c in
        factors.withUnsafeBufferPointer { a in
          (side == .left ? tauQ : tauP).withUnsafeBufferPointer { tau in
            guard columns > 0, x.columns > 0, let a = a.baseAddress, let tau = tau.baseAddress, let c = c.baseAddress
            else { return 0 }
            return LAPACK.multiplyByBidiagonal(
              left: side == .left, transposed: transposed, rows: x.rows, columns: x.columns,
              reduced: side == .left ? columns : rows, a, leading: rows, tau: tau, c)
          }
        }
      }
      precondition(info == 0, "dormbr: \(info)")
      return result
    }
  }
}

extension Matrix {
  /// The first rows, with zeros for what there is not.
  func resized(_ count: Int) -> Matrix {
    guard count != rows else { return self }
    var result = Matrix(rows: count, columns: columns)
    for j in 0..<columns {
      result.withUnsafeMutableColumn(j) { to in
        withUnsafeColumn(j) { from in for i in 0..<Swift.min(count, rows) { to[i] = from[i] } }
      }
    }
    return result
  }
}
