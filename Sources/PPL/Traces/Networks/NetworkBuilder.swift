import NumericCore

/// Builds a network: walks the graph of a static program in the order in which a run needs it, and unrolls its scans.
final class NetworkBuilder {
  /// Where the value of a node is: in a slot, or in several, one after the other.
  enum Place {
    case slot(Int)
    case stack([Int])
  }

  let program: RunProgram
  let requests: [Loop: [ScanProgress.Request]]
  var parts = NetworkParts()
  var cells = Cells<Place>()
  /// What to place for a node, by its cell.
  var plans: [Int: PlacementPlan] = [:]
  /// The cell of the node that applies an operation to cells, the first one of them.
  var cellOfApplication: [NetworkApplication: Int] = [:]
  private var slotOfApplication: [NetworkApplication: Int] = [:]
  private var slotOfNumber: [UInt64: Int] = [:]
  private var producer: [Int: Int] = [:]
  private var slotOfStack: [[Int]: Int] = [:]
  private var traitsOfOperation: [ObjectIdentifier: OperationTraits] = [:]
  var kinds: [RandomKey: (kind: NetworkSiteKind, formula: AnyRandom)] = [:]
  /// The steps that loops are at.
  var steps: [Loop: Int] = [:]
  /// Cells that were filled in a step of a scan, and the first slot of the step.
  var placedInStep: [Int] = []
  var firstSlotOfStep = Int.max

  private init(_ program: RunProgram) {
    self.program = program
    requests = ScanProgress.requests(of: program.outputs.map(\.element))
  }

  /// - Throws: `ModelError` for an ill-formed program.
  static func network(of program: RunProgram) throws -> TraceNetwork {
    let builder = NetworkBuilder(program)
    return try Scope.$current.withValue(program.scope) {
      try builder.perform(program.items)
      for output in program.outputs { builder.parts.outputs.append(builder.slots(at: try builder.place(of: output.element))) }
      builder.parts.prune()
      return TraceNetwork(builder.parts)
    }
  }

  func perform(_ items: [RunItem]) throws {
    for item in items {
      switch item {
      case .run(let run): _ = try place(of: run)
      case .score(let site, let expressions, _):
        var terms: [TraceNetwork.Term] = []
        for expression in expressions { addTerms(of: slot(at: try place(of: expression)), weight: 1, to: &terms) }
        terms.mergeRepeated()
        let inputs = terms.map(\.slot)
        parts.scores.append(TraceNetwork.Score(name: site, terms: terms))
        add(.score(parts.scores.count - 1), inputs, output: -1)
      }
    }
  }

  /// The terms that a number is the sum of, arrays element by element, so that a change of an element changes one summand.
  private func addTerms(of slot: Int, weight: Double, to terms: inout [TraceNetwork.Term]) {
    guard let step = producer[slot].map({ parts.steps[$0] }), case .apply(let operation) = step.action else {
      return terms.append(TraceNetwork.Term(slot: slot, weight: weight))
    }
    let operands = Array(parts.inputs[step.operands])
    guard let a = operands.first, let b = operands.last else { return }
    switch operation.array {
    case is Elementary.Negate.Type: addTerms(of: a, weight: -weight, to: &terms)
    case is Elementary.Add.Type where parts.slots[slot].count == 1:
      addTerms(of: a, weight: weight, to: &terms)
      addTerms(of: b, weight: weight, to: &terms)
    case is Elementary.Subtract.Type where parts.slots[slot].count == 1:
      addTerms(of: a, weight: weight, to: &terms)
      addTerms(of: b, weight: -weight, to: &terms)
    case is Elementary.Multiply.Type where constant(at: a) != nil && parts.slots[slot].count == parts.slots[b].count:
      addTerms(of: b, weight: weight * (constant(at: a) ?? 1), to: &terms)
    case is Elementary.Multiply.Type where constant(at: b) != nil && parts.slots[slot].count == parts.slots[a].count:
      addTerms(of: a, weight: weight * (constant(at: b) ?? 1), to: &terms)
    case is Sum.Type: addTerms(of: a, weight: weight, to: &terms)
    case is any DensityKernel.Type where operation.immediate.0 == 0:
      let count = operands.reduce(1) { max($0, parts.slots[$1].count) }
      let shape: Shape = count == 1 ? .scalar : .vector(count)
      let elements = apply(
        Application(operation: operation.array, immediate: (1, 0, 0, 0)), traits(of: operation.array), operands,
        count: shape.count)
      terms.append(TraceNetwork.Term(slot: elements, weight: weight))
    default: terms.append(TraceNetwork.Term(slot: slot, weight: weight))
    }
  }

