import Foundation
import NumericCore

/// What was expected of the reference folder.
struct ReferenceError: Error, CustomStringConvertible {
  let description: String
}

/// A posterior of the reference set: its data, and the summaries of its reference draws.
struct Reference {
  struct Parameter {
    let name: String
    let mean, standardDeviation, mcse, q05, q95: Double
  }

  let name: String
  let parameters: [Parameter]
  private let data: [String: Any]
  private let path: String

  /// All posteriors of a folder with a `manifest.json`.
  static func all(in folder: String) throws -> [Reference] {
    let manifest = try object(at: "\(folder)/manifest.json")
    guard let entries = manifest["posteriors"] as? [[String: Any]] else {
      throw ReferenceError(description: "\(folder)/manifest.json: expected a list `posteriors`")
    }
    return try entries.map { entry in
      guard let name = entry["name"] as? String, let file = entry["data_file"] as? String,
        let rows = entry["reference"] as? [String: [String: Double]]
      else { throw ReferenceError(description: "\(folder)/manifest.json: an entry lacks its name, data or reference") }
      let parameters = rows.sorted { $0.key < $1.key }.map { name, row in
        Parameter(
          name: name, mean: row["mean"] ?? .nan, standardDeviation: row["sd"] ?? .nan, mcse: row["mcse"] ?? .nan,
          q05: row["q05"] ?? .nan, q95: row["q95"] ?? .nan)
      }
      let path = "\(folder)/\(file)"
      return Reference(name: name, parameters: parameters, data: try object(at: path), path: path)
    }
  }

  private init(name: String, parameters: [Parameter], data: [String: Any], path: String) {
    (self.name, self.parameters, self.data, self.path) = (name, parameters, data, path)
  }

  func doubles(_ key: String) throws -> [Double] {
    guard let values = data[key] as? [NSNumber] else { throw missing(key, "a list of numbers") }
    return values.map(\.doubleValue)
  }

  func integers(_ key: String) throws -> [Int] { try doubles(key).map { Int($0) } }

  func number(_ key: String) throws -> Double {
    guard let value = data[key] as? NSNumber else { throw missing(key, "a number") }
    return value.doubleValue
  }

  func matrix(_ key: String) throws -> Matrix {
    guard let rows = data[key] as? [[NSNumber]] else { throw missing(key, "a list of rows") }
    return try Matrix(rowsOf: rows.map { $0.map(\.doubleValue) })
  }

  private func missing(_ key: String, _ expected: String) -> ReferenceError {
    ReferenceError(description: "\(path): `\(key)`: expected \(expected)")
  }

  private static func object(at path: String) throws -> [String: Any] {
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw ReferenceError(description: "\(path): there is no such file")
    }
    guard let value = try JSONSerialization.jsonObject(with: bytes) as? [String: Any] else {
      throw ReferenceError(description: "\(path): expected an object")
    }
    return value
  }
}
