import Foundation
import NumericCore
import Testing

struct DataTableTests {
  private func table(_ text: String) throws -> DataTable { try DataTable(text: text, path: "t.csv") }

  @Test func columnsByName() throws {
    let table = try table("x,group,name\n1.5,1,a\n-2e3,2,b b\n+0,3,\n")
    #expect(table.columns == ["x", "group", "name"])
    #expect(table.count == 3)
    #expect(try table.doubles("x") == [1.5, -2000, 0])
    #expect(try table.doubles("group") == [1, 2, 3])
    #expect(try table.integers("group") == [1, 2, 3])
    #expect(try table.strings("name") == ["a", "b b", ""])
  }

  /// RFC 4180, and what spreadsheets make of it: all of these are the same table.
  @Test(arguments: [
    "a,b\n1,x y\n2,z\n", "a,b\n1,x y\n2,z", "a,b\r\n1,x y\r\n2,z\r\n", "a,b\r1,x y\r2,z\r",
    "\u{FEFF}a,b\n1,x y\n2,z\n", "\"a\",\"b\"\n\"1\",\"x y\"\n\"2\",\"z\"\n", " a , b\t\n 1,  x y \n2 ,z\n",
    "\n\na,b\n\n1,x y\n   \n2,z\n\n\n", "a,b\n 1 , \"x y\" \n2,\"z\"",
  ])
  func waysToWriteOneTable(_ text: String) throws {
    let table = try table(text)
    #expect(table.columns == ["a", "b"])
    #expect(try table.doubles("a") == [1, 2])
    #expect(try table.strings("b") == ["x y", "z"])
  }

  @Test func quotedCellsHoldAnything() throws {
    let table = try table("a,b\n\"x, \"\"y\"\"\r\nz\",1\n\" blank \",2\n\"\",3\nµ\"5,4\n")
    #expect(try table.strings("a") == ["x, \"y\"\r\nz", " blank ", "", "µ\"5"])
    #expect(try table.integers("b") == [1, 2, 3, 4])
  }

  @Test func emptyCells() throws {
    let table = try table("a,b,\n,2,\n1,,\n,,\n")
    #expect(table.columns == ["a", "b", ""])
    #expect(try table.strings("a") == ["", "1", ""])
    #expect(try table.strings("b") == ["2", "", ""])
    #expect(try table.strings("") == ["", "", ""])
    // An empty line is passed over, an empty quoted cell is not.
    #expect(try self.table("a\n1\n\n\"\"\n").strings("a") == ["1", ""])
    #expect(try self.table("a,b\n1,").strings("b") == [""])
  }

  @Test(arguments: [
    ("", DataTableError.empty(path: "t.csv"), "t.csv: the file is empty, expected a header and rows"),
    ("\n \n", .empty(path: "t.csv"), "t.csv: the file is empty, expected a header and rows"),
    ("a,b\n", .noRows(path: "t.csv"), "t.csv: there are no rows below the header"),
    ("a,b,a\n1,2,3\n", .duplicateColumn(path: "t.csv", name: "a"), "t.csv: two columns are called `a`"),
    (
      "a,b\n1,2\n3\n", .raggedRow(path: "t.csv", line: 3, cells: 1, expected: 2),
      "t.csv:3: 1 cells, expected 2"
    ),
    (
      "a,b\n1,2\n\n3,4,5\n", .raggedRow(path: "t.csv", line: 4, cells: 3, expected: 2),
      "t.csv:4: 3 cells, expected 2"
    ),
    (
      "a,b\r\n\"1\r\n\r\n\",2\r\n3\r\n", .raggedRow(path: "t.csv", line: 5, cells: 1, expected: 2),
      "t.csv:5: 1 cells, expected 2"
    ),
    ("a,b\n1,\"2\n3,4\n", .unclosedQuote(path: "t.csv", line: 2), "t.csv:2: a quoted cell has no end"),
    (
      "a,b\n1,\"2\" x\n", .textBehindQuote(path: "t.csv", line: 2, text: "x"),
      "t.csv:2: `x` behind the end of a quoted cell, expected a comma or the end of the line"
    ),
  ])
  func malformedTables(_ text: String, _ error: DataTableError, _ message: String) {
    #expect(throws: error) { try table(text) }
    #expect(error.description == message)
  }