  /// The number in a slot, where it is known before all runs.
  private func constant(at slot: Int) -> Double? {
    guard let elements = parts.data[slot], elements.count == 1 else { return nil }
    return elements[0]
  }

  // MARK: Slots and steps

  func newSlot(_ count: Int) -> Int {
    parts.slots.append(TraceNetwork.Slot(home: .run, count: count))
    return parts.slots.count - 1
  }

  func slot(of elements: [Double]) -> Int {
    if elements.count == 1, let known = slotOfNumber[elements[0].bitPattern] { return known }
    if elements.count == 1 { slotOfNumber[elements[0].bitPattern] = parts.slots.count }
    parts.slots.append(TraceNetwork.Slot(home: .data, count: elements.count))
    parts.data[parts.slots.count - 1] = elements
    return parts.slots.count - 1
  }

  func add(_ action: TraceNetwork.Action, _ inputs: [Int], output: Int) {
    let start = parts.inputs.count
    parts.inputs += inputs
    parts.steps.append(TraceNetwork.Step(action: action, firstOperand: start, operandCount: inputs.count, output: output))
    if output >= 0 { producer[output] = parts.steps.count - 1 }
  }

  func slots(at place: Place) -> [Int] {
    switch place {
    case .slot(let slot): [slot]
    case .stack(let slots): slots
    }
  }

  /// The one slot of a value.
  func slot(at place: Place) -> Int {
    switch place {
    case .slot(let slot): return slot
    case .stack(let pieces):
      if pieces.count == 1 { return pieces[0] }
      if let known = slotOfStack[pieces] { return known }
      let stacked = stack(pieces)
      slotOfStack[pieces] = stacked
      return stacked
    }
  }

  private func stack(_ pieces: [Int]) -> Int {
    let elements = pieces.compactMap { parts.data[$0] }
    if elements.count == pieces.count { return slot(of: elements.flatMap { $0 }) }
    let output = newSlot(pieces.reduce(0) { $0 + parts.slots[$1].count })
    var offset = 0
    for piece in pieces {
      let operation = TraceNetwork.Operation(
        array: Part.self, number: nil, immediate: (offset, 0, 0, 0), pattern: .part(offset: offset))
      add(.apply(operation), [piece], output: output)
      offset += parts.slots[piece].count
    }
    return output
  }

  /// The slot of an operation's result: a known one, where the same was asked for before. What reads a value of this step
  /// of a scan cannot have been, and is not looked up.
  func apply(_ application: Application, _ traits: OperationTraits, _ inputs: [Int], count: Int) -> Int {
    if inputs.contains(where: { $0 >= firstSlotOfStep && parts.slots[$0].home == .run }) {
      return addOperation(application, traits, inputs, count: count)
    }
    let key = NetworkApplication(application, inputs)
    if let known = slotOfApplication[key] { return known }
    let output: Int
    if inputs.allSatisfy({ parts.slots[$0].home == .data }) {
      let elements = inputs.compactMap { parts.data[$0] }
      var context = RunContext()
      output = slot(
        of: application.operation.run(elements, count: count, immediate: application.immediate, &context))
    } else {
      output = addOperation(application, traits, inputs, count: count)
    }
    slotOfApplication[key] = output
    return output
  }

  private func addOperation(
    _ application: Application, _ traits: OperationTraits, _ inputs: [Int], count: Int
  ) -> Int {
    let output = newSlot(count)
    let isAlike = inputs.allSatisfy { parts.slots[$0].count == 1 || parts.slots[$0].count == count }
    let operation = TraceNetwork.Operation(
      array: application.operation, number: traits.number, immediate: application.immediate,
      pattern: traits.pattern(application.immediate, isAlike: isAlike))
    add(.apply(operation), inputs, output: output)
    return output
  }

  /// What is asked of an operation, found once.
  func traits(of operation: any ArrayOperation.Type) -> OperationTraits {
    let id = ObjectIdentifier(operation)
    if let known = traitsOfOperation[id] { return known }
    let made = OperationTraits(operation)
    traitsOfOperation[id] = made
    return made
  }
}

extension [TraceNetwork.Term] {
  /// Has each slot once.
  fileprivate mutating func mergeRepeated() {
    var (merged, place) = ([TraceNetwork.Term](), [Int: Int]())
    for term in self {
      if let known = place[term.slot] {
        merged[known] = TraceNetwork.Term(slot: term.slot, weight: merged[known].weight + term.weight)
      } else {
        place[term.slot] = merged.count
        merged.append(term)
      }
    }
    self = merged
  }
}
