/// What is wrong with a matrix.
public enum LinearAlgebraError: Error, Equatable, Sendable, CustomStringConvertible {
  case wrongCount(rows: Int, columns: Int, elements: Int)
  case raggedRow(index: Int, count: Int, expected: Int)
  case shapeMismatch(operation: String, left: [Int], right: [Int])
  case notSquare(rows: Int, columns: Int)
  case notSymmetric(row: Int, column: Int, value: Double, mirrored: Double)
  case notFinite(row: Int, column: Int, value: Double)
  /// The leading minor of this order is not positive.
  case notPositiveDefinite(pivot: Int)
  case noConvergence(operation: String)
  /// A triangular matrix with a 0 on its diagonal.
  case singular(pivot: Int)
  /// The column lies in the span of those before it.
  case rankDeficient(column: Int)

  public var description: String {
    switch self {
    case .wrongCount(let rows, let columns, let elements):
      "a \(rows) x \(columns) matrix of \(elements) elements, expected \(rows * columns)"
    case .raggedRow(let index, let count, let expected):
      "row \(index) has \(count) elements, expected \(expected)"
    case .shapeMismatch(let operation, let left, let right):
      "\(operation): shapes \(left) and \(right) do not go together"
    case .notSquare(let rows, let columns): "a \(rows) x \(columns) matrix, expected a square one"
    case .notSymmetric(let row, let column, let value, let mirrored):
      "element [\(row), \(column)] = \(value), expected \(mirrored), its mirror"
    case .notFinite(let row, let column, let value): "element [\(row), \(column)] = \(value), expected a finite number"
    case .notPositiveDefinite(let pivot): "not positive definite: the leading minor of order \(pivot + 1)"
    case .noConvergence(let operation): "\(operation) did not converge"
    case .singular(let pivot): "singular: pivot \(pivot) is 0"
    case .rankDeficient(let column):
      "column \(column) is a combination of the columns before it, expected independent columns"
    }
  }
}
