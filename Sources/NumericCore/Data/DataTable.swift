import Foundation

/// What is wrong with a table in a file.
public enum DataTableError: Error, Equatable, Sendable, CustomStringConvertible {
  case unreadable(path: String, reason: String)
  case empty(path: String)
  case noRows(path: String)
  case raggedRow(path: String, line: Int, cells: Int, expected: Int)
  case duplicateColumn(path: String, name: String)
  case missingColumn(path: String, name: String, columns: [String])
  case notANumber(path: String, line: Int, column: String, value: String)
  case notAWholeNumber(path: String, line: Int, column: String, value: String)
  case unclosedQuote(path: String, line: Int)
  case textAfterQuote(path: String, line: Int)

  public var description: String {
    switch self {
    case .unreadable(let path, let reason): "\(path): \(reason)"
    case .empty(let path): "\(path): the file is empty, expected a header and rows"
    case .noRows(let path): "\(path): there are no rows below the header"
    case .raggedRow(let path, let line, let cells, let expected):
      "\(path):\(line): \(cells) cells, expected \(expected)"
    case .duplicateColumn(let path, let name): "\(path): two columns are called `\(name)`"
    case .missingColumn(let path, let name, let columns):
      "\(path): there is no column `\(name)`; there are \(columns.map { "`\($0)`" }.joined(separator: ", "))"
    case .notANumber(let path, let line, let column, let value):
      "\(path):\(line): \(column) = \(value.isEmpty ? "nothing" : "`\(value)`"), expected a finite number"
    case .notAWholeNumber(let path, let line, let column, let value):
      "\(path):\(line): \(column) = \(value.isEmpty ? "nothing" : "`\(value)`"), expected a whole number"
    case .unclosedQuote(let path, let line): "\(path):\(line): a quoted cell has no end"
    case .textAfterQuote(let path, let line): "\(path):\(line): text after the end of a quoted cell"
    }
  }
}

/// A table from a CSV file: a header, and rows of as many cells (RFC 4180: quotes, doubled quotes, CRLF; a byte order
/// mark and empty lines are passed over).
public struct DataTable: Sendable {
  public let path: String
  public let columns: [String]
  public var count: Int { rows.count }
  private let rows: [(line: Int, cells: [String])]

  /// - Throws: `DataTableError`, with the line where there is one.
  public init(contentsOf path: String) throws(DataTableError) {
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      var isFolder: ObjCBool = false
      let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      throw .unreadable(
        path: path,
        reason: isFolder.boolValue ? "it is a folder" : exists ? "it cannot be read" : "there is no such file")
    }
    guard let text = String(bytes: data, encoding: .utf8) else { throw .unreadable(path: path, reason: "it is not UTF-8") }
    try self.init(text: text, path: path)
  }

  /// - Parameter path: what errors call the table.
  public init(text: String, path: String) throws(DataTableError) {
    let records = try Self.records(of: text, path: path)
    guard let header = records.first else { throw .empty(path: path) }
    var seen: Set<String> = []
    for name in header.cells where !seen.insert(name).inserted { throw .duplicateColumn(path: path, name: name) }
    for record in records.dropFirst() where record.cells.count != header.cells.count {
      throw .raggedRow(path: path, line: record.line, cells: record.cells.count, expected: header.cells.count)
    }
    guard records.count > 1 else { throw .noRows(path: path) }
    (self.path, columns, rows) = (path, header.cells, Array(records.dropFirst()))
  }

  /// A column as text.
  public func strings(_ name: String) throws(DataTableError) -> [String] {
    let column = try index(of: name)
    return rows.map { $0.cells[column] }
  }

  /// A column of finite numbers.
  public func doubles(_ name: String) throws(DataTableError) -> [Double] {
    let column = try index(of: name)
    var result: [Double] = []
    for row in rows {
      guard let value = Double(row.cells[column]), value.isFinite else {
        throw .notANumber(path: path, line: row.line, column: name, value: row.cells[column])
      }
      result.append(value)
    }
    return result
  }

  /// A column of whole numbers.
  public func integers(_ name: String) throws(DataTableError) -> [Int] {
    let column = try index(of: name)
    var result: [Int] = []
    for row in rows {
      guard let value = Int(row.cells[column]) else {
        throw .notAWholeNumber(path: path, line: row.line, column: name, value: row.cells[column])
      }
      result.append(value)
    }
    return result
  }

  private func index(of name: String) throws(DataTableError) -> Int {
    guard let index = columns.firstIndex(of: name) else {
      throw .missingColumn(path: path, name: name, columns: columns)
    }
    return index
  }

  /// Lines as cells; a quoted cell may hold commas and line ends.
  private static func records(
    of text: String, path: String
  ) throws(DataTableError) -> [(line: Int, cells: [String])] {
    var records: [(line: Int, cells: [String])] = []
    var (cells, cell, line, firstLine, quoteLine) = ([String](), "", 1, 1, 1)
    var (isQuoted, wasQuoted) = (false, false)
    func trimmed() -> String { wasQuoted ? cell : cell.trimmingCharacters(in: .whitespaces) }
    func endRecord() {
      let last = trimmed()
      if !(cells.isEmpty && last.isEmpty && !wasQuoted) { records.append((firstLine, cells + [last])) }
      (cells, cell, wasQuoted, firstLine) = ([], "", false, line + 1)
    }
    var characters = text.unicodeScalars.makeIterator()
    var next = characters.next()
    if next == "\u{FEFF}" { next = characters.next() }
    while let c = next {
      next = characters.next()
      if isQuoted {
        if c == "\"" && next == "\"" {
          cell.unicodeScalars.append(c)
          next = characters.next()
        } else if c == "\"" {
          isQuoted = false
        } else {
          if c == "\n" { line += 1 }
          cell.unicodeScalars.append(c)
        }
      } else if c == "\"" && !wasQuoted && cell.trimmingCharacters(in: .whitespaces).isEmpty {
        (isQuoted, wasQuoted, cell, quoteLine) = (true, true, "", line)
      } else if c == "," {
        cells.append(trimmed())
        (cell, wasQuoted) = ("", false)
      } else if c == "\n" || (c == "\r" && next != "\n") {
        endRecord()
        line += 1
      } else if wasQuoted {
        guard c == " " || c == "\t" || c == "\r" else { throw .textAfterQuote(path: path, line: line) }
      } else if c != "\r" {
        cell.unicodeScalars.append(c)
      }
    }
    guard !isQuoted else { throw .unclosedQuote(path: path, line: quoteLine) }
    endRecord()
    return records
  }
}
