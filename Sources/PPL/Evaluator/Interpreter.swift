import NumericCore

/// Runs one particle of any model, on demand: a node is evaluated when it is needed, a continuation when its value is
/// known. The stack is on the heap, so that recursion may be deep.
///
/// A draw is keyed by the run, the site and the lane: evaluating a node twice gives the same value, so what a
/// continuation computed is forgotten once its result is known.
struct Interpreter {
  /// What is known at one step of a loop, and forgotten at the next one; at the bottom, what is known for good.
  private struct Layer {
    /// The arena and the first node of the loop's body: what is older does not change from step to step.
    var floor = NodeID.first
    /// Values by arena and node.
    var values: [UInt64: [Int: Payload]] = [:]
    var scored: Set<NodeID> = []
  }

  private let key: RandomKey
  private let lane: Int
  private var layers = [Layer()]
  private var running: [NodeID: Continuation.Result] = [:]
  /// The steps that loops are at.
  private var steps: [Loop: Int] = [:]
  /// The sum of the scores of the continuations and scans that were run.
  private(set) var logWeight = 0.0
  /// False while a scan is run again for the history of a value.
  private var isScoring = true

  init(key: RandomKey, lane: Int) { (self.key, self.lane) = (key, lane) }

  /// The value of an expression in this particle.
  mutating func value(of expression: AnyRandom) throws -> Payload {
    guard case .node(let arena, let index) = expression.storage else { return .numbers(expression.constantElements ?? []) }
    var stack: [(arena: Arena, index: Int)] = [(arena, index)]
    while let (arena, index) = stack.last {
      let id = NodeID(arena, index)
      if known(id) != nil {
        stack.removeLast()
        continue
      }
      let node = arena[index]
      let depth = stack.count
      // Puts what is missing on the stack, and tells whether all is there.
      var inputs: [Payload] = []
      for input in node.inputs {
        if let value = known(NodeID(arena, input)) { inputs.append(value) } else { stack.append((arena, input)) }
      }
      guard stack.count == depth else { continue }
      if let result = try evaluate(node, inputs, id: id, in: arena, &stack) {
        layers[layer(of: id)].values[arena.serial, default: [:]][index] = result
        stack.removeLast()
      }
    }
    return known(NodeID(arena, index)) ?? .numbers([])
  }

  /// The layer that a node's value is kept in.
  private func layer(of id: NodeID) -> Int { layers.lastIndex { $0.floor <= id } ?? 0 }

  private func known(_ id: NodeID) -> Payload? { layers[layer(of: id)].values[id.serial]?[id.index] }

  /// The value of a node whose inputs are known; nil where other nodes, now on the stack, come first.
  private mutating func evaluate(
    _ node: Node, _ inputs: [Payload], id: NodeID, in arena: Arena, _ stack: inout [(arena: Arena, index: Int)]
  ) throws -> Payload? {
    switch node.content {
    case .failure(let error): throw error
    case .constant(let constant): return .numbers(constant.elements)
    case .input: throw ModelError.stepOutsideOfScan("a step")
    case .imported(let arena, let index):
      if let value = known(NodeID(arena, index)) { return value }
      stack.append((arena, index))
      return nil
    case .latent(let site): return .numbers(try draw(site, inputs))
    case .apply(let application): return .numbers(apply(application, inputs, node.shape))
    case .map(let function): return try function.body(inputs)
    case .bind(let continuation):
      let result = try running[id] ?? continuation.body(inputs[0])
      running[id] = result
      var isReady = true
      for part in result.runs + result.scores + [result.value] where self.known(part) == nil {
        if case .node(let arena, let index) = part.storage { stack.append((arena, index)) }
        isReady = false
      }
      guard isReady, let value = known(result.value) else { return nil }
      if layers[layer(of: id)].scored.insert(id).inserted, isScoring {
        for score in result.scores { logWeight += known(score)?.elements.first ?? 0 }
      }
      running[id] = nil
      layers[layer(of: NodeID(result.arena, 0))].values[result.arena.serial] = nil
      return value
    case .scan(let body):
      return .numbers(try run(body, inputs, visiting: nil).final)
    case .history(let value):
      // What a step draws is drawn again: the draws are keyed.
      guard let (body, scan) = scan(arena, node.inputs[0]) else { throw ModelError.released }
      let wasScoring = isScoring
      isScoring = false
      defer { isScoring = wasScoring }
      let inputs = try scan.arena[scan.index].inputs.map { input in
        try self.value(of: AnyRandom(arena: scan.arena, index: input))
      }
      return .numbers(try run(body, inputs, visiting: value).history)
    }
  }

  /// The scan that a node is, or is imported from.
  private func scan(_ arena: Arena, _ index: Int) -> (body: ScanBody, scan: (arena: Arena, index: Int))? {
    switch arena[index].content {
    case .scan(let body): (body, (arena, index))
    case .imported(let other, let otherIndex): scan(other, otherIndex)
    default: nil
    }
  }

