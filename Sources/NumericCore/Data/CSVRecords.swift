/// The records of a text of comma-separated cells (RFC 4180): a quoted cell may hold commas, line ends and
/// doubled quotes. Lines end in LF, CRLF or CR; a byte order mark and empty lines are passed over; blanks
/// around a cell that is not quoted are no part of it.
struct CSVRecords {
  typealias Record = (line: Int, cells: [String])
  private(set) var records: [Record] = []
  private let path: String
  private var cells: [String] = []
  private var line = 1
  private var firstLine = 1
  /// A quoted cell, even an empty one, keeps its line from being empty.
  private var isQuoted = false

  private static let (quote, comma) = (UInt8(ascii: "\""), UInt8(ascii: ","))
  private static let (lineFeed, carriageReturn) = (UInt8(ascii: "\n"), UInt8(ascii: "\r"))

  /// Bytes of UTF-8: what separates cells is ASCII, which no other character holds a byte of.
  init(_ bytes: UnsafeBufferPointer<UInt8>, path: String) throws(DataTableError) {
    self.path = path
    var next = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    while next < bytes.count {
      next = try cell(bytes, next)
      guard next < bytes.count else { break }
      let end = bytes[next]
      next += 1
      if end == Self.comma {
        // A comma at the end of the text has an empty cell behind it.
        if next == bytes.count { cells.append("") }
        continue
      }
      if end == Self.carriageReturn && next < bytes.count && bytes[next] == Self.lineFeed { next += 1 }
      endRecord()
      (line, firstLine) = (line + 1, line + 1)
    }
    endRecord()
  }

  /// Reads one cell.
  ///
  /// - Returns: the place of the comma or line end behind it, or the end of the text.
  private mutating func cell(
    _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int
  ) throws(DataTableError) -> Int {
    var first = start
    while first < bytes.count && Self.isBlank(bytes[first]) { first += 1 }
    guard first < bytes.count && bytes[first] == Self.quote else {
      var end = first
      while end < bytes.count && !Self.endsCell(bytes[end]) { end += 1 }
      cells.append(Self.text(bytes[first..<end]))
      return end
    }
    let quoteLine = line
    var content: [UInt8] = []
    var i = first + 1
    while true {
      guard i < bytes.count else { throw .unclosedQuote(path: path, line: quoteLine) }
      let byte = bytes[i]
      i += 1
      if byte == Self.quote {
        guard i < bytes.count && bytes[i] == Self.quote else { break }
        i += 1
      } else if byte == Self.lineFeed {
        line += 1
      } else if byte == Self.carriageReturn, i == bytes.count || bytes[i] != Self.lineFeed {
        line += 1
      }
      content.append(byte)
    }
    var end = i
    while end < bytes.count && !Self.endsCell(bytes[end]) { end += 1 }
    let behind = Self.text(bytes[i..<end])
    guard behind.isEmpty else { throw .textBehindQuote(path: path, line: line, text: behind) }
    cells.append(String(decoding: content, as: UTF8.self))
    isQuoted = true
    return end
  }

  private mutating func endRecord() {
    let isEmpty = cells.isEmpty || cells == [""] && !isQuoted
    if !isEmpty { records.append((firstLine, cells)) }
    (cells, isQuoted) = ([], false)
  }

  private static func text(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> String {
    var bytes = bytes
    while let last = bytes.last, isBlank(last) { bytes.removeLast() }
    while let first = bytes.first, isBlank(first) { bytes.removeFirst() }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func endsCell(_ byte: UInt8) -> Bool {
    byte == comma || byte == lineFeed || byte == carriageReturn
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
  }
}
