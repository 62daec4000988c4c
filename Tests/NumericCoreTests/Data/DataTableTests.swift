import Foundation
import NumericCore
import Testing

@Suite struct DataTableTests {
  private func table(_ text: String) throws(DataTableError) -> DataTable {
    try DataTable(text: text, path: "data.csv")
  }

  /// A table's error and the sentence that it says.
  private func expect(
    _ error: DataTableError, _ sentence: String, location: Testing.SourceLocation = #_sourceLocation,
    _ body: () throws -> Void
  ) {
    #expect(throws: error, sourceLocation: location, performing: body)
    #expect("\(error)" == sentence, sourceLocation: location)
  }

  @Test func columnsComeByName() throws {
    let table = try table("name,x, n \na,1.5,3\nb, -2e-3 ,-4\nc,7,0")
    #expect(table.columns == ["name", "x", "n"])
    #expect(table.count == 3 && table.path == "data.csv")
    #expect(try table.strings("name") == ["a", "b", "c"])
    #expect(try table.doubles("x") == [1.5, -0.002, 7])
    #expect(try table.integers("n") == [3, -4, 0])
    #expect(try table.doubles("n") == [3, -4, 0])
  }

  /// Line ends, the byte order mark and empty lines change nothing.
  @Test(arguments: [
    "a,b\n1,2\n3,4\n", "a,b\n1,2\n3,4", "a,b\r\n1,2\r\n3,4\r\n", "a,b\r1,2\r3,4\r", "\u{FEFF}a,b\n1,2\n3,4\n",
    "\u{FEFF}a,b\r\n1,2\r\n3,4", "\n\na,b\n\n1,2\n  \n3,4\n\n", "\"a\",\"b\"\r\n\"1\",2\r\n3,\"4\"\r\n",
  ]) func formsOfOneTable(text: String) throws {
    let table = try table(text)
    #expect(table.columns == ["a", "b"])
    #expect(try table.integers("a") == [1, 3] && table.integers("b") == [2, 4])
  }

  @Test func quotedCellsHoldAnything() throws {
    let table = try table("text,\"x, in \"\"metres\"\"\"\n\"a,b\",1\n\"two\nlines\",2\n\"\"\"\",3\n\" kept \",4\n\"\",5\n")
    #expect(table.columns == ["text", "x, in \"metres\""])
    #expect(try table.strings("text") == ["a,b", "two\nlines", "\"", " kept ", ""])
    #expect(try table.integers("x, in \"metres\"") == [1, 2, 3, 4, 5])
  }

  @Test func cellsMayBeEmpty() throws {
    let table = try table("a,b,c\n,,\nx,,z\n")
    #expect(try table.strings("b") == ["", ""] && table.strings("c") == ["", "z"])
  }

  @Test func lettersOfAllScriptsAreKept() throws {
    #expect(try table("größe,名\n1,é🙂\n").strings("名") == ["é🙂"])
  }

  @Test func emptyTables() {
    for text in ["", "\n", "\r\n\r\n", "\u{FEFF}", "   \n"] {
      expect(.empty(path: "data.csv"), "data.csv: the file is empty, expected a header and rows") {
        _ = try table(text)
      }
    }
    expect(.noRows(path: "data.csv"), "data.csv: there are no rows below the header") { _ = try table("a,b\n\n") }
  }

  /// Lines count from 1 and count every line end: of empty lines and in quoted cells too.
  @Test func raggedRowsNameTheirLine() {
    func ragged(_ line: Int, _ cells: Int) -> DataTableError {
      .raggedRow(path: "data.csv", line: line, cells: cells, expected: 2)
    }
    expect(ragged(3, 3), "data.csv:3: 3 cells, expected 2") { _ = try table("a,b\n1,2\n1,2,3\n") }
    expect(ragged(2, 1), "data.csv:2: 1 cells, expected 2") { _ = try table("a,b\r\n1\r\n") }
    expect(ragged(6, 1), "data.csv:6: 1 cells, expected 2") { _ = try table("\na,b\n\n\"x\ny\",2\n1\n") }
    expect(ragged(3, 3), "data.csv:3: 3 cells, expected 2") { _ = try table("a,b\r1,2\r1,2,\r") }
  }

