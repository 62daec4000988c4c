import NumericCore

/// A run of any program, one particle, stopped before a draw, after a score, or at its end.
///
/// It is a value: a copy costs next to nothing, goes on on its own, and as often as is wanted, so the run is a
/// continuation that can be resumed many times. A node is evaluated when it is needed, so that latents are drawn right
/// before the first score that depends on them; the body of a continuation is run when its value is known. What is to be
/// done is kept on the heap: recursion may be deep.
struct PartialRun: Sendable {
  /// Why a run stops.
  enum Stop: Sendable {
    /// A value is to be drawn: `supply` it, and go on.
    case choice(Choice)
    case score(site: String, logWeight: Double)
    case finished
  }

  var memory = RunMemory()
  /// Where the run scored last.
  private(set) var lastSite = ""
  private var stack = RunStack()
  /// The steps that loops are at.
  private(set) var steps: [Loop: Int] = [:]
  /// What is wanted of the values of steps, by loop: the histories that are known before the run.
  private let histories: [Loop: [ScanProgress.Request]]
  /// Values of sites that are not drawn.
  private(set) var held: [String: [Double]] = [:]
  /// What has yet to be drawn; nil where all is drawn when it is needed.
  var delayed: DelayedVariables?

  /// - Parameters:
  ///   - items: what the program does.
  ///   - outputs: what is asked for in the end.
  init(_ items: [RunItem], outputs: [AnyRandom]) {
    histories = ScanProgress.requests(of: outputs)
    stack.push(.items(items, 0))
  }

  /// The same run with values of sites that are given instead of drawn.
  func holding(_ values: [String: [Double]]) -> PartialRun {
    var run = self
    run.held.merge(values) { _, new in new }
    return run
  }

  /// Asks for a value: the next stop that is not a choice is `finished`, and then it is known.
  mutating func demand(_ expression: AnyRandom) {
    if case .node(let arena, let index) = expression.storage { stack.push(.node(arena, index)) }
  }

  /// Takes the value of an expression as known.
  mutating func know(_ expression: AnyRandom, _ elements: [Double]) {
    if case .node(let arena, let index) = expression.storage { memory[arena, index] = .numbers(elements) }
  }

  /// The value of an expression of which all latents have been drawn. The run stays where it is.
  func value(of expression: AnyRandom) throws -> [Double] {
    if let known = memory[expression] { return known.elements }
    var aside = self
    aside.stack = RunStack()
    aside.demand(expression)
    guard case .finished = try aside.next(), let value = aside.memory[expression] else {
      throw ModelError.structureMismatch("a value was asked for before its latents were drawn")
    }
    return value.elements
  }

  /// Gives the value of the choice at which the run stands.
  mutating func supply(_ elements: [Double]) {
    guard case .node(let arena, let index) = stack.top else {
      preconditionFailure("the run does not stand at a choice")
    }
    memory[arena, index] = .numbers(elements)
    stack.pop()
  }

  /// Runs on to the next stop.
  ///
  /// - Throws: `ModelError`, and what a continuation throws.
  mutating func next() throws -> Stop {
    while let frame = stack.top {
      switch frame {
      case .node(let arena, let index):
        if let choice = try evaluate(arena, index) { return .choice(choice) }
      case .items(let items, let number):
        stack.pop()
        if number < items.count, let stop = try perform(items[number], of: items, number) { return stop }
      case .result(let outcome):
        // Value and scores are known; what the continuation computed besides is of no use any more.
        guard let value = memory[outcome.result.value] else {
          demand(outcome.result.value)
          continue
        }
        stack.pop()
        memory[outcome.arena, outcome.index] = value
        memory.forget(outcome.result.arena, from: outcome.firstSerial)
      case .scan(let progress):
        stack.pop()
        go(on: progress)
      }
    }
    return .finished
  }

  /// Does an item, or puts what it needs before it on the stack.
  private mutating func perform(_ item: RunItem, of items: [RunItem], _ number: Int) throws -> Stop? {
    let conditioned = try conditionedScore(of: item)
    let roots = conditioned?.roots ?? item.roots
    let missing = roots.filter { memory[$0] == nil }
    guard missing.isEmpty else {
      stack.push(.items(items, number))
      for root in missing.reversed() { demand(root) }
      return nil
    }
    let next = Mutation.isActive(.suspensionOffByOne) ? number + 2 : number + 1
    if next < items.count { stack.push(.items(items, next)) }
    guard case .score(let site, let expressions, _) = item else { return nil }
    let logWeight = conditioned?.logWeight ?? expressions.reduce(0) { $0 + (elements(of: $1).first ?? .nan) }
    lastSite = site
    return .score(site: site, logWeight: logWeight)
  }

