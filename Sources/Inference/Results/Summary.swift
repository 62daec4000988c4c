import Foundation

/// Posterior summaries, a row for each scalar column.
public struct Summary: Sendable, Codable {
  public struct Row: Sendable, Codable {
    public let name: String
    public let mean: Double
    public let standardDeviation: Double
    /// The Monte Carlo standard error of the mean.
    public let meanMCSE: Double
    /// In the order of `Summary.probabilities`.
    public let quantiles: [Double]
    public let bulkESS: Double
    public let tailESS: Double
    public let rHat: Double
  }

  public let probabilities: [Double]
  public let rows: [Row]

  public init(_ draws: Draws, probabilities: [Double] = [0.05, 0.5, 0.95]) {
    self.probabilities = probabilities
    rows = zip(draws.scalarNames, draws.scalarColumns).map { name, column in
      let chains = draws.chainwise(column)
      return Row(
        name: name, mean: column.reduce(0, +) / Double(column.count),
        standardDeviation: Diagnostics.standardDeviation(column), meanMCSE: Diagnostics.meanMCSE(chains),
        quantiles: Diagnostics.quantiles(column, probabilities), bulkESS: Diagnostics.bulkESS(chains),
        tailESS: Diagnostics.tailESS(chains), rHat: Diagnostics.rHat(chains))
    }
  }

  /// The row of a scalar column such as "theta[2]".
  public subscript(name: String) -> Row? { rows.first { $0.name == name } }

  /// The table's cells as text: a header, and a row for each column.
  public var cells: (header: [String], rows: [[String]]) {
    let header =
      ["", "mean", "sd", "mcse"] + probabilities.map { "\(Self.plain($0 * 100))%" } + ["bulk ESS", "tail ESS", "R-hat"]
    return (
      header,
      rows.map { row in
        // As many digits as the Monte Carlo error leaves meaning: two of the error's own.
        let error = row.meanMCSE
        let digits = error > 0 && error.isFinite ? max(0, min(6, 1 - Int(log10(error).rounded(.down)))) : 3
        func fixed(_ x: Double) -> String { Self.fixed(x, digits) }
        return [row.name, fixed(row.mean), fixed(row.standardDeviation), fixed(row.meanMCSE)]
          + row.quantiles.map(fixed)
          + [Self.fixed(row.bulkESS, 0), Self.fixed(row.tailESS, 0), Self.fixed(row.rHat, 3)]
      }
    )
  }

  /// An aligned table. Rows beyond `limit` are left out, and the last line says how many.
  public func table(limit: Int = .max) -> String {
    let (header, allRows) = cells
    let rows = allRows.prefix(limit)
    let widths = header.indices.map { i in ([header] + rows).map { $0[i].count }.max() ?? 0 }
    func line(_ cells: [String]) -> String {
      cells.enumerated().map { i, cell in
        let padding = String(repeating: " ", count: widths[i] - cell.count)
        return i == 0 ? cell + padding : padding + cell
      }.joined(separator: "  ")
    }
    var lines = [line(header)] + rows.map(line)
    if allRows.count > rows.count { lines.append("... and \(allRows.count - rows.count) more") }
    return lines.joined(separator: "\n")
  }

  private static func fixed(_ x: Double, _ digits: Int) -> String {
    x.isFinite ? String(format: "%.\(digits)f", x) : "\(x)"
  }

  private static func plain(_ x: Double) -> String { x == x.rounded() ? "\(Int(x))" : "\(x)" }
}
