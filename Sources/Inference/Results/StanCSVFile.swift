import Foundation

/// One file of CmdStan, as it stands: comments, a header, and numbers.
struct StanCSVFile {
  let header: [String]
  let headerLine: Int
  /// Column after column, without the warm-up where it was saved.
  let columns: [[Double]]
  let count: Int
  /// "num_warmup = 1000" and its like, without what stands in brackets behind.
  let settings: [String: String]
  /// What variables were called before Stan's rules were applied to their names.
  let originalNames: [String: String]
  let stepSize: Double?
  let inverseMetric: [Double]

  init(contentsOf path: String) throws(StanCSVError) {
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

  init(text: String, path: String) throws(StanCSVError) {
    var header: [String] = []
    var headerLine = 0
    var columns: [[Double]] = []
    var comments: [String] = []
    var line = 0
    for row in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      line += 1
      let row = row.last == UInt8(ascii: "\r") ? row.dropLast() : row
      if row.isEmpty { continue }
      if row.first == UInt8(ascii: "#") {
        comments.append(String(Substring(row.dropFirst())).trimmingCharacters(in: .whitespaces))
        continue
      }
      let cells = row.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
      if header.isEmpty {
        (header, headerLine) = (cells.map { String(Substring($0)) }, line)
        var seen: Set<String> = []
        for name in header where !seen.insert(name).inserted {
          throw .duplicateColumn(path: path, line: line, name: name)
        }
        columns = Array(repeating: [], count: header.count)
        continue
      }
      guard cells.count == header.count else {
        throw .raggedRow(path: path, line: line, cells: cells.count, expected: header.count)
      }
      for (column, cell) in cells.enumerated() {
        guard let value = Double(Substring(cell)) else {
          throw .notANumber(
            path: path, line: line, column: header[column], value: String(Substring(cell)))
        }
        columns[column].append(value)
      }
    }
    guard !header.isEmpty else { throw .noHeader(path: path) }
    (self.header, self.headerLine) = (header, headerLine)
    let found = StanComments(comments)
    let count = columns[0].count
    let warmup = min(found.savedWarmup, count)
    self.columns = warmup == 0 ? columns : columns.map { Array($0.dropFirst(warmup)) }
    self.count = count - warmup
    (settings, originalNames) = (found.settings, found.originalNames)
    (stepSize, inverseMetric) = (found.stepSize, found.inverseMetric)
  }
}
