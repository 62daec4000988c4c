import Foundation
import NumericCore

/// Y = A alpha + e with alpha ~ N(0, s^2) and e ~ N(0, s^2 rho), for each column of Y, by the bidiagonal form A = Q B P':
/// quadratic form, log determinant and posterior for every rho, without singular vectors.
///
/// For each rho rotations make a triangle R with R'R = B'B + rho (Elden, 'Algorithms for the regularization of
/// ill-conditioned least squares problems', BIT 1977): O(k), k = min(n, m), and no digits lost to B'B.
struct RidgeRegression: Sendable {
  /// How many rows of data there are.
  let rows: Int
  let columns: Int
  private let form: Bidiagonal
  /// Q'Y, in k rows.
  private let projected: Matrix
  /// The sum of squares of what of Y lies outside of Q, and of what a projection took away.
  private let rest: Double

  /// - Parameters:
  ///   - rows: how many rows of data these stand for, where some are 0 since nothing was seen there, or data
  ///     were projected.
  ///   - rest: the sum of squares of what a projection of Y took away.
  ///
  /// Precondition: A and Y have as many rows. Cost: about 8/3 k^3, and 2 k^2 for each row or column beyond the square.
  init(_ a: Matrix, _ y: Matrix, rows: Int, rest: Double = 0) throws(LinearAlgebraError) {
    form = try Bidiagonal(a)
    (self.rows, columns) = (rows, y.columns)
    let rotated = form.leftTransposeTimes(y)
    projected = rotated.firstRows(form.diagonal.count)
    self.rest = rest + rotated.lastRows(after: form.diagonal.count).sumOfSquares
  }

  /// Of A's singular values. Cost: 40 k.
  var largestSquare: Double { form.largestSingularValue * form.largestSingularValue }
  /// The singular values of A, in descending order. Cost: k^2.
  func singularValues() throws(LinearAlgebraError) -> [Double] { try form.singularValues() }
  /// k.
  private var rank: Int { form.diagonal.count }
  /// Whether nothing lies outside of P.
  private var spansAll: Bool { rank == form.columns }

  private func triangle(_ noise: Double) -> RidgeTriangle {
    RidgeTriangle(form.diagonal, form.superdiagonal, ridge: noise.squareRoot())
  }

  /// tr Y' (A A' + rho 1)^-1 Y, and log|A A' + rho 1|.
  typealias Terms = (quadratic: Double, logDeterminant: Double)

  /// For each rho. Cost: 2 k square roots and divisions of a vector for eight of them.
  func terms(noises: [Double]) -> [Terms] {
    stride(from: 0, to: noises.count, by: RidgeTerms.lanes).flatMap { start in
      let some = noises[start..<min(start + RidgeTerms.lanes, noises.count)]
      let sums = RidgeTerms(form.diagonal, form.superdiagonal, projected, noises: some)
      return zip(some, sums.values).map { noise, sum in
        ((rest + sum.rest) / noise, Double(rows - rank) * log(noise) + sum.logDeterminant)
      }
    }
  }

  func terms(noise: Double) -> Terms { terms(noises: [noise])[0] }

  /// The posterior mean of P' alpha for the first column of Y.
  func amplitudes(noise: Double) -> [Double] {
    let triangle = triangle(noise)
    return triangle.solve(triangle.rotated(projected.column(0)).values)
  }

  /// The posterior means of alpha, a column for each of Y.
  func coefficients(noise: Double) -> Matrix {
    let triangle = triangle(noise)
    var result = projected
    for j in 0..<columns {
      let column = triangle.solve(triangle.rotated(projected.column(j)).values)
      result.withUnsafeMutableColumn(j) { for i in $0.indices { $0[i] = column[i] } }
    }
    return form.rightTimes(result)
  }

  /// The diagonal of A' (A A' + rho)^-1 A = P (1 - rho (R' R)^-1) P'.
  func determined(noise: Double) -> [Double] {
    let p = form.rightTimes(.identity(rank))
    var open = p
    triangle(noise).divide(&open)
    return (0..<p.rows).map { i in
      (0..<rank).reduce(0) { $0 + p[i, $1] * p[i, $1] - noise * open[i, $1] * open[i, $1] }
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
  /// Cost: 4 k m a row, and 2 n m of n rows of data.
  func responses(_ phi: Matrix, design a: Matrix, noise: Double) -> Matrix {
    let triangle = triangle(noise)
    var along = form.rightTransposeTimes(phi.transposed).transposed
    triangle.divide(&along)
    var columns = along.transposed
    for j in 0..<columns.columns {
      let solved = triangle.solve(columns.column(j))
      columns.withUnsafeMutableColumn(j) { for i in $0.indices { $0[i] = solved[i] } }
    }
    return (a * form.rightTimes(columns)).transposed
  }

  /// Rows phi along P, and what of them lies outside.
  struct Turned {
    let along: Matrix
    fileprivate let outside: Matrix?
  }

  /// Cost: 8 k m a row.
  func turned(_ phi: Matrix) -> Turned {
    let along = form.rightTransposeTimes(phi.transposed)
    return Turned(
      along: along.transposed, outside: spansAll ? nil : phi.minus(form.rightTimes(along).transposed))
  }

  /// Phi T with T T' = (1 + A' A / rho)^-1, for rows phi: coefficients beta of T beta are N(0, s^2) when
  /// alpha is its posterior minus its mean. T = sqrt(rho) P R^-1 along P, and 1 outside.
  func whitened(_ phi: Turned, noise: Double) -> Matrix {
    var along = phi.along
    triangle(noise).divide(&along)
    let (rows, count, size) = (along.rows, along.columns, noise.squareRoot())
    var result = Matrix(rows: rows, columns: count + (phi.outside?.columns ?? 0))
    result.withUnsafeMutableBufferPointer { to in
      along.withUnsafeBufferPointer { from in for i in from.indices { to[i] = size * from[i] } }
      // What lies outside keeps its prior variance; the difference is not of two sums of squares.
      phi.outside?.withUnsafeBufferPointer { from in
        for i in from.indices { to[rows * count + i] = from[i] }
      }
    }
    return result
  }

  /// T beta, as in `whitened`.
  func unwhitened(_ beta: [Double], noise: Double) -> [Double] {
    let along = triangle(noise).solve(beta.prefix(rank)).map { noise.squareRoot() * $0 }
    guard !spansAll else { return form.rightTimes(Matrix(column: along)).elements }
    let outside = Matrix(column: Array(beta[rank...]))
    // T's part outside is 1 - P P'.
    let change = Matrix(column: along).minus(form.rightTransposeTimes(outside))
    return outside.plus(form.rightTimes(change)).elements
  }

  /// A T beta / sqrt(rho) for columns beta, but for a rotation: how far along each the equation does not hold, in units
  /// of its noise.
  func misses(_ beta: Matrix, noise: Double) -> Matrix {
    let triangle = triangle(noise)
    var result = Matrix(rows: rank, columns: beta.columns)
    for j in 0..<beta.columns {
      let inner = triangle.solve(beta.column(j).prefix(rank))
      for i in 0..<rank {
        let next = i + 1 < rank ? form.superdiagonal[i] * inner[i + 1] : 0
        result[i, j] = form.diagonal[i] * inner[i] + next
      }
    }
    return result
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

  func plus(_ other: Matrix) -> Matrix {
    var result = self
    result.withUnsafeMutableBufferPointer { to in
      other.withUnsafeBufferPointer { from in for i in to.indices { to[i] += from[i] } }
    }
    return result
  }

  var sumOfSquares: Double { elements.reduce(0) { $0 + $1 * $1 } }
}
