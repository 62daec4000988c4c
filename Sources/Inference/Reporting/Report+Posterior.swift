extension Report {
  /// A posterior: warnings, the summary, and for the first scalar columns a trace and a density, within the bounds of
  /// the latent where they are known.
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
    let elements = draws.variables.flatMap { variable in (0..<variable.shape.count).map { (variable.name, $0) } }
    for (index, (variable, element)) in elements.prefix(limit).enumerated() {
      let (name, column) = (draws.scalarNames[index], draws.scalarColumns[index])
      let chains = draws.chainwise(column)
      figures.append(Figure(try .trace(name, chains: chains)))
      // Rounding may put a draw an ulp beyond its bound.
      let bounds = posterior.model.bounds(of: variable, element: element)
      let finite = column.lazy.filter { $0.isFinite }
      let (smallest, largest) = (finite.min() ?? bounds.lower, finite.max() ?? bounds.upper)
      figures.append(
        Figure(
          try .density(
            name, chains: chains, lower: min(bounds.lower, smallest), upper: max(bounds.upper, largest))))
    }
    self.figures(figures)
  }
}
