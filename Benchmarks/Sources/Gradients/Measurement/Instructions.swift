import Foundation

/// Where callgrind writes out what it has counted and begins anew.
@_cdecl("gradients_count_from_here") @inline(never) public func countFromHere() {
  withExtendedLifetime(0) {}
}

/// Instructions for one gradient, counted by callgrind: the process runs itself under valgrind.
enum Instructions {
  static let gradients = 50

  /// In the process that is counted.
  static func mark(_ pair: inout Pair) -> Double {
    var total = pair.runLibrary(2) + pair.runC(2)
    countFromHere()
    total += pair.runLibrary(gradients)
    countFromHere()
    total += pair.runC(gradients)
    countFromHere()
    return total
  }

  /// Runs `arguments` of this program under callgrind: for each pair that is marked, the instructions of both.
  static func count(_ arguments: [String]) throws -> [(library: Double, c: Double)] {
    let folder = FileManager.default.temporaryDirectory.appending(path: "callgrind-\(ProcessInfo.processInfo.processIdentifier)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [
      "valgrind", "-q", "--tool=callgrind", "--dump-before=gradients_count_from_here",
      "--callgrind-out-file=\(folder.path)/out", CommandLine.arguments[0],
    ] + arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw CCompiler.Failure(description: "valgrind failed with \(process.terminationStatus)")
    }
    // Dump 3 k + 1 ends before pair k runs, the next two are the library's run and C's.
    func instructions(_ dump: Int) throws -> Double? {
      guard let text = try? String(contentsOf: folder.appending(path: "out.\(dump)"), encoding: .utf8) else { return nil }
      return text.split(separator: "\n").first { $0.hasPrefix("totals: ") || $0.hasPrefix("summary: ") }
        .flatMap { Double($0.split(separator: " ")[1]) }
    }
    var counts: [(library: Double, c: Double)] = []
    while let library = try instructions(3 * counts.count + 2), let c = try instructions(3 * counts.count + 3) {
      counts.append((library / Double(gradients), c / Double(gradients)))
    }
    return counts
  }
}