  @Test func duplicateAndMissingColumns() throws {
    expect(.duplicateColumn(path: "data.csv", name: "x"), "data.csv: two columns are called `x`") {
      _ = try self.table("x,y, x\n1,2,3\n")
    }
    let table = try table("x,y\n1,2\n")
    let missing = DataTableError.missingColumn(path: "data.csv", name: "z", columns: ["x", "y"])
    expect(missing, "data.csv: there is no column `z`; there are `x`, `y`") { _ = try table.doubles("z") }
    expect(missing, "\(missing)") { _ = try table.strings("z") }
    expect(missing, "\(missing)") { _ = try table.integers("z") }
  }

  @Test(arguments: ["abc", "", "nan", "inf", "-Infinity", "1e999", "1,5", "1.2.3", "NA", "1_000", "0x"])
  func notANumber(value: String) throws {
    let table = try table("x,y\n1,2\n\n3,\"\(value)\"\n")
    let said = value.isEmpty ? "nothing" : "`\(value)`"
    expect(
      .notANumber(path: "data.csv", line: 4, column: "y", value: value),
      "data.csv:4: y = \(said), expected a finite number"
    ) { _ = try table.doubles("y") }
    #expect(try table.doubles("x") == [1, 3])
  }

  @Test(arguments: ["1.5", "x", "99999999999999999999", "1e3", "2.0"]) func notAWholeNumber(value: String) throws {
    let table = try table("n\r\n1\r\n\(value)\r\n")
    expect(
      .notAWholeNumber(path: "data.csv", line: 3, column: "n", value: value),
      "data.csv:3: n = `\(value)`, expected a whole number"
    ) { _ = try table.integers("n") }
  }

  @Test func anEmptyCellIsNoWholeNumber() throws {
    let table = try table("n,m\n1,2\n,3\n")
    expect(
      .notAWholeNumber(path: "data.csv", line: 3, column: "n", value: ""),
      "data.csv:3: n = nothing, expected a whole number"
    ) { _ = try table.integers("n") }
  }

  @Test func aQuoteWithoutEndNamesWhereItBegins() {
    expect(.unclosedQuote(path: "data.csv", line: 3), "data.csv:3: a quoted cell has no end") {
      _ = try table("a,b\n1,2\n3,\"4\n5,6\n")
    }
    expect(.unclosedQuote(path: "data.csv", line: 3), "data.csv:3: a quoted cell has no end") {
      _ = try table("a,b\n\"x\ny\",\"z\n")
    }
  }

  @Test func textAfterAQuotedCellIsNotPassedOver() {
    expect(
      .textAfterQuote(path: "data.csv", line: 3), "data.csv:3: text after the end of a quoted cell"
    ) { _ = try table("a,b\n1,2\n\"3\"4,5\n") }
  }

  @Test func filesAreReadWholeOrNamed() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("DataTableTests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("a table.csv").path
    expect(.unreadable(path: path, reason: "there is no such file"), "\(path): there is no such file") {
      _ = try DataTable(contentsOf: path)
    }
    expect(.unreadable(path: folder.path, reason: "it is a folder"), "\(folder.path): it is a folder") {
      _ = try DataTable(contentsOf: folder.path)
    }
    try Data([0x61, 0x0A, 0xFF, 0xFE, 0x0A]).write(to: URL(fileURLWithPath: path))
    expect(.unreadable(path: path, reason: "it is not UTF-8"), "\(path): it is not UTF-8") {
      _ = try DataTable(contentsOf: path)
    }
    try Data([]).write(to: URL(fileURLWithPath: path))
    expect(.empty(path: path), "\(path): the file is empty, expected a header and rows") {
      _ = try DataTable(contentsOf: path)
    }
    try Data("\u{FEFF}x\r\n1\r\n2.5\r\n".utf8).write(to: URL(fileURLWithPath: path))
    #expect(try DataTable(contentsOf: path).doubles("x") == [1, 2.5])
  }
}
