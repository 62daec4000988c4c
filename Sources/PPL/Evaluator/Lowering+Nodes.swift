import NumericCore

/// From nodes to places.
extension Lowering {
  func place(of expression: AnyRandom) throws -> Place {
    switch expression.storage {
    case .constant(let value): return placeOfConstant(value)
    case .node(let arena, let index):
      retained.append(expression)
      return try place(arena, index)
    }
  }

  /// The slot of a node; nil where nothing that was asked for depends on it.
  func knownSlot(of id: NodeID) -> Int? {
    if case .here(let slot) = placeOfNode[id] { return slot }
    return nil
  }

  /// Depth first with a stack of its own: graphs may be deeper than the thread's stack.
  private func place(_ arena: Arena, _ index: Int) throws -> Place {
    var stack: [(arena: Arena, index: Int)] = [(arena, index)]
    while let (arena, index) = stack.last {
      if placeOfNode[NodeID(arena, index)] != nil {
        stack.removeLast()
        continue
      }
      let waiting = stack.count
      let found = try lower(arena, index) { arena, index in
        if let place = self.placeOfNode[NodeID(arena, index)] { return place }
        stack.append((arena, index))
        return nil
      }
      if let found {
        placeOfNode[NodeID(arena, index)] = found
        if stack.count == waiting { stack.removeLast() }
      }
    }
    guard let place = placeOfNode[NodeID(arena, index)] else { preconditionFailure("a node was left without a place") }
    return place
  }

  /// The place of a node; nil where it needs others first.
  private func lower(_ arena: Arena, _ index: Int, need: (Arena, Int) -> Place?) throws -> Place? {
    let node = arena[index]
    func operands() -> [Place]? {
      let places = node.inputs.compactMap { need(arena, $0) }
      return places.count == node.inputs.count ? places : nil
    }
    switch node.content {
    case .failure(let error): throw error
    case .constant(let value):
      // The node is the outermost program's, so that other data can be bound to it.
      return try outer.map { try .outside($0.slot(arena, index)) } ?? placeOfConstant(value)
    case .imported(let other, let otherIndex): return need(other, otherIndex)
    case .input(let source, let loop):
      guard loop == self.loop else { return try outside(arena, index, of: "a step") }
      return .here(input(source, shape: node.shape, kind: node.kind))
    case .latent(let site):
      guard site.loops.last == loop else { return try outside(arena, index, of: site.path) }
      return try lower(site, AnyRandom(arena: arena, index: index), node, operands, need)
    case .apply(let application):
      return operands().map { apply(application, $0, shape: node.shape, kind: node.kind) }
    case .map(let function):
      return operands().map { call(function, $0, shape: node.shape, kind: node.kind) }
    case .scan(let body):
      guard body.enclosing == loop else { return try outside(arena, index, of: body.path) }
      return try operands().map { try .here(lower(body, $0.map(slot(at:)))) }
    case .history(let value):
      guard let scan = operands()?.first else { return nil }
      guard case .here(let final) = scan, let lowering = scans.first(where: { $0.final == final }) else {
        return try outside(arena, index, of: "a scan")
      }
      return .here(try lowering.history(of: value))
    case .bind:
      throw ModelError.unsupportedSite(
        site: "flatMap", reason: "a continuation on a drawn value is not static: it is run particle by particle",
        location: nil)
    }
  }

  private func slot(_ arena: Arena, _ index: Int) throws -> Int { slot(at: try place(arena, index)) }

  /// The place of a node that belongs to an outer program.
  private func outside(_ arena: Arena, _ index: Int, of name: String) throws -> Place {
    guard let outer else { throw ModelError.stepOutsideOfScan(name) }
    return .outside(try outer.slot(arena, index))
  }

  private func lower(
    _ site: Site, _ value: AnyRandom, _ node: Node, _ operands: () -> [Place]?, _ need: (Arena, Int) -> Place?
  ) throws -> Place? {
    if let known = slotOfSite[site.path] { return .here(known) }
    switch try treatment(site) {
    case .given:
      if densities != .none && operands() == nil { return nil }
      let slot = input(.site(site.path), shape: site.shape, kind: node.kind)
      return try place(site, value, at: slot, hasDensity: densities != .none, isDrawn: false)
    case .drawn:
      guard let parameters = operands() else { return nil }
      let slot = draw(site, parameters.map(slot(at:)), node.kind)
      return try place(site, value, at: slot, hasDensity: densities == .ofAll, isDrawn: true)
    case .expression(let expression):
      guard case .node(let other, let otherIndex) = expression.storage else { return try place(of: expression) }
      retained.append(expression)
      return need(other, otherIndex)
    case .steps(let whole):
      guard let outer else { preconditionFailure("the site \(site.path) is in no loop") }
      let slot = newSlot(site.shape, node.kind, isData: false, hasGradient: false)
      slotOfSite[site.path] = slot
      sequences.append(Program.Link(outer: outer.slot(at: try outer.place(of: whole)), inner: slot))
      return .here(slot)
    }
  }

