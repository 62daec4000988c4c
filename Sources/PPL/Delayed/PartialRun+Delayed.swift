import NumericCore

/// How a run delays sampling.
extension PartialRun {
  /// The value of a node whose inputs are given, where it is delayed or is drawn from what is; nil where the node has to
  /// be evaluated: the inputs are then numbers, but for those of a scan.
  mutating func delayedValue(of node: Node, _ inputs: inout [Payload]) throws -> Payload? {
    switch node.content {
    case .scan: return nil
    case .latent(let site): return held[site.path] == nil ? try delayedDraw(of: site, &inputs) : nil
    case .apply(let application): return delayedResult(of: application, &inputs, count: node.shape.count)
    default:
      makeNumbers(of: &inputs)
      return nil
    }
  }

  private mutating func makeNumbers(of inputs: inout [Payload]) {
    for i in inputs.indices where inputs[i].isDelayed { inputs[i] = delayed?.numbers(of: inputs[i]) ?? inputs[i] }
  }

  private mutating func fold(_ inputs: inout [Payload]) {
    for i in inputs.indices where inputs[i].isDelayed { inputs[i] = delayed?.folded(inputs[i]) ?? inputs[i] }
  }

  /// Numbers for a delayed value: the run draws what it is made of.
  mutating func elements(of expression: AnyRandom) -> [Double] {
    guard let value = memory[expression] else { return [] }
    guard value.isDelayed, let numbers = delayed?.numbers(of: value) else { return value.elements }
    if case .node(let arena, let index) = expression.storage { memory[arena, index] = numbers }
    return numbers.elements
  }

  // MARK: Operations

  /// A linear operation keeps what it is applied to delayed. Of a product the older factor is drawn: parameters rather
  /// than states.
  private mutating func delayedResult(
    of application: Application, _ inputs: inout [Payload], count: Int
  ) -> Payload? {
    fold(&inputs)
    guard let operation = application.operation as? any LinearOperation.Type else {
      makeNumbers(of: &inputs)
      return nil
    }
    while inputs.contains(where: \.isDelayed) {
      if let result = operation.affine(inputs, count: count, immediate: application.immediate) {
        let shortened = result.map { delayed?.shortened($0) ?? $0 }
        return shortened.allSatisfy(\.isKnown) ? .numbers(shortened.map(\.constant)) : .delayed(shortened)
      }
      let oldest = inputs.indices.filter { inputs[$0].isDelayed }.min {
        inputs[$0].latestVariable < inputs[$1].latestVariable
      }
      guard let oldest, let numbers = delayed?.numbers(of: inputs[oldest]) else { break }
      inputs[oldest] = numbers
      fold(&inputs)
    }
    return nil
  }

  // MARK: Draws

  /// New variables, or a draw that what it depends on is conjugate to: that stays delayed, and takes the draw as a datum.
  private mutating func delayedDraw(of site: Site, _ inputs: inout [Payload]) throws -> Payload? {
    guard var variables = delayed.take() else { return nil }
    defer { delayed = variables }
    let distribution = type(of: site.distribution)
    for i in inputs.indices { inputs[i] = variables.folded(inputs[i]) }
    for parameter in inputs.indices.reversed() {
      if let distribution = distribution as? any DelayableDistribution.Type,
        let elements = distribution.variables(&variables, count: site.shape.count, inputs)
      {
        return .delayed(elements)
      }
      if !inputs.contains(where: \.isDelayed) { return nil }
      if let distribution = distribution as? any ConjugateLikelihood.Type {
        let choice = Choice(
          site: site, parameters: variables.passing(inputs), steps: site.loops.map { steps[$0] ?? 0 })
        let drawn = choice.draw(run: variables.source.key, lane: variables.source.lane)
        if distribution.condition(&variables, on: drawn, inputs) != nil { return .numbers(drawn) }
      }
      // The last parameters first: scales rather than means.
      inputs[parameter] = variables.numbers(of: inputs[parameter])
      for i in inputs.indices { inputs[i] = variables.folded(inputs[i]) }
    }
    guard let distribution = distribution as? any DelayableDistribution.Type else { return nil }
    return distribution.variables(&variables, count: site.shape.count, inputs).map { .delayed($0) }
  }

  // MARK: Observations

  /// What an observation scores, where the law of a parameter is delayed.
  ///
  /// - Returns: what has to be known first, or the score; nil where it is that of any run. What the observation depends on
  ///   has been drawn then.
  mutating func conditionedScore(of item: RunItem) throws -> (roots: [AnyRandom], logWeight: Double?)? {
    guard delayed != nil, case .score(_, _, let observation?) = item else { return nil }
    let roots = observation.distribution.parameters.map(\.value) + [observation.data]
    let known = roots.compactMap { memory[$0] }
    guard known.count == roots.count else { return (roots, nil) }
    guard var variables = delayed.take() else { return nil }
    defer { delayed = variables }
    var parameters = known.dropLast().map { variables.folded($0) }
    let data = variables.numbers(of: known[known.count - 1]).elements
    let distribution = type(of: observation.distribution) as? any ConjugateLikelihood.Type
    for parameter in parameters.indices.reversed() {
      guard parameters.contains(where: \.isDelayed) else { return nil }
      if let logWeight = distribution?.condition(&variables, on: data, parameters) { return ([], logWeight) }
      parameters[parameter] = variables.numbers(of: parameters[parameter])
      for i in parameters.indices { parameters[i] = variables.folded(parameters[i]) }
    }
    return nil
  }
}

extension Payload {
  /// The youngest of the variables that a value is made of.
  fileprivate var latestVariable: Int {
    guard case .delayed(let elements) = self else { return -1 }
    return elements.compactMap { $0.terms.last?.variable }.max() ?? -1
  }

  /// Values, one after the other.
  init(joining parts: [Payload]) {
    self = parts.reduce(into: .numbers([])) { $0.append($1) }
  }

  /// A range of the elements.
  subscript(range: Range<Int>) -> Payload {
    switch self {
    case .numbers(let elements): .numbers(Array(elements[range]))
    case .delayed(let elements): .delayed(Array(elements[range]))
    case .opaque: self
    }
  }

  mutating func append(_ other: Payload) {
    switch (self, other) {
    case (.numbers(var elements), .numbers(let more)):
      // Nobody else holds the elements while they grow.
      self = .numbers([])
      elements += more
      self = .numbers(elements)
    case (.delayed(var elements), _):
      self = .numbers([])
      for i in 0..<other.count { elements.append(other.affine(at: i)) }
      self = .delayed(elements)
    default: self = .delayed((0..<count).map(affine) + (0..<other.count).map(other.affine))
    }
  }
}
