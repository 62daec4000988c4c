import NumericCore

/// Draws with the logarithms of their weights.
public struct WeightedDraws: Sendable {
  /// All named sites of the static part, and the returned values.
  public let draws: VariableColumns
  /// The sum of the scores of each draw.
  public let logWeights: [Double]
}

extension Model {
  /// Runs the model forward: every latent is drawn from its prior, and the scores are added up. Static models run with
  /// draws as lanes, dynamic ones particle by particle.
  ///
  /// - Parameters:
  ///   - key: of the run.
  ///   - first: the number of the first draw: blocks of draws together are one run.
  /// - Throws: `ModelError`, for an improper site, or a parameter out of its domain.
  public func forwardDraws(count: Int, key: RandomKey, first: Int = 0) throws -> WeightedDraws {
    try ForwardRun(self).draws(count: count, key: key, first: first)
  }
}

/// A model prepared for forward runs.
public struct ForwardRun: Sendable {
  /// What the random values of the run refer to: kept as long as they are.
  private let attachments: [Attachments]
  private let outputs: [(name: String, element: AnyRandom)]
  private let scores: [AnyRandom]
  /// Nil where the model is dynamic.
  private let batch: BatchEvaluation?

  /// - Parameter predicting: whether the data that the model would see are drawn too.
  public init<Value>(_ model: Model<Value>, predicting: Bool = false) throws {
    let instance = try model.instantiate()
    let scope = Scope()
    attachments = [instance.attachments, scope.attachments]
    (outputs, scores, batch) = try Scope.$current.withValue(scope) {
      let scores = try instance.statements.flatMap { try $0.scores() }
      let returned = try elements(of: instance.value)
      let sites = latents(
        reachedFrom: instance.statements.flatMap(\.parameters) + returned.map(\.element))
      var outputs = namedOutputs(sites, returned: returned)
      if predicting {
        for case .observe(let observation) in instance.statements.map(\.content) {
          outputs.append((observation.path, observation.replicated))
        }
      }
      try scope.finish()
      if isDynamic(outputs.map(\.element) + scores) { return (outputs, scores, nil) }
      let batch = try BatchEvaluation(outputs, terms: [("scores", scores)]) { site in
        if site.distribution.isImproper {
          throw ModelError.unsupportedSite(
            site: site.path, reason: "an improper distribution has no draws", location: site.location)
        }
        return .drawn
      }
      return (outputs, scores, batch)
    }
  }

  public func draws(count: Int, key: RandomKey, first: Int = 0) throws -> WeightedDraws {
    let variables = outputs.map { Variable(name: $0.name, shape: $0.element.shape, kind: $0.element.kind) }
    if let batch {
      let (columns, totals) = try batch.run(.sites([:]), count: count, key: key, first: first)
      return WeightedDraws(draws: VariableColumns(variables: variables, columns: columns), logWeights: totals)
    }
    var columns = variables.flatMap { Array(repeating: [Double](), count: $0.shape.count) }
    var logWeights: [Double] = []
    for draw in 0..<count {
      var interpreter = Interpreter(key: key, lane: first + draw)
      var column = 0
      for output in outputs {
        for element in try interpreter.value(of: output.element).elements {
          columns[column].append(element)
          column += 1
        }
      }
      var logWeight = 0.0
      for score in scores { logWeight += try interpreter.value(of: score).elements.first ?? 0 }
      logWeights.append(logWeight + interpreter.logWeight)
    }
    return WeightedDraws(draws: VariableColumns(variables: variables, columns: columns), logWeights: logWeights)
  }
}
