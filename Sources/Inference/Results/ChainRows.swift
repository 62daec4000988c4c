import PPL

/// The draws of one chain, as they come: a row of named values for each.
struct ChainRows: Sendable {
  private(set) var variables: [Variable] = []
  /// Row after row.
  private var numbers: [Double] = []
  private var width = 0

  /// Adds a draw: columns of one number.
  mutating func append(_ row: VariableColumns) { append(row.columns.map { $0[0] }, of: row.variables) }

  /// Adds a draw.
  mutating func append(_ row: [Double], of variables: [Variable]) {
    if width == 0 { (self.variables, width) = (variables, row.count) }
    numbers += row
  }

  var columns: [[Double]] {
    (0..<width).map { column in stride(from: column, to: numbers.count, by: width).map { numbers[$0] } }
  }
}

extension Draws {
  /// The draws of several chains of the same variables, with the number of each.
  init(_ chains: [ChainRows], counts: [Int]) throws(DrawsError) {
    let variables = chains.first?.variables ?? []
    let parts = chains.map(\.columns)
    let columns = (parts.first ?? []).indices.map { i in parts.flatMap { $0[i] } }
    try self.init(VariableColumns(variables: variables, columns: columns), counts: counts)
  }
}
