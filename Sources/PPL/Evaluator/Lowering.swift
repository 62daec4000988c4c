import NumericCore

/// Builds a `Program`: walks the graph from what is asked for, shares what is equal, and separates what data alone
/// determine.
struct Lowering {
  /// What stands in for a latent: a transform of the position, a given value, a draw.
  enum Treatment {
    case expression(AnyRandom)
    case given
    case drawn
  }


  private struct ApplicationKey: Hashable {
    let operation: ObjectIdentifier
    let inputs: [Int]
    let immediate: [Int]
  }

  private let treatment: (Site) throws -> Treatment
  private var slotOfNode: [NodeID: Int] = [:]
  private var slotOfApplication: [ApplicationKey: Int] = [:]
  private var slotOfSite: [String: Int] = [:]
  private var slotOfInput: [InputSource: Int] = [:]
  private var retained: [AnyRandom] = []

  private var slots: [Program.Slot] = []
  private var producer: [Int: Program.Step] = [:]
  private var constants: [(slot: Int, elements: [Double])] = []
  private var inputs: [(slot: Int, source: InputSource)] = []
  private var dataSteps: [Program.Step] = []
  private var steps: [Program.Step] = []
  private var drawings: [Program.Drawing] = []
  private var functions: [OpaqueFunction] = []
  private var terms: [Program.Term] = []
  private var termSites: [String] = []
  private var outputs: [Int] = []
  /// Slots that depend on the position through an opaque function: their derivatives are not known.
  private var severed: Set<Int> = []

  init(treatment: @escaping (Site) throws -> Treatment) { self.treatment = treatment }

  /// Asks for a value.
  mutating func output(_ expression: AnyRandom) throws {
    outputs.append(try slot(of: expression))
  }

  /// Adds scalar expressions to the total, under the name of a site.
  mutating func term(_ expressions: [AnyRandom], site: String) throws {
    termSites.append(site)
    for expression in expressions { try addTerm(try slot(of: expression), weight: nil) }
  }

  private mutating func addTerm(_ slot: Int, weight: Int?) throws {
    if severed.contains(slot) {
      throw ModelError.unsupportedSite(
        site: termSites[termSites.count - 1],
        reason: "its log density depends on a continuous latent through a Swift closure, which has no derivative",
        location: nil)
    }
    if let step = producer[slot] {
      let (a, b) = (step.inputs.first ?? 0, step.inputs.last ?? 0)
      if step.operation == Elementary.Negate.self {
        return try addTerm(a, weight: scaled(weight, by: constantSlot(-1)))
      } else if step.operation == Elementary.Add.self {
        try addTerm(a, weight: weight)
        return try addTerm(b, weight: weight)
      } else if step.operation == Elementary.Subtract.self {
        try addTerm(a, weight: weight)
        return try addTerm(b, weight: scaled(weight, by: constantSlot(-1)))
      } else if step.operation == Elementary.Multiply.self, slots[a].isData != slots[b].isData {
        let (factor, rest) = slots[a].isData ? (a, b) : (b, a)
        return try addTerm(rest, weight: scaled(weight, by: factor))
      }
    }
    terms.append(Program.Term(site: termSites.count - 1, slot: slot, weight: weight))
  }

  private mutating func scaled(_ weight: Int?, by factor: Int) -> Int {
    guard let weight else { return factor }
    return apply(
      Application(operation: Elementary.Multiply.self), [weight, factor], shape: .scalar, kind: .real)
  }

  private mutating func constantSlot(_ value: Double) -> Int {
    constant(Constant(elements: [value], shape: .scalar, kind: .real))
  }

  // MARK: From nodes to slots

  mutating func slot(of expression: AnyRandom) throws -> Int {
    switch expression.storage {
    case .constant(let value): return constant(value)
    case .node(let arena, let index):
      retained.append(expression)
      return try walk(arena, index)
    }
  }

  /// Depth first with a stack of its own: graphs may be deeper than the thread's stack.
  private mutating func walk(_ arena: Arena, _ index: Int) throws -> Int {
    var stack: [(arena: Arena, index: Int)] = [(arena, index)]
    while let (arena, index) = stack.last {
      let id = NodeID(arena, index)
      if slotOfNode[id] != nil {
        stack.removeLast()
        continue
      }
      let node = arena.nodes[index]
      let waiting = stack.count
      func need(_ arena: Arena, _ index: Int) -> Int? {
        if let slot = slotOfNode[NodeID(arena, index)] { return slot }
        stack.append((arena, index))
        return nil
      }
      switch node.content {
      case .failure(let error): throw error
      case .constant(let value): slotOfNode[id] = constant(value)
      case .input(let source): slotOfNode[id] = input(source, shape: node.shape, kind: node.kind)
      case .imported(let other, let otherIndex):
        if let slot = need(other, otherIndex) { slotOfNode[id] = slot }
      case .latent(let site):
        if let known = slotOfSite[site.path] {
          slotOfNode[id] = known
          break
        }
        switch try treatment(site) {
        case .given: slotOfNode[id] = input(.site(site.path), shape: site.shape, kind: node.kind)
        case .expression(let expression):
          switch expression.storage {
          case .constant(let value): slotOfNode[id] = constant(value)
          case .node(let other, let otherIndex):
            retained.append(expression)
            if let slot = need(other, otherIndex) { slotOfNode[id] = slot }
          }
        case .drawn:
          let parameters = node.inputs.compactMap { need(arena, $0) }
          if parameters.count == node.inputs.count {
            slotOfNode[id] = draw(site.distribution, key: site.key, path: site.path, parameters, site.shape, node.kind)
          }
        }
        if let slot = slotOfNode[id] { slotOfSite[site.path] = slot }
      case .apply(let application):
        let operands = node.inputs.compactMap { need(arena, $0) }
        if operands.count == node.inputs.count {
          slotOfNode[id] = apply(application, operands, shape: node.shape, kind: node.kind)
        }
      case .map(let function):
        let operands = node.inputs.compactMap { need(arena, $0) }
        if operands.count == node.inputs.count {
          functions.append(function)
          slotOfNode[id] = apply(
            Application(operation: OpaqueCall.self, immediate: (functions.count - 1, 0, 0, 0)), operands,
            shape: node.shape, kind: node.kind)
        }
      case .bind:
        throw ModelError.unsupportedSite(
          site: "flatMap", reason: "a continuation on a drawn value is not static: it is run particle by particle",
          location: nil)
      }
      if stack.count == waiting { stack.removeLast() }
    }
    guard let slot = slotOfNode[NodeID(arena, index)] else {
      preconditionFailure("a node was left without a slot")
    }
    return slot
  }

