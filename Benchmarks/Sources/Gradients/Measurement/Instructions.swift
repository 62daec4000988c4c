import Foundation

/// Instructions for one gradient, counted by callgrind: the process runs itself under valgrind.
enum Instructions {
  static let gradients = 50

  /// Callgrind writes out what it has counted, and begins anew, before each call of this function of the C library.
  private static let marker = "getppid"

  /// In the process that is counted.
  static func mark(_ pair: inout Pair) -> Double {
    var total = pair.runLibrary(2) + pair.runC(2)
    _ = getppid()
    total += pair.runLibrary(gradients)
    _ = getppid()
    total += pair.runC(gradients)
    _ = getppid()
    return total
  }

  /// Runs `arguments` of this program under callgrind: for each pair that is marked, the instructions of both.
  static func count(_ arguments: [String]) throws -> [(library: Double, c: Double)] {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "callgrind-\(ProcessInfo.processInfo.processIdentifier)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func run(_ command: [String]) throws {
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/env")
      process.arguments = command
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      guard process.terminationStatus == 0 else {
        throw CCompiler.Failure(description: "\(command[0]) failed with \(process.terminationStatus)")
      }
    }
    // Valgrind does not read the debugging information of Swift.
    let program = folder.appending(path: "program").path
    try run(["strip", "--strip-debug", "-o", program, CommandLine.arguments[0]])
    try run([
      "valgrind", "-q", "--tool=callgrind", "--dump-before=\(marker)",
      "--callgrind-out-file=\(folder.path)/out", program,
    ] + arguments)
    // Dump 3 k + 1 ends before pair k runs, the next two are the library's run and C's.
    func instructions(_ dump: Int) -> Double? {
      let file = folder.appending(path: "out.\(dump)")
      guard let text = try? String(contentsOf: file, encoding: .utf8) else { return nil }
      return text.split(separator: "\n").first { $0.hasPrefix("totals: ") || $0.hasPrefix("summary: ") }
        .flatMap { Double($0.split(separator: " ")[1]) }
    }
    var counts: [(library: Double, c: Double)] = []
    while let library = instructions(3 * counts.count + 2), let c = instructions(3 * counts.count + 3) {
      counts.append((library / Double(gradients), c / Double(gradients)))
    }
    return counts
  }
}
