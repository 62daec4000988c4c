import Foundation

/// The plotting program, as a function from a script to what it writes on its standard output.
///
/// Script, output and messages pass through files in a private temporary directory, not through pipes: there
/// is no buffer to fill on either side, no signal when the program ends before it has read its input, and
/// concurrent calls cannot hold the ends of each other's pipes. No shell is involved.
public struct Gnuplot: Sendable {
  /// The directories in which `gnuplot` is looked for, in order.
  public let searchPath: [String]

  /// - Parameter searchPath: directories separated by colons; by default the environment's `PATH`.
  public init(searchPath: String? = nil) {
    let path = searchPath ?? ProcessInfo.processInfo.environment["PATH"] ?? ""
    self.searchPath = path.split(separator: ":").map(String.init)
  }

  /// The path of the executable.
  ///
  /// - Throws: `ReportError.gnuplotNotFound` where no directory of the search path has one.
  public func executable() throws(ReportError) -> String {
    for directory in searchPath {
      let candidate = directory + "/gnuplot"
      var isDirectory: ObjCBool = false
      guard FileManager.default.fileExists(atPath: candidate, isDirectory: &isDirectory),
        !isDirectory.boolValue
      else { continue }
      if FileManager.default.isExecutableFile(atPath: candidate) { return candidate }
    }
    throw .gnuplotNotFound(searched: searchPath)
  }

  /// Runs `script` with gnuplot's default settings (the user's start-up files are not read) and returns what
  /// it wrote.
  ///
  /// Blocks until the program has ended: some tens of milliseconds for a plot.
  ///
  /// - Throws: `gnuplotNotFound`; `gnuplotFailed` with the program's own message; `cannotWrite` where the
  ///   temporary directory is not writable.
  public func run(_ script: String) throws(ReportError) -> String {
    let program = try executable()
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("plot-" + UUID().uuidString)
    do {
      try FileManager.default.createDirectory(
        at: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      defer { try? FileManager.default.removeItem(at: directory) }
      return try Self.run(program, script: script, in: directory)
    } catch let error as ReportError {
      throw error
    } catch {
      throw .cannotWrite(path: directory.path, reason: error.localizedDescription)
    }
  }

  private static func run(_ program: String, script: String, in directory: URL) throws -> String {
    let input = directory.appendingPathComponent("script")
    let output = directory.appendingPathComponent("output")
    let messages = directory.appendingPathComponent("messages")
    try Data(script.utf8).write(to: input)
    try Data().write(to: output)
    try Data().write(to: messages)

    let standardInput = try FileHandle(forReadingFrom: input)
    let standardOutput = try FileHandle(forWritingTo: output)
    let standardError = try FileHandle(forWritingTo: messages)
    defer {
      for handle in [standardInput, standardOutput, standardError] { try? handle.close() }
    }

    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = ["--default-settings"]
    process.environment = ProcessInfo.processInfo.environment.filter {
      !$0.key.hasPrefix("GNUPLOT") && $0.key != "GNUTERM"
    }
    process.standardInput = standardInput
    process.standardOutput = standardOutput
    process.standardError = standardError
    do {
      try process.run()
    } catch {
      throw ReportError.gnuplotFailed(status: -1, message: "\(program): \(error.localizedDescription)")
    }
    process.waitUntilExit()

    guard process.terminationReason == .exit, process.terminationStatus == 0 else {
      let message = String(decoding: try Data(contentsOf: messages), as: UTF8.self)
      throw ReportError.gnuplotFailed(
        status: process.terminationStatus, message: message.trimmingCharacters(in: .whitespacesAndNewlines))
    }
    return String(decoding: try Data(contentsOf: output), as: UTF8.self)
  }

  /// `text` as a literal of gnuplot's language that stands for itself: in single quotes neither back-slashes,
  /// nor back-quotes (which run programs), nor macros mean anything.
  ///
  /// Control characters become spaces. gnuplot's SVG passes `&#` on as the start of a character reference: it
  /// is written as a reference itself.
  static func quoted(_ text: String) -> String {
    var literal = "'"
    for scalar in text.unicodeScalars {
      switch scalar {
      case "'": literal += "''"
      case _ where !XML.isAllowed(scalar) || scalar.properties.generalCategory == .control: literal += " "
      default: literal.unicodeScalars.append(scalar)
      }
    }
    return literal.replacingOccurrences(of: "&#", with: "&#x26;#") + "'"
  }
}
