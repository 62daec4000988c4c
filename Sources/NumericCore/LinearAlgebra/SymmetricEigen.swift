/// The eigendecomposition A = V diag(lambda) V' of a symmetric matrix (LAPACK's `dsyevd`: divide and conquer), made
/// once and reused.
///
/// Values and residuals are accurate to rounding relative to the largest |lambda|, not each to itself.
public struct SymmetricEigen: Sendable {
  /// In ascending order.
  public let values: [Double]
  /// Orthonormal columns, in the order of the values; signs, and bases of repeated values, are LAPACK's choice.
  public let vectors: Matrix

  /// Cost: about 9 n^3, and workspace of 2 n^2.
  ///
  /// - Throws: `notSquare`, `notFinite`, `notSymmetric` (beyond 1e-10 of the largest element), or `noConvergence`.
  public init(_ matrix: Matrix) throws(LinearAlgebraError) {
    var vectors = matrix
    values = try Self.decompose(&vectors, wantsVectors: true)
    self.vectors = vectors
  }

  /// The eigenvalues alone, in ascending order. Cost: about 4/3 n^3. Throws as the decomposition does.
  public static func values(of matrix: Matrix) throws(LinearAlgebraError) -> [Double] {
    var room = matrix
    return try decompose(&room, wantsVectors: false)
  }

  private static func decompose(_ a: inout Matrix, wantsVectors: Bool) throws(LinearAlgebraError) -> [Double] {
    try a.requireSymmetric()
    let n = a.rows
    var values = Array(repeating: 0.0, count: n)
    guard n > 0 else { return values }
    let info = a.withUnsafeMutableBufferPointer { a in
      values.withUnsafeMutableBufferPointer { values in
        guard let a = a.baseAddress, let values = values.baseAddress else { return 0 }
        return LAPACK.symmetricEigen(count: n, vectors: wantsVectors, a, values)
      }
    }
    guard info == 0 else { throw .noConvergence(operation: "symmetric eigendecomposition") }
    return values
  }
}
