/// The Cholesky factorisation A + jitter 1 = L L' of a symmetric positive definite matrix, made once and reused.
/// What it solves, inverts and takes the determinant of is the matrix with its jitter.
public struct Cholesky: Sendable {
  /// L, with zeros above its diagonal.
  public let lower: Matrix
  /// What was added to the diagonal: 0 unless the factorisation was asked for jitter and needed it.
  public let jitter: Double

  /// Cost: n^3 / 3.
  ///
  /// - Throws: `notSquare`, `notFinite`, `notSymmetric` (beyond 1e-10 of the square root of the product of the two
  ///   diagonal elements, or of the larger of the two elements), or `notPositiveDefinite` with the order at which the
  ///   factorisation failed.
  public init(_ matrix: Matrix) throws(LinearAlgebraError) {
    try Self.requireSymmetric(matrix)
    (lower, jitter) = (try Self.factor(matrix, jitter: 0), 0)
  }

  /// Factors a matrix that is positive definite but for rounding, such as the covariance of a smooth process: with no
  /// jitter where that will do, else with `start` of the largest diagonal element added to the diagonal, then ten times
  /// as much, and so on up to `limit` of it. The jitter used is reported.
  ///
  /// - Parameters:
  ///   - start: relative, positive. 1e-14 is the size of rounding in a small matrix.
  ///   - limit: relative. A matrix that needs more than 1e-6 is wrong by more than rounding (conventional).
  /// - Throws: as without jitter; `notPositiveDefinite` tells of the largest jitter within the limit.
  public init(
    jittering matrix: Matrix, from start: Double = 1e-14, upTo limit: Double = 1e-6
  ) throws(LinearAlgebraError) {
    precondition(start > 0 && limit >= start, "jitter from \(start) up to \(limit)")
    try Self.requireSymmetric(matrix)
    let scale = matrix.diagonal.reduce(0, Swift.max)
    var relative = 0.0
    while true {
      let jitter = relative * scale
      do {
        (lower, self.jitter) = (try Self.factor(matrix, jitter: jitter), jitter)
        return
      } catch {
        relative = relative == 0 ? start : 10 * relative
        // A little over the limit, as ten times 1e-7 is over 1e-6.
        guard scale > 0, relative <= limit * (1 + 1e-9) else { throw error }
      }
    }
  }

  private static func requireSymmetric(_ matrix: Matrix) throws(LinearAlgebraError) {
    try matrix.requireSymmetric { i, j in
      let diagonal = matrix[i, i].magnitude.squareRoot() * matrix[j, j].magnitude.squareRoot()
      return Swift.max(diagonal, matrix[i, j].magnitude, matrix[j, i].magnitude)
    }
  }

  private static func factor(_ matrix: Matrix, jitter: Double) throws(LinearAlgebraError) -> Matrix {
    let n = matrix.rows
    var factor = matrix
    if jitter > 0 { factor.addToDiagonal(jitter) }
    let pivot = factor.withUnsafeMutableBufferPointer { buffer in
      buffer.baseAddress.flatMap { BLAS.cholesky(count: n, $0) }
    }
    if let pivot { throw .notPositiveDefinite(pivot: pivot) }
    for j in 0..<n { for i in 0..<j { factor[i, j] = 0 } }
    return factor
  }

  public var count: Int { lower.rows }

  /// log |A|.
  public var logDeterminant: Double { (0..<count).reduce(0) { $0 + 2 * logarithm(lower[$1, $1]) } }

  /// A^-1, symmetric to the last bit. Cost: 2/3 n^3. To multiply by it, `solve` is cheaper and more accurate.
  public var inverse: Matrix {
    let n = count
    var result = lower
    let info = result.withUnsafeMutableBufferPointer { buffer in
      guard n > 0, let a = buffer.baseAddress else { return 0 }
      return LAPACK.inverseFromCholesky(count: n, a)
    }
    precondition(info == 0, "dpotri: \(info)")
    for j in 0..<n { for i in 0..<j { result[i, j] = result[j, i] } }
    return result
  }

  /// A^-1 b. Cost: 2 n^2.
  public func solve(_ b: [Double]) -> [Double] {
    precondition(b.count == count, "\(b.count) elements for a factor of \(count)")
    var x = b
    x.withUnsafeMutableBufferPointer { x in
      guard let x = x.baseAddress else { return }
      solve(inPlace: x)
    }
    return x
  }

  /// A^-1 B. Cost: 2 n^2 a column.
  public func solve(_ b: Matrix) -> Matrix { solve(b, half: false) }

  /// L^-1 b: b' A^-1 b is the square of its norm. Cost: n^2.
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

  /// L^-1 B. Cost: n^2 a column.
  public func halfSolve(_ b: Matrix) -> Matrix { solve(b, half: true) }

  private func solve(_ b: Matrix, half: Bool) -> Matrix {
    precondition(b.rows == count, "\(b.rows) rows for a factor of \(count)")
    var x = b
    x.withUnsafeMutableBufferPointer { x in
      lower.withUnsafeBufferPointer { l in
        guard count > 0, b.columns > 0, let l = l.baseAddress, let x = x.baseAddress else { return }
        BLAS.configure()
        for transpose in half ? [false] : [false, true] {
          BLAS.solve(
            .lower, transpose: transpose, rows: count, columns: b.columns, l, leadingDimension: count, x)
        }
      }
    }
    return x
  }

  /// x = A^-1 x.
  public func solve(inPlace x: UnsafeMutablePointer<Double>) {
    lower.withUnsafeBufferPointer { l in
      guard count > 0, let l = l.baseAddress else { return }
      BLAS.solveLower(transpose: false, count: count, l, leadingDimension: count, x)
      BLAS.solveLower(transpose: true, count: count, l, leadingDimension: count, x)
    }
  }
}
