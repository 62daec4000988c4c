import Foundation
import PPL

extension StanCSV {
  /// Writes `name_1.csv`, `name_2.csv` and so on, each whole or not at all; a folder that is not there is
  /// made.
  ///
  /// - Returns: the paths.
  /// - Throws: the file system's error.
  @discardableResult
  public func write(to directory: String, name: String) throws -> [String] {
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    return try draws.counts.indices.map { chain in
      let path = "\(directory)/\(name)_\(chain + 1).csv"
      try Data(text(chain: chain).utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
      return path
    }
  }

  /// The file of one chain.
  ///
  /// A variable whose name Stan could not have ("x[0]", "school/theta") gets one that it could, and a comment
  /// keeps its own. A vector without elements has no column.
  ///
  /// - Parameter chain: from 0.
  public func text(chain: Int) -> String {
    let names = stanNames(of: draws.variables)
    let available = statistics.available
    let first = draws.counts[..<chain].reduce(0, +)
    var text = configuration(chain: chain)
    for (variable, name) in zip(draws.variables, names) where variable.name != name {
      text += "# name \(name) = \(jsonString(variable.name))\n"
    }
    let header = available.map(\.rawValue) + zip(draws.variables, names).flatMap { $0.stanColumns(named: $1) }
    text += header.joined(separator: ",") + "\n" + adaptation(chain: chain)
    let columns = available.compactMap { statistic in
      statistics[statistic].map { (isWhole: statistic.isWhole, values: $0) }
    }
    for draw in first..<(first + draws.counts[chain]) {
      var separator = ""
      for column in columns {
        let value = column.values[draw]
        text += separator + (column.isWhole ? Int(exactly: value).map { "\($0)" } ?? "\(value)" : "\(value)")
        separator = ","
      }
      for column in draws.scalarColumns {
        text += "\(separator)\(column[draw])"
        separator = ","
      }
      text += "\n"
    }
    return text
  }

  private func configuration(chain: Int) -> String {
    """
    # method = sample (Default)
    #   sample
    #     num_samples = \(draws.counts[chain])
    #     num_warmup = \(warmup)
    #     save_warmup = 0
    #     thin = 1
    # id = \(chain + 1)
    # random
    #   seed = \(seed.map { "\($0)" } ?? "")

    """
  }

  private func adaptation(chain: Int) -> String {
    guard statistics.stepSizes.indices.contains(chain) else { return "" }
    var text = "# Adaptation terminated\n# Step size = \(statistics.stepSizes[chain])\n"
    if statistics.inverseMetrics.indices.contains(chain), !statistics.inverseMetrics[chain].isEmpty {
      let diagonal = statistics.inverseMetrics[chain].map { "\($0)" }.joined(separator: ", ")
      text += "# Diagonal elements of inverse mass matrix:\n# \(diagonal)\n"
    }
    return text
  }
}

extension SamplerStatistic {
  /// Counts are written without a fraction, as Stan does.
  fileprivate var isWhole: Bool { self == .treeDepth || self == .leapfrogSteps || self == .isDivergent }
}

extension Variable {
  fileprivate func stanColumns(named name: String) -> [String] {
    switch shape {
    case .scalar: [name]
    case .vector(let n): (0..<n).map { "\(name).\($0 + 1)" }
    case .matrix(let rows, let columns):
      (0..<columns).flatMap { j in (0..<rows).map { i in "\(name).\(i + 1).\(j + 1)" } }
    }
  }
}

/// Names of letters, digits and underscores, each its own. Two underscores at the end are the sampler's.
private func stanNames(of variables: [Variable]) -> [String] {
  var taken: Set<String> = []
  return variables.map { variable in
    var base = String(variable.name.map { $0.isLetter || $0.isNumber || $0 == "_" ? $0 : "_" })
    while base.hasSuffix("_") && base != variable.name || base.hasSuffix("__") { base.removeLast() }
    if base.isEmpty { base = "value" }
    var (name, number) = (base, 1)
    while !taken.insert(name).inserted {
      number += 1
      name = "\(base)_\(number)"
    }
    return name
  }
}