  /// Evaluates the node on top of the stack, or puts what it needs on top of it.
  ///
  /// - Returns: a choice, where one is to be made first.
  private mutating func evaluate(_ arena: Arena, _ index: Int) throws -> Choice? {
    guard memory[arena, index] == nil else {
      stack.pop()
      return nil
    }
    let node = arena[index]
    var inputs: [Payload] = []
    inputs.reserveCapacity(node.inputs.count)
    for input in node.inputs { if let value = memory[arena, input] { inputs.append(value) } }
    guard inputs.count == node.inputs.count else {
      for input in node.inputs.reversed() where memory[arena, input] == nil { stack.push(.node(arena, input)) }
      return nil
    }
    if delayed != nil, let value = try delayedValue(of: node, &inputs) {
      memory[arena, index] = value
      stack.pop()
      return nil
    }
    switch node.content {
    case .failure(let error): throw error
    case .input: throw ModelError.stepOutsideOfScan("a step")
    case .history: throw ModelError.structureMismatch("the history of a value was asked for after its scan was run")
    case .latent(let site):
      if let value = held[site.path] {
        memory[arena, index] = .numbers(value)
        break
      }
      return Choice(site: site, parameters: inputs, steps: site.loops.map { steps[$0] ?? 0 })
    case .imported(let other, let otherIndex):
      guard let value = memory[other, otherIndex] else {
        stack.push(.node(other, otherIndex))
        return nil
      }
      memory[arena, index] = value
    case .constant(let constant): memory[arena, index] = .numbers(constant.elements)
    case .apply(let application):
      memory[arena, index] = .numbers(apply(application, inputs, count: node.shape.count))
    case .map(let function): memory[arena, index] = try function.body(inputs)
    case .bind(let continuation):
      let result = try continuation.body(inputs[0])
      stack.pop()
      if let first = stack.popOutcome(withValueOf: NodeID(arena, index)) {
        memory.keep(first.result.attachments, of: first.result.arena)
        stack.push(.result(RunStack.Outcome(of: first, result)))
      } else {
        stack.push(.result(RunStack.Outcome(of: arena, index, result)))
      }
      stack.push(.items(result.items, 0))
      return nil
    case .scan(let body):
      stack.pop()
      let requests = (histories[body.loop] ?? []) + arena.histories(ofScan: index)
      stack.push(.scan(ScanProgress(body, of: arena, index, inputs, requests)))
      return nil
    }
    stack.pop()
    return nil
  }

  private func apply(_ application: Application, _ inputs: [Payload], count: Int) -> [Double] {
    if application.operation == Stack.self { return inputs.flatMap(\.elements) }
    var context = RunContext()
    return application.operation.run(
      inputs.map(\.elements), count: count, immediate: application.immediate, &context)
  }

  // MARK: Scans

  /// Begins the next step of a scan, or ends the one that is under way.
  private mutating func go(on progress: ScanProgress) {
    var progress = progress
    if progress.isInStep {
      let wanted = progress.body.next + progress.requests.map(\.value)
      let missing = wanted.filter { memory[$0] == nil }
      guard missing.isEmpty else {
        stack.push(.scan(progress))
        for value in missing.reversed() { demand(value) }
        return
      }
      progress.endStep(wanted.map { memory[$0] ?? .numbers([]) })
      memory.endStep()
    }
    let (body, arena) = (progress.body, progress.body.arena)
    guard progress.step < body.count else {
      steps[body.loop] = nil
      memory[progress.arena, progress.index] = Payload(joining: progress.state)
      for (request, history) in zip(progress.requests, progress.histories) {
        memory[request.arena, request.index] = history
      }
      return
    }
    steps[body.loop] = progress.step
    memory.beginStep(floor: NodeID(arena, body.nodes.lowerBound))
    for (input, part) in zip(body.states, progress.state) { memory[arena, input] = part }
    for (input, part) in zip(body.steps, progress.sequenceElements) { memory[arena, input] = part }
    progress.isInStep = true
    stack.push(.scan(progress))
    stack.push(.items(body.items, 0))
  }
}
