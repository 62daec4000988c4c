import Foundation

extension Summary {
  /// The table's cells as text: a header, and a row for each column. Numbers have as many digits as their
  /// Monte Carlo error leaves meaning: two of the error's own.
  public var cells: (header: [String], rows: [[String]]) { (header, rows.map(cells)) }

  /// An aligned table.
  ///
  /// - Parameters:
  ///   - limit: rows beyond it are left out, and the last line says how many.
  ///   - elementLimit: of each variable, elements beyond it are left out, and a line says how many.
  ///   - width: what a line may hold. Names are shortened to fit; then columns go below, to a further block.
  public func table(limit: Int = .max, elementLimit: Int = .max, width: Int = .max) -> String {
    var lines: [Line] = []
    var (shown, hidden) = (0, 0)
    var next = 0
    while next < rows.count && shown < limit {
      let variable = rows[next].variable
      let end = rows[next...].firstIndex { $0.variable != variable } ?? rows.count
      let count = min(end - next, max(elementLimit, 0), limit - shown)
      lines += rows[next..<(next + count)].map { .cells(cells($0)) }
      if count < end - next && shown + count < limit {
        lines.append(.note("\(variable): \(end - next - count) more elements"))
        hidden += end - next - count
      }
      shown += count
      next = end
    }
    if shown + hidden < rows.count { lines.append(.note("... and \(rows.count - shown - hidden) more")) }
    return Self.aligned([.cells(header)] + lines, width: width)
  }

  private enum Line {
    case cells([String])
    case note(String)

    var cells: [String]? { if case .cells(let cells) = self { cells } else { nil } }
  }

  private static let gap = 2
  /// A shortened name keeps at least this much: enough to tell "theta[12]" from "theta[13]".
  private static let shortestName = 12

  private static func aligned(_ lines: [Line], width: Int) -> String {
    let rows = lines.compactMap(\.cells)
    let widths = rows[0].indices.map { i in rows.map { $0[i].count }.max() ?? 0 }
    let all = widths.reduce(0) { $0 + $1 + gap } - gap
    let excess = width == .max ? 0 : max(all - width, 0)
    let nameWidth = max(widths[0] - excess, min(widths[0], shortestName))
    // Columns go to blocks from left to right, at least one each.
    var blocks: [[Int]] = [[]]
    var room = width == .max ? Int.max : width - nameWidth
    for column in widths.indices.dropFirst() {
      if width != .max, room < widths[column] + gap, blocks[blocks.count - 1] != [] {
        blocks.append([])
        room = width - nameWidth
      }
      blocks[blocks.count - 1].append(column)
      if width != .max { room -= widths[column] + gap }
    }
    return blocks.enumerated().map { number, columns in
      lines.compactMap { line -> String? in
        guard case .cells(let cells) = line else {
          if case .note(let text) = line, number == blocks.count - 1 { return shortened(text, to: width) }
          return nil
        }
        let name = shortened(cells[0], to: nameWidth)
        return columns.reduce(name + padding(nameWidth - name.count)) { text, i in
          text + padding(gap + widths[i] - cells[i].count) + cells[i]
        }
      }.joined(separator: "\n")
    }.joined(separator: "\n\n")
  }

  private static func padding(_ count: Int) -> String { String(repeating: " ", count: max(count, 0)) }

  /// A text without its middle, where it is longer than `width`.
  private static func shortened(_ text: String, to width: Int) -> String {
    guard text.count > width, width > 0 else { return text }
    let end = (width - 1) / 2
    return text.prefix(width - 1 - end) + "…" + text.suffix(end)
  }

  private var header: [String] {
    ["", "mean", "sd", "mcse"] + probabilities.map { "\(Self.percentage($0))%" }
      + ["bulk ESS", "tail ESS", "R-hat"]
  }

  private func cells(_ row: Row) -> [String] {
    let largest = ([row.mean] + row.quantiles).map(abs).max() ?? 0
    let format = NumberFormat(error: row.meanMCSE, largest: largest)
    let (whole, thousandths) = (NumberFormat.fixed(decimals: 0), NumberFormat.fixed(decimals: 3))
    return [row.name] + ([row.mean, row.standardDeviation, row.meanMCSE] + row.quantiles).map(format.text)
      + [whole.text(row.bulkESS), whole.text(row.tailESS), thousandths.text(row.rHat)]
  }

  private static func percentage(_ probability: Double) -> String {
    // 0.07 * 100 is 7.000000000000001.
    let percent = (probability * 1e10).rounded() / 1e8
    return percent == percent.rounded() ? String(format: "%.0f", percent) : "\(percent)"
  }
}

/// How the numbers of a row are written: to two digits of the Monte Carlo error.
private enum NumberFormat {
  case fixed(decimals: Int)
  case scientific(decimals: Int)
  /// Without an error, a constant: a few digits of its own.
  case short

  init(error: Double, largest: Double) {
    guard error > 0, error.isFinite, largest.isFinite else {
      self = .short
      return
    }
    let errorExponent = Int(log10(error).rounded(.down))
    let exponent = largest > 0 ? Int(log10(largest).rounded(.down)) : errorExponent
    if errorExponent >= -5 && exponent < 9 {
      self = .fixed(decimals: max(0, 1 - errorExponent))
    } else {
      self = .scientific(decimals: min(max(exponent - errorExponent + 1, 1), 16))
    }
  }

  func text(_ x: Double) -> String {
    guard x.isFinite else { return x.isNaN ? "nan" : "\(x)" }
    return switch self {
    case .fixed(let decimals): String(format: "%.\(decimals)f", x)
    case .scientific(let decimals): String(format: "%.\(decimals)e", x)
    case .short: String(format: "%.6g", x)
    }
  }
}
