import Foundation
import NumericCore

/// The covariance K + jitter of one axis of a grid with its Cholesky factor, the curvature matrix K'' and the
/// gradient of a log density in what they are made of. Both matrices are Toeplitz: they are tabulated by
/// distance, and a gradient in the matrix becomes one in the table by the sums of its diagonals.
///
/// It acts on arrays of the grid's shape from the left along the first axis, and from the right along the
/// second.
struct AxisCovariance {
  typealias Buffer = UnsafeMutablePointer<Double>

  let count: Int
  /// How many lines the grid has along the axis: the product of the other counts.
  let lines: Int
  private let fromRight: Bool
  private var table: MixtureTable
  private var factor: [Double]
  private var curvature: [Double]
  /// The gradient in a matrix, and its diagonal sums for K and for K''.
  private var matrixGradient: [Double]
  private var valueGradient: [Double]
  private var curvatureGradient: [Double]
  private var inverseColumn: [Double]

  init(_ envelope: StationaryEnvelope, components: Int, points: [Double], lines: Int, fromRight: Bool) {
    let n = points.count
    (count, self.lines, self.fromRight) = (n, lines, fromRight)
    table = MixtureTable(
      envelope, components: components, points: n, spacing: (points[n - 1] - points[0]) / Double(n - 1))
    factor = Array(repeating: 0, count: n * n)
    (curvature, matrixGradient) = (factor, factor)
    valueGradient = Array(repeating: 0, count: n)
    (curvatureGradient, inverseColumn) = (valueGradient, valueGradient)
    BLAS.configure()
  }

  /// Makes the matrices from the parameters of the mixture. Returns log |K + jitter|, or nil where K + jitter
  /// is not positive definite. Cost: n^3 / 3.
  mutating func update(_ parameters: UnsafePointer<Double>, jitter: Double) -> Double? {
    table.evaluate(parameters)
    let n = count
    guard table.values.allSatisfy(\.isFinite), table.curvatures.allSatisfy(\.isFinite) else { return nil }
    for j in 0..<n {
      for i in j..<n {
        factor[i + j * n] = table.values[i - j]
        curvature[i + j * n] = table.curvatures[i - j]
        curvature[j + i * n] = table.curvatures[i - j]
      }
      factor[j + j * n] += jitter
    }
    guard BLAS.cholesky(count: n, &factor) == nil else { return nil }
    var logDeterminant = 0.0
    for j in 0..<n { logDeterminant += 2 * log(factor[j + j * n]) }
    return logDeterminant
  }

  /// X = K^-1 X, or X K^-1 from the right. Cost: 2 n^2 a line.
  func solve(_ x: Buffer) {
    // L^-1 then L'^-1 from the left; in the other order from the right.
    halfSolve(transpose: fromRight, x)
    halfSolve(transpose: !fromRight, x)
  }

  private func halfSolve(transpose: Bool, _ x: Buffer) {
    BLAS.solveLower(
      fromRight: fromRight, transpose: transpose, rows: fromRight ? lines : count,
      columns: fromRight ? count : lines, factor, leadingDimension: count, x)
  }

  /// Y = K'' X + beta Y, or X K'' + beta Y. Cost: 2 n^2 a line.
  func multiplyByCurvature(_ x: UnsafePointer<Double>, beta: Double, into y: Buffer) {
    if fromRight {
      BLAS.gemm(
        transposeA: false, transposeB: false, m: lines, n: count, k: count, alpha: 1, x, lda: lines,
        curvature, ldb: count, beta: beta, y, ldc: lines)
    } else {
      BLAS.gemm(
        transposeA: false, transposeB: false, m: count, n: lines, k: count, alpha: 1, curvature, lda: count,
        x, ldb: count, beta: beta, y, ldc: count)
    }
  }

  /// Writes the gradient in the parameters of a function whose gradients are
  ///
  ///     X H' - 1/2 lines K^-1 in K,  S H' in K''
  ///
  /// with X, H and S of the grid's shape, unfolded along this axis. Cost: 4 n^2 a line.
  mutating func gradient(
    _ x: UnsafePointer<Double>, _ s: UnsafePointer<Double>, _ h: UnsafePointer<Double>,
    at parameters: UnsafePointer<Double>, into gradient: Buffer
  ) {
    sumInverse(scale: -0.5 * Double(lines))
    for i in 0..<count { curvatureGradient[i] = 0 }
    unfoldedProduct(x, h)
    Self.addDiagonalSums(of: matrixGradient, count: count, to: &valueGradient)
    unfoldedProduct(s, h)
    Self.addDiagonalSums(of: matrixGradient, count: count, to: &curvatureGradient)
    table.pullBack(values: valueGradient, curvatures: curvatureGradient, at: parameters, into: gradient)
  }

  private mutating func unfoldedProduct(_ x: UnsafePointer<Double>, _ h: UnsafePointer<Double>) {
    let leading = fromRight ? lines : count
    BLAS.gemm(
      transposeA: fromRight, transposeB: !fromRight, m: count, n: count, k: lines, alpha: 1, x, lda: leading,
      h, ldb: leading, beta: 0, &matrixGradient, ldc: count)
  }

  /// out_d += the sum of G[i, j] over |i - j| = d.
  private static func addDiagonalSums(of g: [Double], count n: Int, to out: inout [Double]) {
    for j in 0..<n {
      for i in 0..<j { out[j - i] += g[i + j * n] }
      for i in j..<n { out[i - j] += g[i + j * n] }
    }
  }

  /// The sums of the diagonals of the inverse, by the formula of Gohberg and Semencul: with u the first
  /// column of the inverse and v = (0, u_{n-1}, ..., u_1), the sum over the diagonal of distance d is
  ///
  ///     sum_m (n - d - m) (u_m u_{m+d} - v_m v_{m+d}) / u_0
  ///
  /// O(n^2) instead of the 2/3 n^3 of the inverse. Overwrites `valueGradient` by `scale` of them, both
  /// diagonals of a distance taken together.
  private mutating func sumInverse(scale: Double) {
    let n = count
    for i in 0..<n { inverseColumn[i] = i == 0 ? 1 : 0 }
    BLAS.solveLower(transpose: false, count: n, factor, leadingDimension: n, &inverseColumn)
    BLAS.solveLower(transpose: true, count: n, factor, leadingDimension: n, &inverseColumn)
    let u = inverseColumn
    for d in 0..<n {
      var sum = Double(n - d) * u[0] * u[d]
      for m in 1..<max(n - d, 1) {
        sum += Double(n - d - m) * (u[m] * u[m + d] - u[n - m] * u[n - m - d])
      }
      valueGradient[d] = (d == 0 ? 1 : 2) * scale * sum / u[0]
    }
  }
}
