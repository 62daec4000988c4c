import Foundation

/// Prints results as JSON, keys in order; a number that JSON does not know is the text "inf", "-inf" or "nan".
///
/// - Throws: the encoder's error.
public func printJSON(_ results: some Encodable) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
  encoder.nonConformingFloatEncodingStrategy = .convertToString(
    positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
  print(String(decoding: try encoder.encode(results), as: UTF8.self))
}