  /// Runs the steps of a scan.
  ///
  /// - Parameter value: one whose history is wanted; nothing is scored then.
  private mutating func run(
    _ body: ScanBody, _ inputs: [Payload], visiting value: AnyRandom?
  ) throws -> (final: [Double], history: [Double]) {
    var state = inputs.prefix(body.states.count).map(\.elements)
    let sequences = inputs.dropFirst(body.states.count).map(\.elements)
    var history: [Double] = []
    let outerStep = steps[body.loop]
    let arena = body.arena
    let depth = layers.count
    defer {
      steps[body.loop] = outerStep
      layers.removeLast(layers.count - depth)
    }
    for step in 0..<body.count {
      steps[body.loop] = step
      layers.removeLast(layers.count - depth)
      var layer = Layer(floor: NodeID(arena, body.nodes.lowerBound))
      for (input, part) in zip(body.states, state) { layer.values[arena.serial, default: [:]][input] = .numbers(part) }
      for (input, sequence) in zip(body.steps, sequences) {
        let size = sequence.count / body.count
        layer.values[arena.serial, default: [:]][input] = .numbers(Array(sequence[(step * size)..<((step + 1) * size)]))
      }
      layers.append(layer)
      if let value {
        history += try self.value(of: value).elements
      } else {
        for run in body.statements.flatMap(\.runs) { _ = try self.value(of: run) }
        for score in body.scores.flatMap(\.expressions) {
          let score = try self.value(of: score).elements.first ?? 0
          if isScoring { logWeight += score }
        }
      }
      state = try body.next.map { try self.value(of: $0).elements }
    }
    return (state.flatMap { $0 }, history)
  }

  private func known(_ expression: AnyRandom) -> Payload? {
    switch expression.storage {
    case .constant(let constant): .numbers(constant.elements)
    case .node(let arena, let index): known(NodeID(arena, index))
    }
  }

  private func draw(_ site: Site, _ parameters: [Payload]) throws -> [Double] {
    let distribution = type(of: site.distribution)
    if site.distribution.isImproper {
      throw ModelError.unsupportedSite(
        site: site.path, reason: "an improper distribution has no draws", location: site.location)
    }
    let plate = distribution as? any UnivariateDistribution.Type
    let isPlate = plate.map { $0.sharesParameters ? 2 : 1 } ?? 0
    let key = site.loops.reduce(key) { $1.key(ofStep: steps[$1] ?? 0, run: $0) }
    var context = RunContext(key: key, firstLane: lane)
    context.drawings = [Program.Drawing(distribution, key: site.key, path: site.path)]
    let result = run(
      DrawSite.self, parameters.map(\.elements), count: site.shape.count, immediate: (0, isPlate, 0, 0), &context)
    for (parameter, values) in zip(site.distribution.parameters, parameters) {
      for value in values.elements where !parameter.domain.contains(value) {
        throw ModelError.invalidParameter(
          site: site.path, distribution: site.distribution.name, parameter: parameter.name, value: value,
          expected: parameter.domain.expectation, location: site.location)
      }
    }
    return result
  }

  private func apply(_ application: Application, _ inputs: [Payload], _ shape: Shape) -> [Double] {
    if application.operation == Stack.self { return inputs.flatMap(\.elements) }
    var context = RunContext()
    return run(
      application.operation, inputs.map(\.elements), count: shape.count, immediate: application.immediate, &context)
  }

  /// Runs one operation on one lane.
  private func run(
    _ operation: any ArrayOperation.Type, _ inputs: [[Double]], count: Int, immediate: (Int, Int, Int, Int),
    _ context: inout RunContext
  ) -> [Double] {
    let scratch = operation.scratchCount(outputCount: count, inputCounts: inputs.map(\.count), lanes: 1)
    let total = inputs.reduce(8 + Layout.rounded(count) + scratch + Layout.margin) { $0 + Layout.rounded($1.count) }
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: total) { room in
      room.initialize(repeating: 0)
      guard let base = room.baseAddress else { return [] }
      var next = base + 8 + Layout.rounded(count)
      let operands = inputs.map { elements in
        for (i, element) in elements.enumerated() { next[i] = element }
        defer { next += Layout.rounded(elements.count) }
        return Operand(value: next, adjoint: nil, count: elements.count, elementStride: 1, laneStride: 1)
      }
      let output = Operand(value: base + 8, adjoint: nil, count: count, elementStride: 1, laneStride: 1)
      let body = Execution.bind(
        operation, output: output, inputs: operands, immediate: immediate, lanes: 1, scratch: next, zero: base)
      withUnsafePointer(to: body) { operation.forward(Instruction($0), &context) }
      return Array(UnsafeBufferPointer(start: base + 8, count: count))
    }
  }
}
