import Foundation

/// What keeps a report from being made.
public enum ReportError: Error, Equatable, Sendable, CustomStringConvertible {
  case gnuplotNotFound
  case gnuplotFailed(status: Int, message: String)
  case notWritable(path: String, reason: String)

  public var description: String {
    switch self {
    case .gnuplotNotFound: "gnuplot was not found: install it (apt-get install gnuplot-nox, or brew install gnuplot)"
    case .gnuplotFailed(let status, let message): "gnuplot ended with status \(status): \(message)"
    case .notWritable(let path, let reason): "\(path): \(reason)"
    }
  }
}

/// Runs gnuplot: a script in, an SVG picture out.
enum Gnuplot {
  static func svg(_ script: String, width: Int, height: Int) throws(ReportError) -> String {
    guard let executable else { throw .gnuplotNotFound }
    let process = Process()
    process.executableURL = executable
    let (input, output, errors) = (Pipe(), Pipe(), Pipe())
    (process.standardInput, process.standardOutput, process.standardError) = (input, output, errors)
    let preamble = """
      set terminal svg size \(width),\(height) dynamic enhanced font 'Helvetica,13' background '#ffffff'
      set border 3 lc rgb '#667085'; set tics nomirror out scale 0.6 textcolor rgb '#475467'
      set grid lc rgb '#eaecf0' lt 1; set encoding utf8

      """
    do { try process.run() } catch { throw .gnuplotNotFound }
    // The script is written beside the reading: neither side waits for a full pipe.
    let data = Data((preamble + script).utf8)
    DispatchQueue.global().async {
      try? input.fileHandleForWriting.write(contentsOf: data)
      try? input.fileHandleForWriting.close()
    }
    let message = DispatchQueue.global().sync { () -> (Data, Data) in
      let picture = output.fileHandleForReading.readDataToEndOfFile()
      return (picture, errors.fileHandleForReading.readDataToEndOfFile())
    }
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw .gnuplotFailed(
        status: Int(process.terminationStatus), message: String(decoding: message.1, as: UTF8.self))
    }
    return String(decoding: message.0, as: UTF8.self)
  }

  /// A text in single quotes, with nothing in it that gnuplot would read.
  static func quoted(_ text: String) -> String {
    let plain = text.replacingOccurrences(of: "'", with: "''").replacingOccurrences(of: "\n", with: " ")
    return "'\(plain)' noenhanced"
  }

  private static var executable: URL? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return folders.map { URL(fileURLWithPath: "\($0)/gnuplot") }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
  }
}
