import Foundation
import PPL

extension StanCSV {
  /// The draws as one JSON object that `arviz.from_json` opens: the groups `posterior` and `sample_stats`,
  /// each value an array of chains, draws and then the variable's own axes. Names are kept as they are.
  ///
  /// Chains are cut to the length they have in common, chains without a draw are left out. What is not finite
  /// is NaN, Infinity or -Infinity, as Python's JSON has it.
  public var arviZJSON: String {
    let kept = draws.counts.indices.filter { draws.counts[$0] > 0 }
    let length = kept.map { draws.counts[$0] }.min() ?? 0
    let firsts = kept.map { draws.counts[..<$0].reduce(0, +) }
    /// Arrays of chains and draws, of what is written for a draw.
    func array(_ value: (Int) -> String) -> String {
      let chains = firsts.map { first in
        "[" + (first..<(first + length)).map(value).joined(separator: ",") + "]"
      }
      return "[" + chains.joined(separator: ",") + "]"
    }
    var posterior: [String] = []
    var first = 0
    for variable in draws.variables where variable.shape.count > 0 {
      let columns = draws.scalarColumns[first..<(first + variable.shape.count)]
      first += variable.shape.count
      posterior.append(jsonString(variable.name) + ":" + array { variable.shape.json(columns, draw: $0) })
    }
    let sampler = statistics.available.compactMap { statistic in
      statistics[statistic].map { column in
        jsonString(statistic.arviZName) + ":" + array { draw in
          statistic == .isDivergent ? (column[draw] != 0 ? "true" : "false") : jsonNumber(column[draw])
        }
      }
    }
    return """
      {"posterior":{\(posterior.joined(separator: ","))},"sample_stats":{\(sampler.joined(separator: ","))}}
      """
  }

  /// Writes `arviZJSON` to a file, whole or not at all.
  ///
  /// - Throws: the file system's error.
  public func writeArviZJSON(to path: String) throws {
    try Data(arviZJSON.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
  }
}

extension Posterior {
  /// Writes one file that `arviz.from_json` opens.
  ///
  /// - Throws: the file system's error.
  public func writeArviZJSON(to path: String) throws {
    try StanCSV(draws, statistics: statistics, warmup: warmup, seed: seed).writeArviZJSON(to: path)
  }
}

extension SamplerStatistic {
  /// What ArviZ's schema calls the statistic.
  var arviZName: String {
    switch self {
    case .logDensity: "lp"
    case .acceptanceRate: "acceptance_rate"
    case .stepSize: "step_size"
    case .treeDepth: "tree_depth"
    case .leapfrogSteps: "n_steps"
    case .isDivergent: "diverging"
    case .energy: "energy"
    }
  }
}

extension Shape {
  /// One draw of a value: a number, an array, or an array of rows.
  fileprivate func json(_ columns: ArraySlice<[Double]>, draw: Int) -> String {
    let first = columns.startIndex
    switch self {
    case .scalar: return jsonNumber(columns[first][draw])
    case .vector: return "[" + columns.map { jsonNumber($0[draw]) }.joined(separator: ",") + "]"
    case .matrix(let rows, let count):
      let lines = (0..<rows).map { i in
        let row = (0..<count).map { j in jsonNumber(columns[first + j * rows + i][draw]) }
        return "[" + row.joined(separator: ",") + "]"
      }
      return "[" + lines.joined(separator: ",") + "]"
    }
  }
}

private func jsonNumber(_ x: Double) -> String {
  x.isFinite ? "\(x)" : x.isNaN ? "NaN" : x > 0 ? "Infinity" : "-Infinity"
}

/// A text as a JSON string, on one line.
func jsonString(_ text: String) -> String {
  let scalars = text.unicodeScalars.map { scalar in
    switch scalar {
    case "\"", "\\": "\\\(scalar)"
    case "\u{0}"..."\u{1F}", "\u{85}", "\u{2028}", "\u{2029}": "\\u" + String(format: "%04x", scalar.value)
    default: String(scalar)
    }
  }
  return "\"\(scalars.joined())\""
}
