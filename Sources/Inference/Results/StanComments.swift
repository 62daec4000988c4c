import Foundation

/// What the comments of a file of CmdStan say.
struct StanComments {
  var settings: [String: String] = [:]
  var originalNames: [String: String] = [:]
  var stepSize: Double?
  var inverseMetric: [Double] = []

  /// - Parameter comments: without the number sign.
  init(_ comments: [String]) {
    var isMetric = false
    for comment in comments {
      if isMetric {
        inverseMetric = comment.split(separator: ",").compactMap {
          Double($0.trimmingCharacters(in: .whitespaces))
        }
        isMetric = false
        continue
      }
      isMetric = comment.hasPrefix("Diagonal elements of inverse mass matrix")
      guard let equals = comment.range(of: " =") else { continue }
      let key = String(comment[..<equals.lowerBound])
      var value = comment[equals.upperBound...].trimmingCharacters(in: .whitespaces)
      if key == "Step size" {
        stepSize = Double(value)
      } else if key.hasPrefix("name ") {
        let name = try? JSONDecoder().decode(String.self, from: Data(value.utf8))
        originalNames[String(key.dropFirst(5))] = name
      } else {
        if value.hasSuffix("(Default)") {
          value = value.dropLast(9).trimmingCharacters(in: .whitespaces)
        }
        settings[key] = value
      }
    }
  }

  /// The number of rows that belong to warm-up.
  var savedWarmup: Int {
    guard ["1", "true"].contains(settings["save_warmup"]),
      let warmup = settings["num_warmup"].flatMap({ Int($0) })
    else { return 0 }
    return warmup / max(settings["thin"].flatMap(Int.init) ?? 1, 1)
  }
}
