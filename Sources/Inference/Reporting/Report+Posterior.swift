extension Report {
  /// A posterior: warnings, the summary, and for the first scalar columns a trace and a density.
  ///
  /// - Parameter limit: how many columns are drawn; the text says how many are left out.
  /// - Throws: `ReportError.nothingToDraw` where a column has no finite draw.
  public init<Value>(_ posterior: Posterior<Value>, title: String, columns limit: Int = 12) throws(ReportError) {
    let draws = posterior.draws
    self.init(
      title: title, subtitle: "\(draws.chains) chains, \(draws.count) draws, seed \(posterior.seed)")
    warnings(posterior.warnings)
    heading("Summary")
    let (header, rows) = posterior.summary().cells
    table(columns: header, rows: rows)
    heading("Traces and densities")
    if rows.count > limit { paragraph("The first \(limit) of \(rows.count) columns.") }
    var figures: [Figure] = []
    for (name, column) in zip(draws.scalarNames, draws.scalarColumns).prefix(limit) {
      let chains = draws.chainwise(column)
      figures.append(Figure(try .trace(name, chains: chains)))
      figures.append(Figure(try .density(name, chains: chains)))
    }
    self.figures(figures)
  }
}
