import Foundation
import Inference

/// Prints figures as JSON.
public func printJSON(_ figures: some Encodable) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
  print(String(decoding: try encoder.encode(figures), as: UTF8.self))
}

extension Plot {
  /// Writes the plot as SVG, and makes the folders that it lies in.
  public func write(to path: String) throws {
    let url = URL(fileURLWithPath: path)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try svg().write(to: url, atomically: true, encoding: .utf8)
  }
}
