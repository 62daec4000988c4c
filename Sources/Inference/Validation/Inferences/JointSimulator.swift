import NumericCore
import PPL

/// Draws of latents and data together, from a model that is a joint law of them.
struct JointSimulator: Sendable {
  /// The latents and the returned values, and the observations, in columns.
  let quantities: [Variable]
  let observations: [Variable]
  private let forward: ForwardRun

  /// - Throws: `ModelError.unsupportedSite` for a model that has a `Factor`, so that it is no joint law of
  ///   latents and data, and for an improper prior.
  init<Value>(_ model: Model<Value>) throws {
    let explanation = try model.explain()
    for row in explanation.rows where row.role == .factor {
      throw ModelError.unsupportedSite(
        site: row.site, reason: "a score without a distribution has no data to be simulated", location: row.location)
    }
    forward = try ForwardRun(model, predicting: true)
    let observed = Set(explanation.rows.filter { $0.role == .observed }.map(\.site))
    let variables = try forward.draws(count: 1, key: RandomKey(seed: 0)).draws.variables
    quantities = variables.filter { !observed.contains($0.name) }
    observations = variables.filter { observed.contains($0.name) }
  }

  /// So many independent draws of all.
  func draws(count: Int, key: RandomKey) throws -> VariableColumns { try forward.draws(count: count, key: key).draws }
}

extension VariableColumns {
  /// The values of some variables in one draw, by name.
  func values(of variables: [Variable], draw: Int) -> [String: [Double]] {
    Dictionary(
      variables.map { variable in (variable.name, (self[variable.name] ?? []).map { $0[draw] }) },
      uniquingKeysWith: { first, _ in first })
  }
}

extension [String: [Double]] {
  /// The same as columns of one draw.
  var asColumns: [String: [[Double]]] { mapValues { $0.map { [$0] } } }
}
