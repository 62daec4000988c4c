import Foundation

/// A table from a CSV file: a header, and rows of as many cells (RFC 4180: quotes, doubled quotes, CRLF; a
/// byte order mark and empty lines are passed over).
///
/// A cell that is empty or no number is an error, with file, line and column, unless it is asked for as
/// missing.
public struct DataTable: Sendable {
  public let path: String
  public let columns: [String]
  /// The number of rows.
  public var count: Int { rows.count }
  private let rows: [(line: Int, cells: [String])]

  /// What stands for a value that is missing: nothing, or what R, Python and SQL write.
  public static let missing: Set<String> = ["", "NA", "N/A", "NaN", "nan", "null", "NULL"]

  /// - Throws: `DataTableError`, with the line where there is one.
  public init(contentsOf path: String) throws(DataTableError) {
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      let isThere = FileManager.default.fileExists(atPath: path)
      throw .unreadable(path: path, reason: isThere ? "it cannot be read" : "there is no such file")
    }
    guard let text = String(bytes: data, encoding: .utf8) else {
      throw .unreadable(path: path, reason: "it is not UTF-8")
    }
    try self.init(text: text, path: path)
  }

  /// - Parameter path: what errors call the table.
  public init(text: String, path: String) throws(DataTableError) {
    let records = try Array(text.utf8).withUnsafeBufferPointer { bytes throws(DataTableError) in
      try CSVRecords(bytes, path: path).records
    }
    guard let header = records.first else { throw .empty(path: path) }
    var seen: Set<String> = []
    for name in header.cells where !seen.insert(name).inserted {
      throw .duplicateColumn(path: path, name: name)
    }
    for record in records.dropFirst() where record.cells.count != header.cells.count {
      throw .raggedRow(
        path: path, line: record.line, cells: record.cells.count, expected: header.cells.count)
    }
    guard records.count > 1 else { throw .noRows(path: path) }
    (self.path, columns, rows) = (path, header.cells, Array(records.dropFirst()))
  }

  /// A column as text.
  ///
  /// - Throws: `DataTableError.missingColumn`, as all columns do.
  public func strings(_ name: String) throws(DataTableError) -> [String] {
    let column = try index(of: name)
    return rows.map { $0.cells[column] }
  }

  /// A column of finite numbers.
  ///
  /// - Throws: `DataTableError.notANumber` for the first cell that is none.
  public func doubles(_ name: String) throws(DataTableError) -> [Double] {
    try column(name) { row, value throws(DataTableError) in try double(value, row: row, column: name) }
  }

  /// A column of finite numbers, nil where a cell is one of `missing`.
  public func doubles(_ name: String, missing: Set<String>) throws(DataTableError) -> [Double?] {
    try column(name) { row, value throws(DataTableError) in
      missing.contains(value) ? nil : try double(value, row: row, column: name)
    }
  }

  /// A column of whole numbers; "3.0" is one.
  ///
  /// - Throws: `DataTableError.notAWholeNumber` for the first cell that is none.
  public func integers(_ name: String) throws(DataTableError) -> [Int] {
    try column(name) { row, value throws(DataTableError) in try integer(value, row: row, column: name) }
  }

  /// A column of whole numbers, nil where a cell is one of `missing`.
  public func integers(_ name: String, missing: Set<String>) throws(DataTableError) -> [Int?] {
    try column(name) { row, value throws(DataTableError) in
      missing.contains(value) ? nil : try integer(value, row: row, column: name)
    }
  }

  /// Whether the first cell of a column is a date, which no number is.
  public func isDated(_ name: String) throws(DataTableError) -> Bool {
    let column = try index(of: name)
    return rows.first.map { CalendarDate($0.cells[column]) != nil } ?? false
  }

  /// A column of dates.
  ///
  /// - Throws: `DataTableError.notADate` for the first cell that is none.
  public func dates(_ name: String) throws(DataTableError) -> [CalendarDate] {
    try column(name) { row, value throws(DataTableError) in
      guard let date = CalendarDate(value) else {
        throw .notADate(path: path, line: rows[row].line, column: name, value: value)
      }
      return date
    }
  }

  /// A column of names as numbers, for indexing: the levels in the order of their first row, and each row's
  /// level, from 0.
  public func levels(_ name: String) throws(DataTableError) -> (levels: [String], indices: [Int]) {
    var levels: [String] = []
    var index: [String: Int] = [:]
    let indices = try strings(name).map { value in
      if let known = index[value] { return known }
      index[value] = levels.count
      levels.append(value)
      return levels.count - 1
    }
    return (levels, indices)
  }

  private func column<Value>(
    _ name: String, _ value: (Int, String) throws(DataTableError) -> Value
  ) throws(DataTableError) -> [Value] {
    let column = try index(of: name)
    var result: [Value] = []
    result.reserveCapacity(rows.count)
    for row in rows.indices { result.append(try value(row, rows[row].cells[column])) }
    return result
  }

  private func double(_ text: String, row: Int, column: String) throws(DataTableError) -> Double {
    guard let value = Double(text), value.isFinite else {
      throw .notANumber(path: path, line: rows[row].line, column: column, value: text)
    }
    return value
  }

  private func integer(_ text: String, row: Int, column: String) throws(DataTableError) -> Int {
    if let value = Int(text) { return value }
    guard let number = Double(text), let value = Int(exactly: number) else {
      throw .notAWholeNumber(path: path, line: rows[row].line, column: column, value: text)
    }
    return value
  }

  private func index(of name: String) throws(DataTableError) -> Int {
    guard let index = columns.firstIndex(of: name) else {
      throw .missingColumn(path: path, name: name, columns: columns)
    }
    return index
  }
}
