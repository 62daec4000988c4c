import Foundation

/// What one program costs: nanoseconds, or instructions, for one gradient.
struct Figures: Codable {
  let name: String
  let library: Double
  let c: Double
  let stan: Double?
  var ratio: Double { library / c }

  /// Times both in turn, and takes the median of the rounds.
  static func timed(_ pair: inout Pair, rounds: Int = 7, seconds: Double = 1e-3) -> Figures {
    func nanoseconds(_ count: Int, _ body: () -> Double) -> Double {
      let clock = ContinuousClock()
      var total = 0.0
      let duration = clock.measure { total = body() }
      precondition(!total.isNaN, "\(pair.name) is not a number")
      return Double(duration.components.attoseconds) * 1e-9 / Double(count)
    }
    var (library, c) = ([Double](), [Double]())
    let first = nanoseconds(20) { pair.runLibrary(20) }
    let count = max(20, Int(seconds * 1e9 / max(first, 1)))
    for _ in 0..<rounds {
      library.append(nanoseconds(count) { pair.runLibrary(count) })
      c.append(nanoseconds(count) { pair.runC(count) })
    }
    return Figures(name: pair.name, library: median(library), c: median(c), stan: pair.stan.map { 1e9 / $0 })
  }

  static func median(_ values: [Double]) -> Double { quantile(values, 0.5) }

  static func quantile(_ values: [Double], _ p: Double) -> Double {
    let sorted = values.sorted()
    let position = p * Double(sorted.count - 1)
    let low = Int(position)
    let high = min(low + 1, sorted.count - 1)
    return sorted[low] + (position - Double(low)) * (sorted[high] - sorted[low])
  }
}

/// The figures of a run, as a table.
struct Report: Codable {
  let unit: String
  let named: [Figures]
  let generated: [Figures]

  var table: String {
    func row(_ cells: [String]) -> String {
      cells.enumerated().map { index, cell in
        let padding = String(repeating: " ", count: max(0, (index == 0 ? 30 : 10) - cell.count))
        return index == 0 ? cell + padding : padding + cell
      }.joined(separator: "  ")
    }
    func number(_ x: Double, _ digits: Int = 0) -> String { String(format: "%.\(digits)f", x) }
    var lines = [row(["one gradient (\(unit))", "library", "C", "ratio", "Stan"])]
    for f in named {
      lines.append(row([f.name, number(f.library), number(f.c), number(f.ratio, 2), f.stan.map { number($0) } ?? ""]))
    }
    for (kind, figures) in [
      ("all generated", generated), ("regressions", generated.filter { $0.name.hasPrefix("regression") }),
      ("expressions", generated.filter { $0.name.hasPrefix("expressions") }),
    ] where !figures.isEmpty {
      let ratios = figures.map(\.ratio)
      let quantiles = [0, 0.1, 0.25, 0.5, 0.75, 0.9, 1].map { number(Figures.quantile(ratios, $0), 2) }
      let label = "ratio of \(figures.count) \(kind): min, 10, 25, 50, 75, 90 %, max"
      lines.append("\(label): \(quantiles.joined(separator: ", "))")
    }
    return lines.joined(separator: "\n")
  }
}
