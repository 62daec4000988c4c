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

  /// One column.
  public init(column: [Double]) { (rows, columns, elements) = (column.count, 1, column) }

  /// One row.
  public init(row: [Double]) { (rows, columns, elements) = (1, row.count, row) }

  public static func identity(_ n: Int) -> Matrix { diagonal(Array(repeating: 1, count: n)) }

  public static func diagonal(_ values: [Double]) -> Matrix {
    var result = Matrix(rows: values.count, columns: values.count)
    for (i, value) in values.enumerated() { result[i, i] = value }
    return result
  }

  public subscript(i: Int, j: Int) -> Double {
    @inlinable get {
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
    result.withUnsafeMutableBufferPointer { to in
      withUnsafeBufferPointer { from in
        for i in 0..<rows { for j in 0..<columns { to[j + columns * i] = from[i + rows * j] } }
      }
    }
    return result
  }

  /// The diagonal, of min(rows, columns) elements.
  public var diagonal: [Double] { (0..<Swift.min(rows, columns)).map { self[$0, $0] } }

  /// Adds a number to each element of the diagonal.
  public mutating func addToDiagonal(_ value: Double) {
    for i in 0..<Swift.min(rows, columns) { self[i, i] += value }
  }

  /// Column j, as a view: its indices are those of `elements`, from j * rows.
  public func column(_ j: Int) -> ArraySlice<Double> { elements[range(ofColumn: j)] }

  private func range(ofColumn j: Int) -> Range<Int> {
    precondition(j >= 0 && j < columns, "column \(j) of a \(rows) x \(columns) matrix")
    return (j * rows)..<((j + 1) * rows)
  }

  /// Column j in place, for hot loops: nothing is copied or retained.
  public func withUnsafeColumn<R, E: Error>(
    _ j: Int, _ body: (UnsafeBufferPointer<Double>) throws(E) -> R
  ) throws(E) -> R {
    let range = range(ofColumn: j)
    return try elements.withUnsafeBufferPointer { elements throws(E) in
      try body(UnsafeBufferPointer(rebasing: elements[range]))
    }
  }

  /// Column j in place, to be written.
  public mutating func withUnsafeMutableColumn<R, E: Error>(
    _ j: Int, _ body: (UnsafeMutableBufferPointer<Double>) throws(E) -> R
  ) throws(E) -> R {
    let range = range(ofColumn: j)
    return try elements.withUnsafeMutableBufferPointer { elements throws(E) in
      try body(UnsafeMutableBufferPointer(rebasing: elements[range]))
    }
  }

  public func withUnsafeBufferPointer<R, E: Error>(_ body: (UnsafeBufferPointer<Double>) throws(E) -> R) throws(E)
    -> R
  {
    try elements.withUnsafeBufferPointer(body)
  }

  public mutating func withUnsafeMutableBufferPointer<R, E: Error>(
    _ body: (inout UnsafeMutableBufferPointer<Double>) throws(E) -> R
  ) throws(E) -> R {
    try elements.withUnsafeMutableBufferPointer(body)
  }
}
