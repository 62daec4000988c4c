import Foundation
import NumericCore

/// Y = A alpha + e with alpha ~ N(0, s^2) and e ~ N(0, s^2 rho), for each column of Y, by the singular value
/// decomposition of A: quadratic form, log determinant and posterior for every rho.
struct RegressionSpectrum: Sendable {
  let svd: SVD
  /// Squares of the singular values.
  let squares: [Double]
  /// How many rows of data there are.
  let rows: Int
  let columns: Int
  /// U'Y.
  private let projected: Matrix
  /// The sum of squares over each row of U'Y, and of what of Y lies outside of U.
  private let energies: [Double]
  private let rest: Double

  /// - Parameters:
  ///   - rows: how many rows of data these stand for, where some are 0 since nothing was seen there, or data
  ///     were projected.
  ///   - rest: the sum of squares of what a projection of Y took away.
  ///
  /// Precondition: A and Y have as many rows. Cost: about 14 n m min(n, m).
  init(_ a: Matrix, _ y: Matrix, rows: Int, rest: Double = 0) throws(LinearAlgebraError) {
    // Of many rows the triangle of a QR factorisation is as good, and cheaper.
    let isTall = a.rows > 2 * a.columns && a.columns > 0
    let qr = isTall ? try QR(a) : nil
    let rotated = try qr?.transposeTimes(y)
    svd = try SVD(qr?.r ?? a)
    (self.rows, columns) = (rows, y.columns)
    squares = svd.values.map { $0 * $0 }
    let projected = svd.left.transposeTimes(rotated?.firstRows(a.columns) ?? y)
    energies = (0..<projected.rows).map { i in
      (0..<projected.columns).reduce(0) { $0 + projected[i, $1] * projected[i, $1] }
    }
    // Where U spans all, what is left over is rounding.
    let outside = rotated.map { $0.lastRows(after: a.columns).sumOfSquares }
      ?? (svd.values.count < y.rows ? y.minus(svd.left * projected).sumOfSquares : 0)
    self.rest = rest + outside
    self.projected = projected
  }

  /// tr Y' (A A' + rho 1)^-1 Y, and log|A A' + rho 1|.
  func terms(noise: Double) -> (quadratic: Double, logDeterminant: Double) {
    var (quadratic, logDeterminant) = (rest / noise, Double(rows - squares.count) * log(noise))
    for i in squares.indices {
      quadratic += energies[i] / (squares[i] + noise)
      logDeterminant += log(squares[i] + noise)
    }
    return (quadratic, logDeterminant)
  }

  /// The posterior mean of V' alpha for the first column of Y.
  func amplitudes(noise: Double) -> [Double] {
    squares.indices.map { svd.values[$0] * projected[$0, 0] / (squares[$0] + noise) }
  }

  /// The posterior means of alpha, a column for each of Y.
  func coefficients(noise: Double) -> Matrix {
    var filtered = projected
    for j in 0..<columns {
      for i in squares.indices { filtered[i, j] *= svd.values[i] / (squares[i] + noise) }
    }
    return svd.rightTransposed.transposeTimes(filtered)
  }

  /// The diagonal of V S^2 (S^2 + rho)^-1 V'.
  func determined(noise: Double) -> [Double] {
    let vt = svd.rightTransposed
    return (0..<vt.columns).map { j in
      squares.indices.reduce(0) { $0 + vt[$1, j] * vt[$1, j] * squares[$1] / (squares[$1] + noise) }
    }
  }

  /// The posterior variance of phi' alpha over s^2, for each row phi: phi' (1 + A' A / rho)^-1 phi.
  func variances(_ phi: Matrix, noise: Double) -> [Double] {
    let whitened = whitened(turned(phi), noise: noise)
    return (0..<phi.rows).map { i in
      (0..<whitened.columns).reduce(0) { $0 + whitened[i, $1] * whitened[i, $1] }
    }
  }

  /// What an error of 1 in each row of data does to phi' alpha, in rows: phi' (A' A + rho)^-1 A'.
  ///
  /// Cost: 2 k m a row, k singular vectors, and 2 k n of n rows of data.
  func responses(_ phi: Matrix, design a: Matrix, noise: Double) -> Matrix {
    var along = phi.timesTranspose(svd.rightTransposed)
    for j in 0..<along.columns {
      let factor = 1 / (squares[j] + noise)
      along.withUnsafeMutableColumn(j) { for i in $0.indices { $0[i] *= factor } }
    }
    return along.timesTranspose(a.timesTranspose(svd.rightTransposed))
  }

  /// Rows phi along the singular vectors, and what of them lies outside.
  struct Turned {
    fileprivate let along: Matrix
    fileprivate let outside: Matrix?
  }

  /// Cost: 4 k m a row, of k singular vectors.
  func turned(_ phi: Matrix) -> Turned {
    let along = phi.timesTranspose(svd.rightTransposed)
    return Turned(along: along, outside: spansAll ? nil : phi.minus(along * svd.rightTransposed))
  }

  /// Phi T with T T' = (1 + A' A / rho)^-1, for rows phi: coefficients beta of T beta are N(0, s^2) when
  /// alpha is its posterior minus its mean.
  func whitened(_ phi: Turned, noise: Double) -> Matrix {
    let (rows, count) = (phi.along.rows, phi.along.columns)
    var result = Matrix(rows: rows, columns: count + (phi.outside?.columns ?? 0))
    result.withUnsafeMutableBufferPointer { to in
      phi.along.withUnsafeBufferPointer { from in
        for j in 0..<count {
          let factor = (noise / (squares[j] + noise)).squareRoot()
          for i in rows * j..<rows * (j + 1) { to[i] = factor * from[i] }
        }
      }
      // What lies outside of the singular vectors keeps its prior variance; the difference is not of two sums
      // of squares.
      phi.outside?.withUnsafeBufferPointer { from in
        for i in from.indices { to[rows * count + i] = from[i] }
      }
    }
    return result
  }

  /// T beta, as in `whitened`.
  func unwhitened(_ beta: [Double], noise: Double) -> [Double] {
    let count = squares.count
    var along = Array(beta[..<count])
    for j in 0..<count { along[j] *= (noise / (squares[j] + noise)).squareRoot() }
    guard !spansAll else { return svd.rightTransposed.transposeTimes(along) }
    let outside = Array(beta[count...])
    // T's part outside is 1 - V V'.
    let change = zip(along, svd.rightTransposed * outside).map { $0 - $1 }
    return zip(outside, svd.rightTransposed.transposeTimes(change)).map { $0 + $1 }
  }

  /// Whether nothing lies outside of the singular vectors.
  private var spansAll: Bool { svd.rightTransposed.rows == svd.rightTransposed.columns }
}

extension Matrix {
  func minus(_ other: Matrix) -> Matrix {
    var result = self
    result.withUnsafeMutableBufferPointer { to in
      other.withUnsafeBufferPointer { from in for i in to.indices { to[i] -= from[i] } }
    }
    return result
  }

  func plus(_ other: Matrix) -> Matrix {
    var result = self
    result.withUnsafeMutableBufferPointer { to in
      other.withUnsafeBufferPointer { from in for i in to.indices { to[i] += from[i] } }
    }
    return result
  }

  var sumOfSquares: Double { elements.reduce(0) { $0 + $1 * $1 } }
}
