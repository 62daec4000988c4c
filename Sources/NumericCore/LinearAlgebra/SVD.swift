/// The thin singular value decomposition A = U diag(s) V' (LAPACK's `dgesdd`: divide and conquer), made once and
/// reused. With k = min(rows, columns), U is rows x k and V' is k x columns.
///
/// Values are accurate to rounding relative to the largest, not each to itself.
public struct SVD: Sendable {
  /// U, with orthonormal columns.
  public let left: Matrix
  /// s, in descending order, none negative.
  public let values: [Double]
  /// V', with orthonormal rows.
  public let rightTransposed: Matrix

  /// Cost: about 14 m n^2 for m >= n. Throws `notFinite`, or `noConvergence`.
  public init(_ matrix: Matrix) throws(LinearAlgebraError) {
    let k = Swift.min(matrix.rows, matrix.columns)
    var (u, vt) = (Matrix(rows: matrix.rows, columns: k), Matrix(rows: k, columns: matrix.columns))
    values = try u.withUnsafeMutableBufferPointer { u throws(LinearAlgebraError) in
      try vt.withUnsafeMutableBufferPointer { vt throws(LinearAlgebraError) in
        try Self.decompose(matrix, u: u.baseAddress, vt: vt.baseAddress)
      }
    }
    (left, rightTransposed) = (u, vt)
  }

  /// The singular values alone, in descending order. Throws as the decomposition does.
  public static func values(of matrix: Matrix) throws(LinearAlgebraError) -> [Double] {
    try decompose(matrix, u: nil, vt: nil)
  }

  /// How many singular values exceed `tolerance` of the largest; by default max(m, n) ulp, the size of rounding.
  public func rank(tolerance: Double? = nil) -> Int {
    let largest = Swift.max(left.rows, rightTransposed.columns)
    let threshold = (tolerance ?? Double(largest) * .ulpOfOne) * (values.first ?? 0)
    return values.count { $0 > threshold }
  }

  /// The largest singular value over the smallest; infinite for a singular matrix, 1 for an empty one.
  public var conditionNumber: Double {
    guard let largest = values.first, let smallest = values.last else { return 1 }
    return smallest == 0 ? .infinity : largest / smallest
  }

  private static func decompose(
    _ matrix: Matrix, u: UnsafeMutablePointer<Double>?, vt: UnsafeMutablePointer<Double>?
  ) throws(LinearAlgebraError) -> [Double] {
    try matrix.requireFinite()
    let (m, n) = (matrix.rows, matrix.columns)
    var (room, values) = (matrix, Array(repeating: 0.0, count: Swift.min(m, n)))
    guard !values.isEmpty else { return values }
    let info = room.withUnsafeMutableBufferPointer { a in
      values.withUnsafeMutableBufferPointer { values in
        guard let a = a.baseAddress, let values = values.baseAddress else { return 0 }
        return LAPACK.singularValues(rows: m, columns: n, a, values, u: u, vt: vt)
      }
    }
    guard info == 0 else { throw .noConvergence(operation: "singular value decomposition") }
    return values
  }
}
