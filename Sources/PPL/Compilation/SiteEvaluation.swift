import NumericCore

/// What a static model gives by name, for values of the sites that its scores depend on: these sites, what it returns, and
/// draws of the latents that no score depends on.
public struct SiteEvaluation: Sendable {
  /// The sites that scores depend on.
  public let sites: [Variable]
  public let variables: [Variable]
  private let attachments: [Attachments]
  private let batch: BatchEvaluation

  /// - Parameter recordsSteps: whether the sites of scans are among what is given by name.
  /// - Throws: `ModelError`; `structureMismatch` for a model whose structure depends on drawn values.
  public init<Value>(_ model: Model<Value>, recordsSteps: Bool = true) throws {
    let instance = try model.instantiate()
    let scope = Scope()
    attachments = [instance.attachments, scope.attachments]
    let latents = latents(reachedFrom: instance.statements.items.flatMap(\.roots))
    let known = Set(latents.map(\.path))
    sites = latents.map { Variable(name: $0.path, shape: $0.shape, kind: $0.draw.kind) }
    batch = try Scope.$current.withValue(scope) {
      let (items, outputs) = try instance.forward(predicting: false, recordsSteps: recordsSteps)
      try scope.finish()
      if isDynamic(outputs.map(\.element) + items.flatMap(\.roots)) {
        throw ModelError.structureMismatch("sites cannot be given where the structure depends on drawn values")
      }
      return try BatchEvaluation(outputs) { known.contains($0.path) ? .given : try drawn($0) }
    }
    variables = batch.variables
  }

  /// - Parameters:
  ///   - values: for each element of each site, in column-major order, a number for each of `count` draws.
  ///   - key: of latents that no score depends on.
  /// - Throws: `ModelError`.
  public func columns(given values: [String: [[Double]]], count: Int, key: RandomKey) throws -> VariableColumns {
    VariableColumns(variables: variables, columns: try batch.run(.sites(values), count: count, key: key).columns)
  }
}
