import NumericCore

/// Named columns of many draws: for each element of each variable, a number for each draw.
public struct VariableColumns: Sendable {
  public let variables: [Variable]
  public let columns: [[Double]]

  public init(variables: [Variable], columns: [[Double]]) { (self.variables, self.columns) = (variables, columns) }

  /// The columns of a variable.
  public subscript(name: String) -> [[Double]]? {
    var first = 0
    for variable in variables {
      if variable.name == name { return Array(columns[first..<(first + variable.shape.count)]) }
      first += variable.shape.count
    }
    return nil
  }

  /// All variables, by name.
  var byName: [String: [[Double]]] {
    var result: [String: [[Double]]] = [:]
    var first = 0
    for variable in variables {
      result[variable.name] = Array(columns[first..<(first + variable.shape.count)])
      first += variable.shape.count
    }
    return result
  }
}

extension CompiledModel {
  /// What unconstrained positions stand for: the values of all sites, and the returned values. Sites that no score
  /// depends on are drawn forward.
  ///
  /// - Parameters:
  ///   - positions: draw after draw, `density.dimension` numbers each.
  ///   - key: of the forward draws.
  public func generate(positions: [Double], count: Int, key: RandomKey) throws -> VariableColumns {
    let scope = Scope()
    return try Scope.$current.withValue(scope) {
      let sites = parts.allLatents
      let outputs = namedOutputs(sites, returned: parts.returned)
      let (transforms, draws) = (parts.transforms, parts.summedOut?.draws ?? [:])
      let batch = try BatchEvaluation(outputs, dimension: density.dimension) { site in
        transforms[site.path].map { .expression($0.value) } ?? draws[site.path] ?? .drawn
      }
      let columns = try batch.run(.positions(positions), count: count, key: key).columns
      return VariableColumns(variables: batch.variables, columns: columns)
    }
  }

  /// Draws of the data that the model would see, given values of its sites: posterior predictive where the sites are a
  /// posterior's. A site that is not given is drawn.
  ///
  /// The model may be another one than that which the sites come from: new covariates, or `Predict` in place of data.
  public func predictive(given sites: VariableColumns, count: Int, key: RandomKey) throws -> VariableColumns {
    try evaluate(given: sites, count: count, key: key) { $0.replicated }
  }

  /// The log density of each datum, given values of the sites.
  public func logLikelihood(given sites: VariableColumns, count: Int) throws -> VariableColumns {
    try evaluate(given: sites, count: count, key: Scope.root) { placed in
      let observation = placed.observation
      guard !observation.isPredicted else { return nil }
      let shape: Shape = observation.distribution is any UnivariateDistribution ? observation.data.shape : .scalar
      return placed.placement.stacked(observation.distribution.logDensity(of: observation.data).elements(shape))
    }
  }

  /// The values of an expression of this model's random values, given values of the sites.
  public func values<V: RandomValue>(
    of select: (Value) -> Random<V>, given sites: VariableColumns, count: Int, key: RandomKey
  ) throws -> [[Double]] {
    let scope = Scope()
    return try Scope.$current.withValue(scope) {
      let element = select(value).expression
      try scope.finish()
      return try run([("value", element)], given: sites, count: count, key: key).columns
    }
  }

  private func evaluate(
    given sites: VariableColumns, count: Int, key: RandomKey, _ element: (PlacedObservation) -> AnyRandom?
  ) throws -> VariableColumns {
    let scope = Scope()
    return try Scope.$current.withValue(scope) {
      let outputs = parts.observations.compactMap { observation in
        element(observation).map { (name: observation.path, element: $0) }
      }
      return try run(outputs, given: sites, count: count, key: key)
    }
  }

  /// The values of expressions, given values of the sites; those that are not given are drawn.
  func run(
    _ outputs: [(name: String, element: AnyRandom)], given sites: VariableColumns, count: Int, key: RandomKey
  ) throws -> VariableColumns {
    let given = sites.byName
    let shapes = Dictionary(
      parts.allLatents.map { ($0.path, $0.shape) }, uniquingKeysWith: { a, _ in a })
    let batch = try BatchEvaluation(outputs) { site in
      guard let columns = given[site.path] else { return .drawn }
      let shape = shapes[site.path] ?? site.shape
      guard columns.count == shape.count else {
        throw ModelError.shapeMismatch(
          operation: "the values given for `\(site.path)`", shapes: [.vector(columns.count), shape],
          location: site.location)
      }
      return .given
    }
    let columns = try batch.run(.sites(given), count: count, key: key).columns
    return VariableColumns(variables: batch.variables, columns: columns)
  }
}

/// What a run gives by name: its sites, and what is returned beside them. A site that is returned under its own name, or
/// without one, is not given twice.
func namedOutputs(
  _ sites: [PlacedSite], returned: [(name: String, element: AnyRandom)]
) -> [(name: String, element: AnyRandom)] {
  var outputs = sites.map { (name: $0.path, element: $0.value) }
  let taken = Set(sites.map(\.path))
  for (name, element) in returned where element.kind != .opaque {
    if case .node(let arena, let index) = element.storage, case .latent(let site) = arena[index].content,
      name.isEmpty || name == site.path
    {
      continue
    }
    let name = name.isEmpty ? "value" : name
    outputs.append((taken.contains(name) ? "returned.\(name)" : name, element))
  }
  return outputs
}

extension Model {
  /// Draws from the prior: all sites, the returned values, and the data that the model would see.
  ///
  /// - Throws: `ModelError.unsupportedSite` for an improper site.
  public func prior(draws count: Int, seed: UInt64) throws -> VariableColumns {
    try ForwardRun(self, predicting: true).draws(count: count, key: RandomKey(seed: seed)).draws
  }
}

extension Observation {
  /// A draw of the data in place of what was observed.
  var replicated: AnyRandom {
    let site = Site(
      path: path, key: key, distribution: distribution, shape: data.shape, location: location, loops: loops)
    return site.draw(kind: data.kind)
  }
}

extension Site {
  /// The site as an expression, wherever it is needed again: the same draw.
  func draw(kind: NumberKind) -> AnyRandom {
    .make(.latent(self), distribution.parameters.map(\.value), shape: shape, kind: kind)
  }
}
