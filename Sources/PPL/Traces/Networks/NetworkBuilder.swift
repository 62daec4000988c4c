import NumericCore

/// Builds a network: walks the graph of a static program in the order in which a run needs it, and unrolls its scans.
final class NetworkBuilder {
  /// Where the value of a node is: in a slot, or in several, one after the other.
  private enum Place {
    case slot(Int)
    case stack([Int])
  }

  private let program: RunProgram
  private let requests: [Loop: [ScanProgress.Request]]
  private var parts = NetworkParts()
  private var placeOfNode = NodeTable<Place>()
  private var slotOfApplication: [NetworkApplication: Int] = [:]
  private var slotOfNumber: [UInt64: Int] = [:]
  private var producer: [Int: Int] = [:]
  private var slotOfStack: [[Int]: Int] = [:]
  private var kinds: [RandomKey: (kind: NetworkSiteKind, formula: AnyRandom)] = [:]
  /// The steps that loops are at.
  private var steps: [Loop: Int] = [:]
  /// Nodes that were placed in a step of a scan.
  private var placedInStep: [NodeID] = []
  private var retained: [AnyRandom] = []

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

  private func perform(_ items: [RunItem]) throws {
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
        Application(operation: operation.array, immediate: (1, 0, 0, 0)), operands, count: shape.count)
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

  private func newSlot(_ count: Int) -> Int {
    parts.slots.append(TraceNetwork.Slot(home: .run, count: count))
    return parts.slots.count - 1
  }

  private func slot(of elements: [Double]) -> Int {
    if elements.count == 1, let known = slotOfNumber[elements[0].bitPattern] { return known }
    if elements.count == 1 { slotOfNumber[elements[0].bitPattern] = parts.slots.count }
    parts.slots.append(TraceNetwork.Slot(home: .data, count: elements.count))
    parts.data[parts.slots.count - 1] = elements
    return parts.slots.count - 1
  }

  private func add(_ action: TraceNetwork.Action, _ inputs: [Int], output: Int) {
    let start = parts.inputs.count
    parts.inputs += inputs
    parts.steps.append(TraceNetwork.Step(action: action, firstOperand: start, operandCount: inputs.count, output: output))
    if output >= 0 { producer[output] = parts.steps.count - 1 }
  }

  private func slots(at place: Place) -> [Int] {
    switch place {
    case .slot(let slot): [slot]
    case .stack(let slots): slots
    }
  }

