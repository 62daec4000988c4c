import Foundation
import Inference
import Testing

@Suite struct ReportTests {
  static let awkward = "<script>alert('&')</script> \"q\" \u{1} é"
  static let readable = "<script>alert('&')</script> \"q\" \u{FFFD} é"

  static func sample() throws -> Report {
    var report = Report(title: awkward, subtitle: awkward)
    report.paragraph(awkward)
    report.heading(awkward)
    report.preformatted(awkward + "\n  second line")
    report.warnings([awkward])
    report.table(
      columns: ["name", "mean", awkward], rows: [["mu", "-1.5", "a"], ["tau", "2e3", awkward]],
      caption: awkward)
    report.figures([
      .init(try .trace("mu", chains: [[1, 2, 1.5], [2, 1, .nan]]), caption: awkward),
      .init(try .band("fit", at: [0, 1], predictive: [[1, 2], [2, 3]], observed: (x: [0, 1], y: [1, 2])))
    ])
    return report
  }

  @Test func thePageIsWellFormedAndEscaped() throws {
    let page = try Self.sample().html()
    let reading = XMLReading(page)
    #expect(reading.error == nil)
    #expect(page.hasPrefix("<!DOCTYPE html>"))
    #expect(reading.named("script").isEmpty)
    for name in ["title", "h1", "h2", "p", "caption", "li", "figcaption"] {
      #expect(reading.named(name).contains { $0.text.hasPrefix(Self.readable) }, "\(name)")
    }
    #expect(reading.named("pre").map(\.text) == [Self.readable + "\n  second line"])
  }

  @Test func tablesHaveTheirCellsAndNumbersToTheRight() throws {
    let reading = try XMLReading(Self.sample().html())
    #expect(reading.named("td").map(\.text) == ["mu", "-1.5", "a", "tau", "2e3", Self.readable])
    #expect(reading.named("th").map { $0.attributes["class"] } == [nil, "number", nil])
    #expect(reading.named("td").map { $0.attributes["class"] } == [nil, "number", nil, nil, "number", nil])
  }

  @Test func nothingOutsideIsReferredTo() throws {
    let page = try Self.sample().html()
    let reading = XMLReading(page)
    #expect(!reading.references.isEmpty)
    #expect(reading.references.allSatisfy { $0.hasPrefix("#") })
    #expect(!page.contains("url(") && !page.contains("@import"))
    #expect(["link", "script", "img", "iframe", "image"].allSatisfy { reading.named($0).isEmpty })
    // What is left of addresses are the names of the three vocabularies.
    let addresses = page.components(separatedBy: "http").dropFirst().map { $0.prefix { $0 != "\"" } }
    #expect(
      Set(addresses) == ["://www.w3.org/1999/xhtml", "://www.w3.org/2000/svg", "://www.w3.org/1999/xlink"])
  }

  @Test func figuresDoNotShareIdentifiers() throws {
    let reading = try XMLReading(Self.sample().html())
    #expect(reading.named("svg").count == 2)
    #expect(Set(reading.identifiers).count == reading.identifiers.count)
    for reference in reading.references {
      #expect(reading.identifiers.contains(String(reference.dropFirst())))
    }
  }

  @Test func notesAreBelowTheFigure() throws {
    let notes = try XMLReading(Self.sample().html()).named("span").map(\.text)
    #expect(notes == ["1 of 6 draws is not finite and not shown."])
  }

  @Test func emptyListsShowNothing() throws {
    let page = try Report(title: "t", blocks: [.warnings([]), .figures([])]).html(
      using: Gnuplot(searchPath: ""))
    #expect(!page.contains("<aside") && !page.contains("class=\"figures\""))
  }

  @Test func aRowThatDoesNotFitIsAnError() {
    let report = Report(
      title: "t", blocks: [.table(.init(columns: ["a", "b"], rows: [["1", "2"], ["1"]], caption: "c"))])
    #expect(throws: ReportError.lengthMismatch(what: "table 'c', row 1", expected: 2, found: 1)) {
      try report.html()
    }
  }

  @Test func writingMakesDirectoriesAndReplacesTheFile() throws {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent("report-" + UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: root) }
    let path = root.appendingPathComponent("a b/c/report.html").path
    try Report(title: "first").write(to: path)
    try Report(title: "second").write(to: path)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == Report(title: "second").html())
    let directory = (path as NSString).deletingLastPathComponent
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["report.html"])
  }

  /// A directory where the file should be, and a file where a directory should be: refused to every user.
  @Test func anUnwritablePathIsNamedInTheError() throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("report-" + UUID().uuidString)
    try Data().write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    for path in [file.path + "/inside/report.html", FileManager.default.temporaryDirectory.path] {
      let error = #expect(throws: ReportError.self) { try Report(title: "t").write(to: path) }
      guard case .cannotWrite(path, let reason)? = error else {
        Issue.record("expected cannotWrite of \(path), found \(String(describing: error))")
        continue
      }
      #expect(!reason.isEmpty)
    }
  }

  @Test func withoutGnuplotThereIsATypedError() throws {
    #expect(throws: ReportError.gnuplotNotFound(searched: ["/nowhere"])) {
      try Self.sample().html(using: Gnuplot(searchPath: "/nowhere"))
    }
  }
}
