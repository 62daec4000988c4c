/// The Cholesky factorisation A = L L' of a symmetric positive definite matrix, made once and reused.
public struct Cholesky: Sendable {
  /// L, with zeros above its diagonal.
  public let lower: Matrix

  /// Cost: n^3 / 3.
  ///
  /// - Throws: `notSquare`, `notFinite`, `notSymmetric` (beyond 1e-10 of the larger of the two elements), or
  ///   `notPositiveDefinite` with the order at which the factorisation failed.
  public init(_ matrix: Matrix) throws(LinearAlgebraError) {
    let n = matrix.rows
    guard matrix.columns == n else { throw .notSquare(rows: n, columns: matrix.columns) }
    for j in 0..<n {
      for i in j..<n {
        let (a, b) = (matrix[i, j], matrix[j, i])
        guard a.isFinite else { throw .notFinite(row: i, column: j, value: a) }
        guard (a - b).magnitude <= 1e-10 * Swift.max(a.magnitude, b.magnitude) else {
          throw .notSymmetric(row: i, column: j, value: a, mirrored: b)
        }
      }
    }
    var factor = matrix
    let pivot = factor.withUnsafeMutableBufferPointer { buffer in
      buffer.baseAddress.flatMap { BLAS.cholesky(count: n, $0) }
    }
    if let pivot { throw .notPositiveDefinite(pivot: pivot) }
    for j in 0..<n { for i in 0..<j { factor[i, j] = 0 } }
    lower = factor
  }

  public var count: Int { lower.rows }

  /// log |A|.
  public var logDeterminant: Double { (0..<count).reduce(0) { $0 + 2 * logarithm(lower[$1, $1]) } }

  /// A^-1 b. Cost: 2 n^2.
  public func solve(_ b: [Double]) -> [Double] {
    var x = b
    x.withUnsafeMutableBufferPointer { x in
      guard let x = x.baseAddress else { return }
      solve(inPlace: x)
    }
    return x
  }

  /// L^-1 b: b' A^-1 b is the square of its norm.
  public func halfSolve(_ b: [Double]) -> [Double] {
    precondition(b.count == count, "\(b.count) elements for a factor of \(count)")
    var x = b
    x.withUnsafeMutableBufferPointer { x in
      lower.withUnsafeBufferPointer { l in
        guard let l = l.baseAddress, let x = x.baseAddress else { return }
        BLAS.solveLower(transpose: false, count: count, l, leadingDimension: count, x)
      }
    }
    return x
  }

  /// x = A^-1 x.
  public func solve(inPlace x: UnsafeMutablePointer<Double>) {
    lower.withUnsafeBufferPointer { l in
      guard let l = l.baseAddress else { return }
      BLAS.solveLower(transpose: false, count: count, l, leadingDimension: count, x)
      BLAS.solveLower(transpose: true, count: count, l, leadingDimension: count, x)
    }
  }
}