  @Test(arguments: [
    ("two", "t.csv:4: x = `two`, expected a finite number"),
    ("", "t.csv:4: x = nothing, expected a finite number"),
    ("NaN", "t.csv:4: x = `NaN`, expected a finite number"),
    ("NA", "t.csv:4: x = `NA`, expected a finite number"),
    ("inf", "t.csv:4: x = `inf`, expected a finite number"),
    ("1e400", "t.csv:4: x = `1e400`, expected a finite number"),
    ("1.5.2", "t.csv:4: x = `1.5.2`, expected a finite number"),
    ("3 4", "t.csv:4: x = `3 4`, expected a finite number"),
    ("\"1,5\"", "t.csv:4: x = `1,5`, expected a finite number"),
  ])
  func cellsThatAreNoNumbers(_ cell: String, _ message: String) throws {
    let table = try table("y,x\n0,1\n0,2\n0,\(cell)\n0,bad\n")
    let error = #expect(throws: DataTableError.self) { try table.doubles("x") }
    #expect(error?.description == message)
  }

  @Test(arguments: ["1.5", "", "x", "1e30", "nan"])
  func cellsThatAreNoWholeNumbers(_ cell: String) throws {
    let table = try table("x,y\n1,\n\(cell),\n")
    #expect(throws: DataTableError.notAWholeNumber(path: "t.csv", line: 3, column: "x", value: cell)) {
      try table.integers("x")
    }
  }

  @Test func wholeNumbersMayHaveAPoint() throws {
    #expect(try table("x\n3.0\n-2e2\n9007199254740993\n").integers("x") == [3, -200, 9_007_199_254_740_993])
  }

  @Test func missingValuesAreAskedFor() throws {
    let table = try table("x,k\n1.5,1\n,NA\nNaN,\nNA,4\n-9,5\n")
    #expect(try table.doubles("x", missing: DataTable.missing) == [1.5, nil, nil, nil, -9])
    #expect(try table.integers("k", missing: DataTable.missing) == [1, nil, nil, 4, 5])
    #expect(throws: DataTableError.notANumber(path: "t.csv", line: 4, column: "x", value: "NaN")) {
      try table.doubles("x", missing: ["", "-9"])
    }
    #expect(throws: DataTableError.notAWholeNumber(path: "t.csv", line: 4, column: "k", value: "")) {
      try table.integers("k", missing: ["NA"])
    }
  }

  @Test func levelsCountFromTheFirstRow() throws {
    let (levels, indices) = try table("g,x\nb,1\na,1\nb,1\nc,1\na,1\n").levels("g")
    #expect(levels == ["b", "a", "c"])
    #expect(indices == [0, 1, 0, 2, 1])
  }

  @Test func columnsThatAreNotThere() throws {
    let table = try table("x,y\n1,2\n")
    let error = DataTableError.missingColumn(path: "t.csv", name: "z", columns: ["x", "y"])
    #expect(throws: error) { try table.doubles("z") }
    #expect(throws: error) { try table.doubles("z", missing: []) }
    #expect(throws: error) { try table.integers("z") }
    #expect(throws: error) { try table.strings("z") }
    #expect(throws: error) { try table.levels("z") }
    #expect(error.description == "t.csv: there is no column `z`; there are `x`, `y`")
  }

  @Test func files() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "table-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/data.csv"
    #expect(throws: DataTableError.unreadable(path: path, reason: "there is no such file")) {
      try DataTable(contentsOf: path)
    }
    #expect(throws: DataTableError.unreadable(path: folder, reason: "it cannot be read")) {
      try DataTable(contentsOf: folder)
    }
    try Data("x\n1\n\u{e9}\n".utf8).write(to: URL(fileURLWithPath: path))
    let table = try DataTable(contentsOf: path)
    #expect(try table.strings("x") == ["1", "é"])
    #expect(throws: DataTableError.notANumber(path: path, line: 3, column: "x", value: "é")) {
      try table.doubles("x")
    }
    // Latin-1.
    try Data([0x78, 0x0A, 0xE9, 0x0A]).write(to: URL(fileURLWithPath: path))
    #expect(throws: DataTableError.unreadable(path: path, reason: "it is not UTF-8")) {
      try DataTable(contentsOf: path)
    }
  }
}
