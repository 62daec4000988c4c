import NumericCore

/// A factorisation of C = K + noise 1 for the covariance matrix K of a kernel at points: dense, or by a
/// structure of the points. One test holds all of them to the dense one.
public protocol CovarianceSolver: Sendable {
  /// n.
  var count: Int { get }

  /// log |C|.
  var logDeterminant: Double { get }

  /// What was added to the diagonal beyond the noise, for the factorisation to exist.
  var jitter: Double { get }

  /// C^-1 B.
  func solve(_ b: Matrix) -> Matrix

  /// b_j' C^-1 b_j for each column of B.
  func quadraticForms(_ b: Matrix) -> [Double]

  /// The diagonal of C^-1.
  func inverseDiagonal() -> [Double]

  /// 1/2 tr((V V' - C^-1) dC/dtheta) for the coordinates theta of the kernel's hyper-parameters, and last for
  /// the logarithm of the noise variance.
  func gradient(outer v: Matrix) -> [Double]
}

extension CovarianceSolver {
  public func quadraticForms(_ b: Matrix) -> [Double] {
    let x = solve(b)
    return (0..<b.columns).map { j in zip(b.column(j), x.column(j)).reduce(0) { $0 + $1.0 * $1.1 } }
  }
}

/// C by its Cholesky factorisation. Cost: n^3 / 3, and 2 n^3 / 3 more for the first gradient; n^2 a column
/// and a hyper-parameter after that.
public struct DenseSolver: CovarianceSolver {
  private let kernel: any Kernel
  private let noise: Double
  private let points: Matrix
  public let factor: Cholesky

  /// - Throws: `kernel`, or `covariance` where no jitter up to 1e-6 of the largest variance makes it positive
  ///   definite.
  public init(_ kernel: any Kernel, noise: Double, at points: Matrix) throws(RegressionError) {
    (self.kernel, self.noise, self.points) = (kernel, noise, points)
    var covariance: Matrix
    do { covariance = try kernel.covariance(of: points) } catch { throw .kernel(error) }
    covariance.addToDiagonal(noise)
    do { factor = try Cholesky(jittering: covariance) } catch { throw .covariance(error) }
  }

  public var count: Int { points.rows }
  public var logDeterminant: Double { factor.logDeterminant }
  public var jitter: Double { factor.jitter }
  public func solve(_ b: Matrix) -> Matrix { factor.solve(b) }

  public func quadraticForms(_ b: Matrix) -> [Double] {
    let z = factor.halfSolve(b)
    return (0..<b.columns).map { z.column($0).reduce(0) { $0 + $1 * $1 } }
  }

  public func inverseDiagonal() -> [Double] {
    let inverse = factor.lower.invertedLower
    return (0..<count).map { j in inverse.column(j).reduce(0) { $0 + $1 * $1 } }
  }

  public func gradient(outer v: Matrix) -> [Double] {
    let n = count
    var adjoint = factor.inverse
    adjoint.withUnsafeMutableBufferPointer { a in
      v.withUnsafeBufferPointer { v in
        guard n > 0, let a = a.baseAddress else { return }
        let unused = UnsafePointer(a)
        BLAS.gemm(
          transposeA: false, transposeB: true, m: n, n: n, k: v.count / n, alpha: 0.5,
          v.baseAddress ?? unused, lda: n,
          v.baseAddress ?? unused, ldb: n, beta: -0.5, a, ldc: n)
      }
    }
    var result = Array(repeating: 0.0, count: kernel.parameterCount + 1)
    result.withUnsafeMutableBufferPointer { result in
      guard let result = result.baseAddress else { return }
      kernel.accumulateGradient(ofChecked: points, adjoint: adjoint, into: result)
    }
    result[kernel.parameterCount] = noise * adjoint.diagonal.reduce(0, +)
    return result
  }
}

extension Matrix {
  /// L^-1 of a lower triangle without zeros on its diagonal.
  fileprivate var invertedLower: Matrix {
    var inverse = Matrix.identity(rows)
    withUnsafeBufferPointer { l in
      inverse.withUnsafeMutableBufferPointer { x in
        guard rows > 0, let l = l.baseAddress, let x = x.baseAddress else { return }
        BLAS.solve(.lower, transpose: false, rows: rows, columns: rows, l, leadingDimension: rows, x)
      }
    }
    return inverse
  }
}
