/// The solutions of A x = lambda B x, with A symmetric and B symmetric positive definite (LAPACK's `dsygvd`).
public struct GeneralizedSymmetricEigen: Sendable {
  /// In ascending order.
  public let values: [Double]
  /// The columns x, in the order of the values, with X' B X = 1 and X' A X = diag(lambda).
  public let vectors: Matrix

  /// Errors grow with the condition number of B. Cost: about 14 n^3, and workspace of 2 n^2.
  ///
  /// - Throws: `shapeMismatch`; `notSquare`, `notFinite`, or `notSymmetric` (beyond 1e-10 of the largest element) of
  ///   either matrix; `notPositiveDefinite` of B, with the order at which its factorisation failed; `noConvergence`.
  public init(_ a: Matrix, _ b: Matrix) throws(LinearAlgebraError) {
    let n = a.rows
    try a.requireSymmetric()
    try b.requireSymmetric()
    guard b.rows == n else {
      throw .shapeMismatch(operation: "A x = lambda B x", left: [n, n], right: [b.rows, b.rows])
    }
    var (vectors, factor, values) = (a, b, Array(repeating: 0.0, count: n))
    let info = vectors.withUnsafeMutableBufferPointer { a in
      factor.withUnsafeMutableBufferPointer { b in
        values.withUnsafeMutableBufferPointer { values in
          guard n > 0, let a = a.baseAddress, let b = b.baseAddress, let values = values.baseAddress else { return 0 }
          return LAPACK.generalizedSymmetricEigen(count: n, a, b, values)
        }
      }
    }
    if info > n { throw .notPositiveDefinite(pivot: info - n - 1) }
    guard info == 0 else { throw .noConvergence(operation: "generalised symmetric eigendecomposition") }
    (self.values, self.vectors) = (values, vectors)
  }
}
