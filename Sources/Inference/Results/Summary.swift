/// Posterior summaries, a row for each scalar column.
public struct Summary: Sendable, Codable {
  public struct Row: Sendable {
    /// The column: "mu", "theta[2]".
    public let name: String
    /// The variable that the column is an element of.
    public let variable: String
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

  /// Means, deviations and quantiles are those of all draws; errors and diagnostics are those of the chains'
  /// common length (see `Diagnostics`). A quantile of a probability outside 0 to 1 is NaN.
  public init(_ draws: Draws, probabilities: [Double] = [0.05, 0.5, 0.95]) {
    self.probabilities = probabilities
    let variables = draws.variables.flatMap { Array(repeating: $0.name, count: $0.shape.count) }
    rows = zip(zip(draws.scalarNames, variables), draws.scalarColumns).map { names, column in
      let figures = ChainSample.figures(draws.chainwise(column))
      return Row(
        name: names.0, variable: names.1, mean: Diagnostics.mean(column),
        standardDeviation: Diagnostics.standardDeviation(column), meanMCSE: figures.meanMCSE,
        quantiles: Diagnostics.quantiles(column, probabilities), bulkESS: figures.bulkESS,
        tailESS: figures.tailESS, rHat: figures.rHat)
    }
  }

  init(probabilities: [Double], rows: [Row]) { (self.probabilities, self.rows) = (probabilities, rows) }

  /// The row of a scalar column such as "theta[2]".
  public subscript(name: String) -> Row? { rows.first { $0.name == name } }
}