  /// Notes where the values of a site are, before anything that depends on them is lowered.
  private func place(
    _ site: Site, _ value: AnyRandom, at slot: Int, hasDensity: Bool, isDrawn: Bool
  ) throws -> Place {
    slotOfSite[site.path] = slot
    if hasDensity, case .node(let arena, let index) = value.storage {
      placeOfNode[NodeID(arena, index)] = .here(slot)
      try addDensity(of: site, at: value, slot, isDrawn: isDrawn)
    }
    return .here(slot)
  }

  /// Constants that are equal by chance have slots of their own: other data may tell them apart.
  private func placeOfConstant(_ value: Constant) -> Place {
    if let outer { return .outside(outer.slot(at: outer.placeOfConstant(value))) }
    let slot = newSlot(value.shape, value.kind, isData: true, hasGradient: false)
    constants.append((slot, value.elements))
    return .here(slot)
  }

  func placeOfConstant(_ value: Double) -> Place {
    placeOfConstant(Constant(elements: [value], shape: .scalar, kind: .real))
  }

  /// A block that is given from outside: to a step, its part of the block that the outer program is given.
  private func input(_ source: InputSource, shape: Shape, kind: NumberKind) -> Int {
    if let known = slotOfInput[source] { return known }
    var isPosition = false
    if case .position = source { isPosition = true }
    let slot = newSlot(shape, kind, isData: false, hasGradient: isPosition)
    slotOfInput[source] = slot
    if let outer {
      let whole = outer.input(source, shape: .vector(shape.count * repetitions), kind: kind)
      sequences.append(Program.Link(outer: whole, inner: slot))
    } else {
      inputs.append((slot, source))
    }
    return slot
  }

  /// A draw of a site whose parameters are in slots.
  private func draw(_ site: Site, _ parameters: [Int], _ kind: NumberKind) -> Int {
    drawings.append(Program.Drawing(site))
    let slot = newSlot(site.shape, kind, isData: false, hasGradient: false)
    add(
      Program.Step(
        operation: DrawSite.self, inputs: parameters, output: slot,
        immediate: (drawings.count - 1, DrawSite.kind(type(of: site.distribution)), 0, 0)))
    return slot
  }

  /// A plain Swift function of values.
  private func call(_ function: OpaqueFunction, _ operands: [Place], shape: Shape, kind: NumberKind) -> Place {
    if let outer, let slots = operands.allOutside {
      return .outside(outer.slot(at: outer.call(function, slots.map { .here($0) }, shape: shape, kind: kind)))
    }
    functions.append(function)
    return apply(
      Application(operation: OpaqueCall.self, immediate: (functions.count - 1, 0, 0, 0)), operands.map { .here(slot(at: $0)) },
      shape: shape, kind: kind)
  }

  func apply(_ application: Application, _ operands: [Place], shape: Shape, kind: NumberKind) -> Place {
    if let outer, let slots = operands.allOutside {
      return .outside(outer.slot(at: outer.apply(application, slots.map { .here($0) }, shape: shape, kind: kind)))
    }
    return .here(apply(application, operands.map(slot(at:)), shape: shape, kind: kind))
  }

  private func apply(_ application: Application, _ operands: [Int], shape: Shape, kind: NumberKind) -> Int {
    if application.operation == Elementary.Logarithm.self, let inner = producer[operands[0]],
      inner.operation == Elementary.Exponential.self
    {
      return inner.inputs[0]
    }
    let (i0, i1, i2, i3) = application.immediate
    let key = ApplicationKey(
      operation: ObjectIdentifier(application.operation), inputs: operands, immediate: [i0, i1, i2, i3])
    if let known = slotOfApplication[key] { return known }
    let isOpaque = application.operation == OpaqueCall.self
    let isData = operands.allSatisfy { slots[$0].isData } && !isOpaque
    let dependsOnPosition = operands.contains { slots[$0].hasGradient }
    let slot = newSlot(shape, kind, isData: isData, hasGradient: kind == .real && dependsOnPosition && !isOpaque)
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
}

extension [Lowering.Place] {
  /// The outer program's slots, where all are there.
  fileprivate var allOutside: [Int]? {
    let slots = compactMap { place in
      if case .outside(let slot) = place { slot } else { nil as Int? }
    }
    return slots.count == count ? slots : nil
  }
}
