import NumericCore

/// A static model whose latents are given: what its scores are, and what data it would see.
public struct ConditionalRun: Sendable {
  /// The latents, and the observations with the data that they would see.
  public let sites: [Variable]
  public let observations: [Variable]
  private let attachments: [Attachments]
  private let scores: BatchEvaluation
  private let data: BatchEvaluation

  /// - Throws: `ModelError`; `structureMismatch` for a model whose structure depends on drawn values.
  public init<Value>(_ model: Model<Value>) throws {
    let instance = try model.instantiate()
    let scope = Scope()
    attachments = [instance.attachments, scope.attachments]
    let latents = latents(
      reachedFrom: instance.statements.flatMap(\.parameters) + (try elements(of: instance.value).map(\.element)))
    sites = latents.map { Variable(name: $0.path, shape: $0.shape, kind: $0.draw.kind) }
    let known = Set(latents.map(\.path))
    (scores, data) = try Scope.$current.withValue(scope) {
      let items = instance.statements.items
      let runs = instance.statements.flatMap(\.runs)
      try scope.finish()
      if isDynamic(items.flatMap(\.roots)) {
        throw ModelError.structureMismatch("latents cannot be given where the structure depends on drawn values")
      }
      let scores = try BatchEvaluation([], terms: scoreTerms(of: items), runs: runs) { _ in .given }
      let replicated = PPL.observations(of: instance.statements).map { (name: $0.path, element: $0.replicated) }
      let data = try BatchEvaluation(replicated) { known.contains($0.path) ? .given : .drawn }
      return (scores, data)
    }
    observations = data.variables
  }

  /// The logarithm of the product of the scores, for each of `count` sets of values of all latents: the log
  /// likelihood, where all scores are those of data.
  ///
  /// - Parameter values: for each element of each latent, in column-major order, a number for each set.
  /// - Throws: `ModelError.unknownSite` for a latent without values, `shapeMismatch` for another number of
  ///   them.
  public func logScores(given values: [String: [[Double]]], count: Int) throws -> [Double] {
    try check(values, count)
    return try scores.run(.sites(values), count: count, key: Scope.root).totals
  }

  /// A draw of all data for each set of values.
  ///
  /// - Throws: as above.
  public func data(given values: [String: [[Double]]], count: Int, key: RandomKey) throws -> VariableColumns {
    try check(values, count)
    return VariableColumns(
      variables: data.variables, columns: try data.run(.sites(values), count: count, key: key).columns)
  }

  private func check(_ values: [String: [[Double]]], _ count: Int) throws(ModelError) {
    for site in sites {
      guard let columns = values[site.name] else { throw .unknownSite(site.name, known: values.keys.sorted()) }
      guard columns.count == site.shape.count, columns.allSatisfy({ $0.count == count }) else {
        throw .shapeMismatch(
          operation: "the values given for `\(site.name)`", shapes: [.vector(columns.count), site.shape], location: nil)
      }
    }
  }
}
