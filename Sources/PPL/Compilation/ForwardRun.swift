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
  private let start: PartialRun
  /// Nil where the model is dynamic, or sampling is delayed.
  private let batch: BatchEvaluation?

  /// - Parameters:
  ///   - predicting: whether the data that the model would see are drawn too.
  ///   - recordsSteps: whether the draws of latents and data in scans are kept: memory for each step of each draw.
  ///     What the model returns is kept in any case.
  ///   - delaysSampling: whether what observations are conjugate to is not drawn before it has to be.
  public init<Value>(
    _ model: Model<Value>, predicting: Bool = false, recordsSteps: Bool = true, delaysSampling: Bool = false
  ) throws {
    let instance = try model.instantiate()
    let scope = Scope()
    attachments = [instance.attachments, scope.attachments]
    (outputs, start, batch) = try Scope.$current.withValue(scope) {
      let (items, outputs) = try instance.forward(predicting: predicting, recordsSteps: recordsSteps)
      try scope.finish()
      var start = PartialRun(items, outputs: outputs.map(\.element))
      if delaysSampling {
        start.delayed = DelayedVariables()
        return (outputs, start, nil)
      }
      if isDynamic(outputs.map(\.element) + items.flatMap(\.roots)) { return (outputs, start, nil) }
      let batch = try BatchEvaluation(outputs, terms: scoreTerms(of: items), runs: items.flatMap(\.runs), treatment: drawn)
      return (outputs, start, batch)
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
      var run = start
      logWeights.append(try run.finish(key: key, lane: first + draw))
      var column = 0
      for output in outputs {
        run.demand(output.element)
        _ = try run.finish(key: key, lane: first + draw)
        for element in run.elements(of: output.element) {
          columns[column].append(element)
          column += 1
        }
      }
    }
    return WeightedDraws(draws: VariableColumns(variables: variables, columns: columns), logWeights: logWeights)
  }
}

/// How a forward run treats latents.
func drawn(_ site: Site) throws -> Lowering.Treatment {
  if site.distribution.isImproper {
    throw ModelError.unsupportedSite(
      site: site.path, reason: "an improper distribution has no draws", location: site.location)
  }
  return .drawn
}

extension Instance {
  /// What a forward run does, and what it gives by name.
  func forward(
    predicting: Bool, recordsSteps: Bool
  ) throws -> (items: [RunItem], outputs: [(name: String, element: AnyRandom)]) {
    let returned = try elements(of: value)
    let sites = latents(reachedFrom: statements.flatMap(\.parameters) + returned.map(\.element))
    func isRecorded(_ placement: Placement) -> Bool { recordsSteps || placement.scans.isEmpty }
    var outputs = namedOutputs(sites.filter { isRecorded($0.placement) }, returned: returned)
    if predicting {
      for observation in observations(of: statements) where isRecorded(observation.placement) {
        outputs.append((observation.path, observation.replicated))
      }
    }
    return (statements.items, outputs)
  }
}

extension RunItem {
  fileprivate var runs: [AnyRandom] {
    if case .run(let run) = self { return [run] }
    return []
  }
}

extension PartialRun {
  /// Runs on to the end with draws of the priors, and returns the sum of the scores on the way.
  mutating func finish(key: RandomKey, lane: Int) throws -> Double {
    var logWeight = 0.0
    delayed?.source = (key, lane)
    while true {
      switch try next() {
      case .choice(let choice):
        try choice.check()
        supply(choice.draw(run: key, lane: lane))
      case .score(let site, let score):
        if score.isNaN { throw ModelError.scoreNotANumber(site: site, particle: lane) }
        logWeight += score
      case .finished: return logWeight
      }
    }
  }
}
