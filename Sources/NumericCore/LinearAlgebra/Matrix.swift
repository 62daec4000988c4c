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
  case singular(pivot: Int)

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
    }
  }
}

/// A dense matrix of doubles, column-major: element [i, j] is `elements[i + j * rows]`.
public struct Matrix: Sendable, Equatable {
  public let rows: Int
  public let columns: Int
  public private(set) var elements: [Double]

  public init(rows: Int, columns: Int, repeating value: Double = 0) {
    (self.rows, self.columns) = (rows, columns)
    elements = Array(repeating: value, count: rows * columns)
  }

  /// Throws `wrongCount` unless there are rows x columns elements.
  public init(rows: Int, columns: Int, elements: [Double]) throws(LinearAlgebraError) {
    guard rows >= 0, columns >= 0, elements.count == rows * columns else {
      throw .wrongCount(rows: rows, columns: columns, elements: elements.count)
    }
    (self.rows, self.columns, self.elements) = (rows, columns, elements)
  }

  /// Throws `raggedRow` unless all rows are equally long.
  public init(rowsOf table: [[Double]]) throws(LinearAlgebraError) {
    self.init(rows: table.count, columns: table.first?.count ?? 0)
    for (i, row) in table.enumerated() {
      guard row.count == columns else { throw .raggedRow(index: i, count: row.count, expected: columns) }
      for (j, value) in row.enumerated() { self[i, j] = value }
    }
  }

  /// Side by side; throws `raggedRow` (the column's index) unless all columns are equally long.
  public init(columns table: [[Double]]) throws(LinearAlgebraError) {
    let rows = table.first?.count ?? 0
    for (j, column) in table.enumerated() where column.count != rows {
      throw .raggedRow(index: j, count: column.count, expected: rows)
    }
    (self.rows, columns, elements) = (rows, table.count, table.flatMap { $0 })
  }

  public static func identity(_ n: Int) -> Matrix { diagonal(Array(repeating: 1, count: n)) }

  public static func diagonal(_ values: [Double]) -> Matrix {
    var result = Matrix(rows: values.count, columns: values.count)
    for (i, value) in values.enumerated() { result[i, i] = value }
    return result
  }

  public subscript(i: Int, j: Int) -> Double {
    get {
      precondition(i >= 0 && i < rows && j >= 0 && j < columns, "[\(i), \(j)] of a \(rows) x \(columns) matrix")
      return elements[i + j * rows]
    }
    set {
      precondition(i >= 0 && i < rows && j >= 0 && j < columns, "[\(i), \(j)] of a \(rows) x \(columns) matrix")
      elements[i + j * rows] = newValue
    }
  }

  public var transposed: Matrix {
    var result = Matrix(rows: columns, columns: rows)
    for j in 0..<columns { for i in 0..<rows { result[j, i] = self[i, j] } }
    return result
  }

  public func withUnsafeBufferPointer<R, E: Error>(_ body: (UnsafeBufferPointer<Double>) throws(E) -> R) throws(E) -> R {
    try elements.withUnsafeBufferPointer(body)
  }

  public mutating func withUnsafeMutableBufferPointer<R, E: Error>(
    _ body: (inout UnsafeMutableBufferPointer<Double>) throws(E) -> R
  ) throws(E) -> R {
    try elements.withUnsafeMutableBufferPointer(body)
  }
}
