import Foundation
import NumericCore

/// Orthonormal combinations of neighbouring rows, which keep what of samples on a uniform grid is below a frequency: on
/// each block of points those of polynomials. White noise remains white noise, on fewer rows.
struct SmoothRows: Sendable {
  /// From the first point on, each with its combinations in columns.
  private let blocks: [Matrix]
  /// How many points there are.
  let points: Int
  /// How many combinations.
  let count: Int

  /// A longer block takes fewer combinations for each point, and more time.
  private static let longest = 256
  /// Of the points, a share of combinations at which they save nothing.
  private static let worthwhile = 0.6

  /// Nil where nothing is to be saved.
  ///
  /// - Parameter highest: in cycles a step of the grid.
  init?(points: Int, highest: Double) {
    let parts = (points + Self.longest - 1) / Self.longest
    let sizes = (0..<parts).map { ($0 + 1) * points / parts - $0 * points / parts }
    // The coefficients of exp(i k t) in Legendre's polynomials, Bessel functions of k, fall from n = k on, within some k^(1/3).
    let degrees = sizes.map { size in
      let k = .pi * highest * Double(size)
      return Int((k + 4 * cbrt(k)).rounded(.up)) + 4
    }
    guard Double(degrees.reduce(0, +)) < Self.worthwhile * Double(points) else { return nil }
    blocks = zip(sizes, degrees).map { size, degree in
      let places = (0..<size).map { 2 * Double($0) / Double(size - 1) - 1 }
      return QR(finite: Envelope.polynomials(at: places, count: degree, order: 0)[0]).q
    }
    (self.points, count) = (points, degrees.reduce(0, +))
  }

  /// The combinations of the rows of points; what follows these remains.
  ///
  /// Cost: 2 count / blocks operations for each element.
  func of(_ matrix: Matrix) -> Matrix {
    var result = Matrix(rows: count + matrix.rows - points, columns: matrix.columns)
    var (from, to) = (0, 0)
    for block in blocks {
      let combined = block.transposeTimes(matrix.rows(from..<from + block.rows))
      result.set(combined, at: to)
      (from, to) = (from + block.rows, to + block.columns)
    }
    result.set(matrix.rows(from..<matrix.rows), at: to)
    return result
  }
}

extension Matrix {
  fileprivate func rows(_ range: Range<Int>) -> Matrix {
    var result = Matrix(rows: range.count, columns: columns)
    for j in 0..<columns {
      result.withUnsafeMutableColumn(j) { to in
        withUnsafeColumn(j) { from in for i in range { to[i - range.lowerBound] = from[i] } }
      }
    }
    return result
  }

  fileprivate mutating func set(_ other: Matrix, at row: Int) {
    for j in 0..<columns {
      withUnsafeMutableColumn(j) { to in
        other.withUnsafeColumn(j) { from in for i in from.indices { to[row + i] = from[i] } }
      }
    }
  }
}
