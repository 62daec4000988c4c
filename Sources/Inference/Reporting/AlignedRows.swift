/// Rows of cells as lines whose columns are aligned.
package func aligned(_ rows: [[String]]) -> String {
  let widths = (0..<(rows.map(\.count).max() ?? 0)).map { column in
    rows.map { $0.indices.contains(column) ? $0[column].count : 0 }.max() ?? 0
  }
  return rows.map { row in
    let padded = zip(row, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }.joined(
      separator: "  ")
    return String(padded.reversed().drop { $0 == " " }.reversed())
  }.joined(separator: "\n")
}
