import NumericCore

/// Points of the line at origin, origin + spacing, ...
struct UniformSpacing {
  let origin: [Double]

  /// Nil unless the points are ascending and equally spaced, within 1e-9 of their spacing (more than rounding
  /// of decimal input, and less than what would show in a covariance).
  init?(_ x: Matrix) {
    guard x.columns == 1, x.rows >= 1 else { return nil }
    origin = [x[0, 0]]
    guard x.rows > 1 else { return }
    let spacing = (x[x.rows - 1, 0] - x[0, 0]) / Double(x.rows - 1)
    guard spacing > 0 else { return nil }
    for i in 0..<x.rows where (x[i, 0] - x[0, 0] - Double(i) * spacing).magnitude > 1e-9 * spacing {
      return nil
    }
  }
}

/// C = K + noise 1 of a stationary kernel at equally spaced points of the line, by its Toeplitz structure: n
/// covariances, O(n) memory, O(n^2) for the factorisation and for a gradient, O(n log n) a column solved.
///
/// Without jitter. Levinson's recursion amplifies rounding by the condition number of C: for smooth kernels
/// without noise the dense solver is safer.
public struct ToeplitzSolver: CovarianceSolver {
  private let kernel: any Kernel
  private let noise: Double
  private let points: Matrix
  private let origin: Matrix
  public let matrix: Toeplitz

  /// - Throws: `unstructured` unless the points are ascending and equally spaced and the kernel stationary;
  ///   `kernel`, `covariance`.
  public init(_ kernel: any Kernel, noise: Double, at points: Matrix) throws(RegressionError) {
    guard let spacing = UniformSpacing(points) else {
      throw .unstructured(expected: "ascending and equally spaced on the line")
    }
    guard kernel.isStationary else { throw .unstructured(expected: "under a stationary kernel") }
    (self.kernel, self.noise, self.points, origin) = (kernel, noise, points, Matrix(point: spacing.origin))
    var column: [Double]
    do { column = try kernel.covariance(of: points, and: origin).elements } catch { throw .kernel(error) }
    column[0] += noise
    do { matrix = try Toeplitz(column) } catch { throw .covariance(error) }
  }

  public var count: Int { points.rows }
  public var logDeterminant: Double { matrix.logDeterminant }
  public var jitter: Double { 0 }

  public func solve(_ b: Matrix) -> Matrix {
    var result = b
    for j in stride(from: 0, to: b.columns, by: 2) {
      let next = min(j + 1, b.columns - 1)
      let x = matrix.solve((Array(b.column(j)), Array(b.column(next))))
      result.withUnsafeMutableColumn(j) { column in for i in x.0.indices { column[i] = x.0[i] } }
      result.withUnsafeMutableColumn(next) { column in for i in x.1.indices { column[i] = x.1[i] } }
    }
    return result
  }

  public func inverseDiagonal() -> [Double] { matrix.inverseDiagonal }

  public func gradient(outer v: Matrix) -> [Double] {
    let n = count
    var adjoint = matrix.inverseDiagonalSums.map { -0.5 * $0 }
    for j in 0..<v.columns {
      v.withUnsafeColumn(j) { v in
        for lag in 0..<n {
          var sum = 0.0
          for i in 0..<(n - lag) { sum += v[i] * v[i + lag] }
          adjoint[lag] += 0.5 * sum
        }
      }
    }
    var result = Array(repeating: 0.0, count: kernel.parameterCount + 1)
    result[kernel.parameterCount] = noise * adjoint[0]
    for lag in 1..<max(n, 1) { adjoint[lag] *= 2 }
    result.withUnsafeMutableBufferPointer { result in
      adjoint.withUnsafeBufferPointer { adjoint in
        guard let gradient = result.baseAddress, let adjoint = adjoint.baseAddress else { return }
        points.forEachBlock(and: origin) { pairs, i, _ in
          kernel.accumulateGradient(pairs, adjoint: adjoint + i, into: gradient)
        }
      }
    }
    return result
  }
}
