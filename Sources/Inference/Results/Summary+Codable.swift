import Foundation

extension Summary.Row: Codable {
  private enum Key: String, CodingKey {
    case name, variable, mean, standardDeviation, meanMCSE, quantiles, bulkESS, tailESS, rHat
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    func number(_ key: Key) throws -> Double { try container.decode(JSONNumber.self, forKey: key).value }
    self.init(
      name: try container.decode(String.self, forKey: .name),
      variable: try container.decode(String.self, forKey: .variable), mean: try number(.mean),
      standardDeviation: try number(.standardDeviation), meanMCSE: try number(.meanMCSE),
      quantiles: try container.decode([JSONNumber].self, forKey: .quantiles).map(\.value),
      bulkESS: try number(.bulkESS), tailESS: try number(.tailESS), rHat: try number(.rHat))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(name, forKey: .name)
    try container.encode(variable, forKey: .variable)
    try container.encode(quantiles.map(JSONNumber.init), forKey: .quantiles)
    let numbers: [(Key, Double)] = [
      (.mean, mean), (.standardDeviation, standardDeviation), (.meanMCSE, meanMCSE), (.bulkESS, bulkESS),
      (.tailESS, tailESS), (.rHat, rHat),
    ]
    for (key, value) in numbers { try container.encode(JSONNumber(value: value), forKey: key) }
  }
}

extension Summary {
  /// The summary as JSON, for other programs; what is not finite is the text "NaN", "Infinity" or
  /// "-Infinity".
  ///
  /// - Throws: the encoder's error.
  public func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self)
  }
}

/// A number that JSON may not know: a constant column has no R-hat.
private struct JSONNumber: Codable {
  let value: Double

  init(value: Double) { self.value = value }

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let number = try? container.decode(Double.self) {
      value = number
      return
    }
    let text = try container.decode(String.self)
    guard let number = Double(text), !number.isFinite else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "`\(text)`, expected a number, NaN, Infinity or -Infinity")
    }
    value = number
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if value.isFinite {
      try container.encode(value)
    } else {
      try container.encode(value.isNaN ? "NaN" : value > 0 ? "Infinity" : "-Infinity")
    }
  }
}
