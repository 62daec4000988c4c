import NumericCore

/// Runs one particle of any model, on demand: a node is evaluated when it is needed, a continuation when its value is
/// known. The stack is on the heap, so that recursion may be deep.
///
/// A draw is keyed by the run, the site and the lane: evaluating a node twice gives the same value, so what a
/// continuation computed is forgotten once its result is known.
struct Interpreter {
  private let key: RandomKey
  private let lane: Int
  /// Values by arena and node.
  private var values: [UInt64: [Int: Payload]] = [:]
  private var running: [NodeID: Continuation.Result] = [:]
  private var scored: Set<NodeID> = []
  /// The sum of the scores of the continuations that were run.
  private(set) var logWeight = 0.0

  init(key: RandomKey, lane: Int) { (self.key, self.lane) = (key, lane) }

  /// The value of an expression in this particle.
  mutating func value(of expression: AnyRandom) throws -> Payload {
    guard case .node(let arena, let index) = expression.storage else { return .numbers(expression.constantElements ?? []) }
    var stack: [(arena: Arena, index: Int)] = [(arena, index)]
    while let (arena, index) = stack.last {
      if values[arena.serial]?[index] != nil {
        stack.removeLast()
        continue
      }
      let node = arena.nodes[index]
      let depth = stack.count
      // Puts what is missing on the stack, and tells whether all is there.
      var inputs: [Payload] = []
      for input in node.inputs {
        if let value = values[arena.serial]?[input] { inputs.append(value) } else { stack.append((arena, input)) }
      }
      guard stack.count == depth else { continue }
      if let result = try evaluate(node, inputs, id: NodeID(arena, index), &stack) {
        values[arena.serial, default: [:]][index] = result
        stack.removeLast()
      }
    }
    return values[arena.serial]?[index] ?? .numbers([])
  }

  /// The value of a node whose inputs are known; nil where other nodes, now on the stack, come first.
  private mutating func evaluate(
    _ node: Node, _ inputs: [Payload], id: NodeID, _ stack: inout [(arena: Arena, index: Int)]
  ) throws -> Payload? {
    switch node.content {
    case .failure(let error): throw error
    case .constant(let constant): return .numbers(constant.elements)
    case .input: throw ModelError.structureMismatch("a position has no value in a forward run")
    case .imported(let arena, let index):
      if let value = values[arena.serial]?[index] { return value }
      stack.append((arena, index))
      return nil
    case .latent(let site): return .numbers(try draw(site, inputs))
    case .apply(let application): return .numbers(apply(application, inputs, node.shape))
    case .map(let function): return try function.body(inputs)
    case .bind(let continuation):
      let result = try running[id] ?? continuation.body(inputs[0])
      running[id] = result
      var isReady = true
      for part in result.scores + [result.value] where self.known(part) == nil {
        if case .node(let arena, let index) = part.storage { stack.append((arena, index)) }
        isReady = false
      }
      guard isReady, let value = known(result.value) else { return nil }
      if scored.insert(id).inserted {
        for score in result.scores { logWeight += known(score)?.elements.first ?? 0 }
      }
      running[id] = nil
      values[result.arena.serial] = nil
      return value
    }
  }

  private func known(_ expression: AnyRandom) -> Payload? {
    switch expression.storage {
    case .constant(let constant): .numbers(constant.elements)
    case .node(let arena, let index): values[arena.serial]?[index]
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
    var context = RunContext(key: key, firstLane: lane)
    context.drawings = [Program.Drawing(distribution: distribution, key: site.key, path: site.path)]
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
