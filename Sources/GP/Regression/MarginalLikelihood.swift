import Foundation
import NumericCore

/// Data under a process with its coefficients of the mean integrated out: with C the covariance of the data,
/// H the basis of the mean, and P = C^-1 - C^-1 H (H' C^-1 H)^-1 H' C^-1,
///
///     log p(y) = -1/2 y' P y - 1/2 log |C| - 1/2 log |H' C^-1 H| - (n - p) / 2 log 2 pi
///
/// (Rasmussen and Williams 2006, equation 2.45, with a flat prior on standardised coefficients).
struct MarginalLikelihood: Sendable {
  let value: Double
  /// P y = C^-1 (y - H beta).
  let weights: [Double]
  /// beta.
  let coefficients: [Double]
  /// C^-1 H.
  let solvedBasis: Matrix
  /// Of H' C^-1 H; nil where the mean is zero.
  let basisFactor: Cholesky?

  init(_ solver: some CovarianceSolver, basis h: Matrix, values y: [Double]) throws(RegressionError) {
    let (n, p) = (y.count, h.columns)
    var right = Matrix(rows: n, columns: p + 1)
    for i in 0..<n {
      right[i, p] = y[i]
      for j in 0..<p { right[i, j] = h[i, j] }
    }
    let solved = solver.solve(right)
    var a = Matrix(rows: n, columns: p)
    for j in 0..<p { for i in 0..<n { a[i, j] = solved[i, j] } }
    var alpha = Array(solved.column(p))
    var determinants = solver.logDeterminant
    if p > 0 {
      guard n > p else { throw .undeterminedMean(points: n, coefficients: p) }
      let information = h.transposeTimes(a)
      let factor: Cholesky
      do { factor = try Cholesky(information.symmetrised) } catch {
        throw .undeterminedMean(points: n, coefficients: p)
      }
      coefficients = factor.solve(h.transposeTimes(alpha))
      let shift = a * coefficients
      for i in 0..<n { alpha[i] -= shift[i] }
      determinants += factor.logDeterminant
      basisFactor = factor
    } else {
      (coefficients, basisFactor) = ([], nil)
    }
    (weights, solvedBasis) = (alpha, a)
    let fit = zip(y, alpha).reduce(0) { $0 + $1.0 * $1.1 }
    value = -0.5 * (fit + determinants + Double(n - p) * log(2 * Double.pi))
  }

  /// V with V V' - C^-1 = alpha alpha' - P: what the gradient of the value in C is half of.
  var gradientFactor: Matrix {
    let (n, p) = (weights.count, solvedBasis.columns)
    var v = Matrix(rows: n, columns: 1 + p)
    for i in 0..<n { v[i, 0] = weights[i] }
    guard let basisFactor else { return v }
    let rotated = basisFactor.halfSolve(solvedBasis.transposed)
    for i in 0..<n { for j in 0..<p { v[i, j + 1] = rotated[j, i] } }
    return v
  }
}

extension Matrix {
  /// (A + A') / 2.
  var symmetrised: Matrix {
    var result = self
    for j in 0..<columns { for i in 0..<rows { result[i, j] = 0.5 * (self[i, j] + self[j, i]) } }
    return result
  }
}