  private mutating func newSlot(_ shape: Shape, _ kind: NumberKind, isData: Bool, hasGradient: Bool) -> Int {
    slots.append(Program.Slot(shape: shape, kind: kind, isData: isData, hasGradient: hasGradient))
    return slots.count - 1
  }

  /// The slot of a node; nil where nothing that was asked for depends on it.
  func knownSlot(of id: NodeID) -> Int? { slotOfNode[id] }

  /// Constants that are equal by chance have slots of their own: other data may tell them apart.
  private mutating func constant(_ value: Constant) -> Int {
    let slot = newSlot(value.shape, value.kind, isData: true, hasGradient: false)
    constants.append((slot, value.elements))
    return slot
  }

  private mutating func input(_ source: InputSource, shape: Shape, kind: NumberKind) -> Int {
    if let known = slotOfInput[source] { return known }
    var isPosition = false
    if case .position = source { isPosition = true }
    let slot = newSlot(shape, kind, isData: false, hasGradient: isPosition)
    inputs.append((slot, source))
    slotOfInput[source] = slot
    return slot
  }

  /// A draw from a distribution whose parameters are in slots.
  mutating func draw(
    _ distribution: any Distribution, key: RandomKey, path: String, _ parameters: [Int], _ shape: Shape,
    _ kind: NumberKind
  ) -> Int {
    drawings.append(Program.Drawing(distribution: type(of: distribution), key: key, path: path))
    let slot = newSlot(shape, kind, isData: false, hasGradient: false)
    let plate = type(of: distribution) as? any UnivariateDistribution.Type
    let isPlate = plate.map { !$0.sharesParameters } == true ? 1 : plate == nil ? 0 : 2
    add(
      Program.Step(
        operation: DrawSite.self, inputs: parameters, output: slot, immediate: (drawings.count - 1, isPlate, 0, 0)))
    return slot
  }

  private mutating func apply(
    _ application: Application, _ operands: [Int], shape: Shape, kind: NumberKind
  ) -> Int {
    if application.operation == Elementary.Logarithm.self, let inner = producer[operands[0]],
      inner.operation == Elementary.Exponential.self
    {
      return inner.inputs[0]
    }
    let (i0, i1, i2, i3) = application.immediate
    let key = ApplicationKey(
      operation: ObjectIdentifier(application.operation), inputs: operands, immediate: [i0, i1, i2, i3])
    if let known = slotOfApplication[key] { return known }
    let isData = operands.allSatisfy { slots[$0].isData } && application.operation != OpaqueCall.self
    let isOpaque = application.operation == OpaqueCall.self
    let dependsOnPosition = operands.contains { slots[$0].hasGradient }
    let slot = newSlot(
      shape, kind, isData: isData, hasGradient: kind == .real && dependsOnPosition && !isOpaque)
    if (isOpaque && dependsOnPosition) || operands.contains(where: severed.contains) { severed.insert(slot) }
    if application.operation == Stack.self {
      var offset = 0
      for operand in operands {
        add(Program.Step(operation: Part.self, inputs: [operand], output: slot, immediate: (offset, 0, 0, 0)))
        offset += slots[operand].shape.count
      }
    } else {
      add(
        Program.Step(
          operation: application.operation, inputs: operands, output: slot, immediate: application.immediate))
    }
    slotOfApplication[key] = slot
    return slot
  }

  private mutating func add(_ step: Program.Step) {
    if slots[step.output].isData { dataSteps.append(step) } else { steps.append(step) }
    producer[step.output] = step
  }

  // MARK: The end

  /// The program of all that was asked for.
  func finish(dimension: Int) -> Program {
    let simplification = Simplification(self.steps, slots: slots, terms: terms, outputs: outputs)
    var steps = simplification.steps
    let plainTerms = Set(terms.filter { $0.weight == nil }.map(\.slot))
    for i in steps.indices where steps[i].operation.isFusible && steps[i].immediate.0 == 0 {
      let slot = steps[i].output
      steps[i].isFused = slots[slot].hasGradient && simplification.readers[slot] == 1 && plainTerms.contains(slot)
    }
    return Program(
      slots: slots, constants: constants, inputs: inputs, dataSteps: dataSteps, steps: steps, terms: terms,
      termSites: termSites, outputs: outputs, drawings: drawings, functions: functions, dimension: dimension)
  }
}
