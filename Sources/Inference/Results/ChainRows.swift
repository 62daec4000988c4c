import PPL

/// The draws of one chain, as they come: a row of named values for each.
struct ChainRows: Sendable {
  private(set) var variables: [Variable] = []
  private(set) var columns: [[Double]] = []

  /// Adds a draw: columns of one number.
  mutating func append(_ row: VariableColumns) {
    if columns.isEmpty { (variables, columns) = (row.variables, row.columns.map { _ in [] }) }
    for (i, column) in row.columns.enumerated() { columns[i].append(column[0]) }
  }
}

extension Draws {
  /// The draws of several chains of the same variables, with the number of each.
  init(_ chains: [ChainRows], counts: [Int]) throws(DrawsError) {
    let variables = chains.first?.variables ?? []
    let columns = (chains.first?.columns ?? []).indices.map { i in chains.flatMap { $0.columns[i] } }
    try self.init(VariableColumns(variables: variables, columns: columns), counts: counts)
  }
}
