import Foundation
import NumericCore

/// The linear Gaussian model Y = A alpha + e with alpha ~ N(0, s^2) and e ~ N(0, s^2 rho), for each column of Y: its
/// evidence, with s^2 at its maximum in closed form and rho at the highest of a grid, and its posterior.
///
///     log p(Y) = -n r / 2 (log(2 pi s^2) + 1) - r / 2 log|A A' + rho 1|,   s^2 = tr Y' (A A' + rho 1)^-1 Y / (n r)
///
/// One singular value decomposition gives it for all rho. Cost: about 14 n m min(n, m).
struct WhitenedRegression: Sendable {
  let logEvidence: Double
  /// rho: the noise over the prior variance of a coefficient.
  let noise: Double
  /// s^2.
  let scale: Double
  /// The posterior means, a column for each of Y.
  let coefficients: Matrix
  /// Y - A alpha.
  let residual: Matrix
  let svd: SVD

  /// From the square of rounding, relative to the largest singular value's square, in half-decades. Above its end few data
  /// could be taken for noise alone.
  private static let noiseExponents = stride(from: -30.0, through: -3, by: 0.5)

  /// - Parameter missing: how many rows of A and Y are 0 since nothing was seen there.
  ///
  /// Precondition: A and Y have as many rows, and A is not 0.
  init(_ a: Matrix, _ y: Matrix, missing: Int = 0) throws(LinearAlgebraError) {
    svd = try SVD(a)
    let (n, r, k) = (y.rows - missing, y.columns, svd.values.count)
    let projected = svd.left.transposeTimes(y)
    let rest = y.minus(svd.left * projected).sumOfSquares
    let energies = (0..<k).map { i in (0..<r).reduce(0) { $0 + projected[i, $1] * projected[i, $1] } }
    let squares = svd.values.map { $0 * $0 }
    var best = (evidence: -Double.infinity, noise: 1.0, scale: 0.0)
    for exponent in Self.noiseExponents {
      let noise = pow(10, exponent) * max(squares[0], .leastNormalMagnitude)
      var (quadratic, logDeterminant) = (rest / noise, Double(n - k) * log(noise))
      for i in 0..<k {
        quadratic += energies[i] / (squares[i] + noise)
        logDeterminant += log(squares[i] + noise)
      }
      let scale = max(quadratic / Double(n * r), .leastNormalMagnitude)
      let evidence = -0.5 * Double(r) * (Double(n) * (log(2 * .pi * scale) + 1) + logDeterminant)
      if evidence > best.evidence { best = (evidence, noise, scale) }
    }
    (logEvidence, noise, scale) = best
    var filtered = projected
    for j in 0..<r { for i in 0..<k { filtered[i, j] *= svd.values[i] / (squares[i] + noise) } }
    coefficients = svd.rightTransposed.transposeTimes(filtered)
    residual = y.minus(a * coefficients)
  }

  /// The posterior variance of phi' alpha for each row phi: s^2 phi' (1 + A' A / rho)^-1 phi.
  func variances(_ phi: Matrix) -> [Double] {
    let along = phi.timesTranspose(svd.rightTransposed)
    // What lies outside of the singular vectors keeps its prior variance; the difference is not of two sums of squares.
    let outside = phi.minus(along * svd.rightTransposed)
    return (0..<phi.rows).map { i in
      var sum = 0.0
      for j in 0..<along.columns {
        let value = svd.values[j]
        sum += along[i, j] * along[i, j] * noise / (value * value + noise)
      }
      for j in 0..<outside.columns { sum += outside[i, j] * outside[i, j] }
      return scale * sum
    }
  }
}

extension Matrix {
  func minus(_ other: Matrix) -> Matrix {
    var result = self
    result.withUnsafeMutableBufferPointer { to in
      other.withUnsafeBufferPointer { from in for i in to.indices { to[i] -= from[i] } }
    }
    return result
  }

  var sumOfSquares: Double { elements.reduce(0) { $0 + $1 * $1 } }
}
