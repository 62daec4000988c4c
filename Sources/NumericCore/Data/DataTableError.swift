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
  case notADate(path: String, line: Int, column: String, value: String)
  case unclosedQuote(path: String, line: Int)
  /// Something stands between a quoted cell and the next comma.
  case textBehindQuote(path: String, line: Int, text: String)

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
    case .notADate(let path, let line, let column, let value):
      "\(path):\(line): \(column) = \(value.isEmpty ? "nothing" : "`\(value)`"), expected a date such as 2024-03-31"
    case .unclosedQuote(let path, let line): "\(path):\(line): a quoted cell has no end"
    case .textBehindQuote(let path, let line, let text):
      "\(path):\(line): `\(text)` behind the end of a quoted cell, expected a comma or the end of the line"
    }
  }
}
