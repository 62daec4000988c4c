/// What is wrong with a file of draws.
public enum StanCSVError: Error, Equatable, Sendable, CustomStringConvertible {
  case noFiles
  case unreadable(path: String, reason: String)
  case noHeader(path: String)
  case duplicateColumn(path: String, line: Int, name: String)
  case raggedRow(path: String, line: Int, cells: Int, expected: Int)
  case notANumber(path: String, line: Int, column: String, value: String)
  /// The chains' files do not have the same columns.
  case differentColumns(path: String, line: Int, columns: [String], expected: [String])

  public var description: String {
    switch self {
    case .noFiles: "there are no files, expected one for each chain"
    case .unreadable(let path, let reason): "\(path): \(reason)"
    case .noHeader(let path): "\(path): there is no header, expected the columns' names below the comments"
    case .duplicateColumn(let path, let line, let name): "\(path):\(line): two columns are called `\(name)`"
    case .raggedRow(let path, let line, let cells, let expected):
      "\(path):\(line): \(cells) cells, expected \(expected)"
    case .notANumber(let path, let line, let column, let value):
      "\(path):\(line): \(column) = `\(value)`, expected a number"
    case .differentColumns(let path, let line, let columns, let expected):
      if let (column, other) = zip(columns, expected).first(where: { $0 != $1 }) {
        "\(path):\(line): there is a column `\(column)`, expected `\(other)` as in the first file"
      } else {
        "\(path):\(line): \(columns.count) columns, expected \(expected.count) as in the first file"
      }
    }
  }
}
