import Foundation
import Testing

/// The example commands as a user runs them: bad input ends in one clear line and a status that is not zero.
@Suite struct CommandTests {
  /// The products lie beside the test bundle.
  private static var products: URL {
    URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
  }

  private func run(
    _ name: String, _ arguments: [String], environment: [String: String]? = nil
  ) throws -> (status: Int32, output: String, errors: String) {
    let process = Process()
    process.executableURL = Self.products.appendingPathComponent(name)
    process.arguments = arguments
    if let environment { process.environment = environment }
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (output, errors) = (folder.appendingPathComponent("out"), folder.appendingPathComponent("err"))
    for file in [output, errors] { try Data().write(to: file) }
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    process.currentDirectoryURL = folder
    try process.run()
    process.waitUntilExit()
    return (
      process.terminationStatus, try String(contentsOf: output, encoding: .utf8),
      try String(contentsOf: errors, encoding: .utf8)
    )
  }

  private func regression(_ csv: String?, _ options: [String] = ["--x", "x", "--y", "y"]) throws -> (Int32, String) {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).csv").path
    if let csv { try csv.write(toFile: path, atomically: true, encoding: .utf8) }
    defer { try? FileManager.default.removeItem(atPath: path) }
    let result = try run("regression", [path] + options)
    return (result.status, result.errors)
  }

  @Test(arguments: [
    (nil, "there is no such file"),
    ("", "the file is empty"),
    ("x,y\n", "there are no rows"),
    ("x,y\n1,2\n3\n", ":3: 1 cells, expected 2"),
    ("x,z\n1,2\n3,4\n", "there is no column `y`; there are `x`, `z`"),
    ("x,y\n1,2\n3,abc\n", ":3: y = `abc`, expected a finite number"),
    ("x,y\n1,2\n3,nan\n", ":3: y = `nan`, expected a finite number"),
    ("x,y\n1,2\n1,3\n", "at least two different values"),
  ] as [(String?, String)])
  func badTablesEndInOneLine(csv: String?, expected: String) throws {
    let (status, errors) = try regression(csv)
    #expect(status != 0)
    #expect(errors.contains(expected))
    #expect(errors.split(separator: "\n").count == 1, "\(errors)")
  }

  @Test func logarithmsOfNegativeNumbersAreRefused() throws {
    let (status, errors) = try regression("x,y\n1,2\n-3,4\n5,6\n", ["--x", "x", "--y", "y", "--log"])
    #expect(status != 0 && errors.contains("x = -3.0 in row 2, expected > 0"))
  }

  @Test func aRunWritesItsFiles() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let result = try run("eight-schools", ["--draws", "200", "--output", folder])
    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
    #expect(result.output.contains("theta[8]") && result.output.contains("R-hat"))
    #expect(FileManager.default.fileExists(atPath: "\(folder)/report.html"))
    #expect(FileManager.default.fileExists(atPath: "\(folder)/draws_4.csv"))
  }

  private static let hasReference = ProcessInfo.processInfo.environment["BOREL_REFERENCE"] != nil

  /// NUTS beside reference draws, |z| < 4, at the command's seed. `make posteriors` runs the others too.
  @Test(.enabled(if: hasReference, "BOREL_REFERENCE does not name the folder of reference posteriors"))
  func posteriorsAgreeWithTheReference() throws {
    let names = ["eight_schools", "kidscore", "arK", "blr", "nes", "wells", "radon", "gp_regr", "seeds"]
    let result = try run("posteriors", names)
    #expect(result.status == 0, "\(result.output)")
    #expect(result.output.split(separator: "\n").count == names.count + 1)
  }

  @Test func withoutReferencesTheCommandSaysThatItSkips() throws {
    let process = try run("posteriors", [], environment: [:])
    #expect(process.status == 0 && process.output.contains("skipped"))
  }

  @Test func theSameSeedPrintsTheSame() throws {
    let first = try run("eight-schools", ["--draws", "100", "--seed", "3", "--json"])
    let second = try run("eight-schools", ["--draws", "100", "--seed", "3", "--json"])
    #expect(first.status == 0 && first.output == second.output)
    #expect(try JSONSerialization.jsonObject(with: Data(first.output.utf8)) is [String: Any])
  }
}
