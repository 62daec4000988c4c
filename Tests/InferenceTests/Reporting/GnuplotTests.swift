import Foundation
import Inference
import Testing

@Suite struct GnuplotTests {
  @Test func returnsWhatTheScriptPrints() throws {
    #expect(try Gnuplot().run("set print '-'\nprint 6 * 7\n") == "42\n")
  }

  @Test func aMissingProgramIsAnErrorThatSaysHowToInstallIt() {
    let gnuplot = Gnuplot(searchPath: "/nowhere/bin:/nowhere/else")
    let expected = ReportError.gnuplotNotFound(searched: ["/nowhere/bin", "/nowhere/else"])
    #expect(throws: expected) { try gnuplot.run("plot x") }
    #expect(expected.description.contains("/nowhere/bin:/nowhere/else"))
    #expect(expected.description.contains("gnuplot-nox"))
  }

  @Test func aDirectoryOfThatNameIsNotTheProgram() throws {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("path-" + UUID().uuidString)
    try FileManager.default.createDirectory(
      at: directory.appendingPathComponent("gnuplot"), withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    #expect(throws: ReportError.gnuplotNotFound(searched: [directory.path])) {
      try Gnuplot(searchPath: directory.path).executable()
    }
  }

  @Test func aFailureCarriesTheProgramsMessage() {
    let error = #expect(throws: ReportError.self) {
      try Gnuplot().run("set terminal svg\nplot nonsense(x)\n")
    }
    guard case .gnuplotFailed(let status, let message)? = error else {
      Issue.record("expected gnuplotFailed, found \(String(describing: error))")
      return
    }
    #expect(status != 0)
    #expect(message.contains("nonsense"))
  }

  /// More than any pipe holds, on both channels, and more input than the program reads before it ends.
  @Test func volumeDoesNotBlock() throws {
    let rest = String(repeating: "print 1\n", count: 200_000)
    let script = """
      do for [i=1:30000] { print 'message', i }
      set print '-'
      do for [i=1:30000] { print 'result', i }
      exit

      """
    let output = try Gnuplot().run(script + rest)
    let isComplete = output.hasSuffix("result 30000\n") && output.utf8.count > 300_000
    #expect(isComplete)
  }

  @Test func callsMayRunAtTheSameTime() async throws {
    let results = try await withThrowingTaskGroup(of: String.self) { group in
      for i in 0..<12 { group.addTask { try Gnuplot().run("set print '-'\nprint \(i)\n") } }
      return try await group.reduce(into: Set<String>()) { $0.insert($1) }
    }
    #expect(results == Set((0..<12).map { "\($0)\n" }))
  }

  @Test func aProgramThatDrawsNothingIsAnError() throws {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent(
      "gnuplot-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    try FileManager.default.createSymbolicLink(
      atPath: directory.path + "/gnuplot", withDestinationPath: "/usr/bin/true")
    let plot = Plot(title: "t", layers: [.init(.points(x: [1], y: [1]), ink: .foreground)])
    #expect(throws: ReportError.gnuplotFailed(status: 0, message: "no drawing in 0 bytes of output")) {
      try plot.svg(using: Gnuplot(searchPath: directory.path))
    }
  }
}