  /// The one slot of a value.
  private func slot(at place: Place) -> Int {
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

  private func apply(_ application: Application, _ inputs: [Int], count: Int) -> Int {
    let key = NetworkApplication(application, inputs)
    if let known = slotOfApplication[key] { return known }
    let output: Int
    if inputs.allSatisfy({ parts.slots[$0].home == .data }) {
      let elements = inputs.compactMap { parts.data[$0] }
      var context = RunContext()
      output = slot(
        of: application.operation.run(elements, count: count, immediate: application.immediate, &context))
    } else {
      output = newSlot(count)
      add(.apply(operation(application, inputs, count: count)), inputs, output: output)
    }
    slotOfApplication[key] = output
    return output
  }

  private func operation(_ application: Application, _ inputs: [Int], count: Int) -> TraceNetwork.Operation {
    let array = application.operation
    let pattern: TraceNetwork.Pattern =
      if array == Gather.self {
        .gather
      } else if array == Slice.self {
        .slice(offset: application.immediate.0, stride: application.immediate.1)
      } else if array.isElementwise, inputs.allSatisfy({ [1, count].contains(parts.slots[$0].count) }) {
        .elementwise
      } else {
        .whole
      }
    return TraceNetwork.Operation(
      array: array, number: array as? any NumberOperation.Type, immediate: application.immediate, pattern: pattern)
  }

  // MARK: Nodes

  private func place(of expression: AnyRandom) throws -> Place {
    switch expression.storage {
    case .constant(let value): return .slot(slot(of: value.elements))
    case .node(let arena, let index):
      retained.append(expression)
      return try place(arena, index)
    }
  }

  /// Depth first with a stack of its own: graphs may be deeper than the thread's stack.
  private func place(_ arena: Arena, _ index: Int) throws -> Place {
    var stack: [(arena: Arena, index: Int)] = [(arena, index)]
    while let (arena, index) = stack.last {
      if placeOfNode[NodeID(arena, index)] != nil {
        stack.removeLast()
        continue
      }
      let node = arena[index]
      let waiting = node.inputs.filter { placeOfNode[NodeID(arena, $0)] == nil }
      if !waiting.isEmpty {
        stack += waiting.reversed().map { (arena, $0) }
        continue
      }
      if case .imported(let other, let otherIndex) = node.content {
        guard let known = placeOfNode[NodeID(other, otherIndex)] else {
          stack.append((other, otherIndex))
          continue
        }
        put(known, at: NodeID(arena, index))
      } else {
        try lower(node, at: NodeID(arena, index), arena)
      }
    }
    guard let place = placeOfNode[NodeID(arena, index)] else { preconditionFailure("a node was left without a place") }
    return place
  }

  private func put(_ place: Place, at id: NodeID) {
    placeOfNode[id] = place
    if !steps.isEmpty { placedInStep.append(id) }
  }

  /// Places a node whose inputs have been placed.
  private func lower(_ node: Node, at id: NodeID, _ arena: Arena) throws {
    let operands = node.inputs.compactMap { placeOfNode[NodeID(arena, $0)] }
    switch node.content {
    case .failure(let error): throw error
    case .constant(let value): put(.slot(slot(of: value.elements)), at: id)
    case .latent(let site): try draw(site, operands.map(slot(at:)), at: id, AnyRandom(arena: arena, index: id.index))
    case .apply(let application): put(apply(application, operands, node), at: id)
    case .map(let function):
      let output = newSlot(node.shape.count)
      parts.functions.append(function)
      add(.call(parts.functions.count - 1), operands.map(slot(at:)), output: output)
      put(.slot(output), at: id)
    case .scan(let body): try unroll(body, operands, at: id, arena)
    case .input: throw ModelError.stepOutsideOfScan("a step")
    case .history: throw ModelError.structureMismatch("the history of a value was asked for after its scan was run")
    case .bind, .imported: preconditionFailure("not a static node")
    }
  }

  private func apply(_ application: Application, _ operands: [Place], _ node: Node) -> Place {
    if application.operation == Stack.self { return .stack(operands.flatMap(slots(at:))) }
    if application.operation == Slice.self, application.immediate.1 == 1, case .stack(let pieces) = operands[0],
      let piece = piece(of: pieces, from: application.immediate.0, count: node.shape.count)
    {
      return .slot(piece)
    }
    return .slot(apply(application, operands.map(slot(at:)), count: node.shape.count))
  }

  /// The one of several slots that holds these elements alone.
  private func piece(of pieces: [Int], from offset: Int, count: Int) -> Int? {
    var start = 0
    for piece in pieces {
      if start == offset && parts.slots[piece].count == count { return piece }
      start += parts.slots[piece].count
    }
    return nil
  }

  // MARK: Sites

  private func draw(_ site: Site, _ parameters: [Int], at id: NodeID, _ x: AnyRandom) throws {
    let value = newSlot(site.shape.count)
    put(.slot(value), at: id)
    if program.held[site.path] != nil { return parts.held.append((site.path, value)) }
    let number = parts.sites.count
    add(.draw(number), parameters, output: value)
    let (kind, formula) = kind(of: site, x)
    let density = slot(at: try place(of: formula))
    let support = try networkSupport(site.distribution.support)
    let logDensity = newSlot(kind.choices)
    let address = TraceAddress(site, steps: site.loops.map { steps[$0] ?? 0 })
    parts.sites.append(
      NetworkSite(
        kind, address, value: value, parameters: parameters, formula: density, logDensity: logDensity,
        support: support))
    add(.prior(number), [value, density] + parameters + support.bounds, output: logDensity)
  }

  /// What a site's instances share, and the formula for the log density of x.
  private func kind(of site: Site, _ x: AnyRandom) -> (kind: NetworkSiteKind, formula: AnyRandom) {
    if let known = kinds[site.key] { return known }
    let isPlate = site.distribution is any UnivariateDistribution
    let formula = site.distribution.logDensity(of: x).elements(isPlate ? site.shape : .scalar)
    let made = (NetworkSiteKind(site), formula)
    kinds[site.key] = made
    return made
  }

  private func networkSupport(_ support: Support) throws -> NetworkSupport {
    func bound(_ expression: AnyRandom) throws -> Int { slot(at: try place(of: expression)) }
    return switch support {
    case .real: .real
    case .greaterThan(let lower): .greaterThan(try bound(lower))
    case .lessThan(let upper): .lessThan(try bound(upper))
    case .interval(let lower, let upper): .interval(try bound(lower), try bound(upper))
    case .integers(let lower, let upper): .integers(lower, try upper.map(bound))
    case .simplex: .simplex
    case .ordered: .ordered
    }
  }

  // MARK: Scans

  private func unroll(_ body: ScanBody, _ operands: [Place], at id: NodeID, _ arena: Arena) throws {
    let requests = (requests[body.loop] ?? []) + arena.histories(ofScan: id.index)
    var state = Array(operands.prefix(body.states.count))
    let sequences = operands.dropFirst(body.states.count).map { sequence(slots(at: $0), count: body.count) }
    var histories = Array(repeating: [Int](), count: requests.count)
    let floor = NodeID(body.arena, body.nodes.lowerBound)
    for step in 0..<body.count {
      steps[body.loop] = step
      for (input, part) in zip(body.states, state) { put(part, at: NodeID(body.arena, input)) }
      for (input, sequence) in zip(body.steps, sequences) {
        put(element(step, of: sequence, count: body.count), at: NodeID(body.arena, input))
      }
      try perform(body.items)
      state = try body.next.map(place(of:))
      for (i, request) in requests.enumerated() { histories[i] += slots(at: try place(of: request.value)) }
      placedInStep.removeAll { node in
        if node >= floor { placeOfNode[node] = nil }
        return node >= floor
      }
    }
    steps[body.loop] = nil
    put(.stack(state.flatMap(slots(at:))), at: id)
    for (request, history) in zip(requests, histories) { put(.stack(history), at: request.history) }
  }

  /// A sequence as a slot for each step, or as one slot.
  private func sequence(_ pieces: [Int], count: Int) -> [Int] {
    let sizes = Set(pieces.map { parts.slots[$0].count })
    return pieces.count == count && sizes.count <= 1 ? pieces : [slot(at: .stack(pieces))]
  }

  /// A step's element of a sequence.
  private func element(_ step: Int, of sequence: [Int], count: Int) -> Place {
    if sequence.count == count { return .slot(sequence[step]) }
    let size = parts.slots[sequence[0]].count / count
    if let elements = parts.data[sequence[0]] {
      return .slot(slot(of: Array(elements[(step * size)..<((step + 1) * size)])))
    }
    return .slot(apply(Application(operation: Slice.self, immediate: (step * size, 1, 0, 0)), sequence, count: size))
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

extension NetworkSupport {
  var bounds: [Int] {
    switch self {
    case .real, .simplex, .ordered: []
    case .greaterThan(let bound), .lessThan(let bound): [bound]
    case .interval(let lower, let upper): [lower, upper]
    case .integers(_, let upper): upper.map { [$0] } ?? []
    }
  }
}
