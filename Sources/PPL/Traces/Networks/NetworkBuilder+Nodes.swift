import NumericCore

/// From nodes to places.
extension NetworkBuilder {
  func place(of expression: AnyRandom) throws -> Place {
    switch expression.storage {
    case .constant(let value): return .slot(slot(of: value.elements))
    case .node(let arena, let index): return try place(arena, index)
    }
  }

  private func place(_ arena: Arena, _ index: Int) throws -> Place {
    let cell = cells.number(of: arena, index)
    if let known = cells.places[cell] { return known }
    for entry in plan(of: cell, arena, index).entries where cells.places[entry.cell] == nil { try lower(entry) }
    guard let place = cells.places[cell] else { preconditionFailure("a node was left without a place") }
    return place
  }

  private func plan(of cell: Int, _ arena: Arena, _ index: Int) -> PlacementPlan {
    if let known = plans[cell] { return known }
    let made = makePlan(arena, index)
    plans[cell] = made
    return made
  }

  /// Depth first with a stack of its own: graphs may be deeper than the thread's stack.
  private func makePlan(_ arena: Arena, _ index: Int) -> PlacementPlan {
    var (plan, stack, planned) = (PlacementPlan(), [(arena: arena, index: index)], Set<Int>())
    func isKnown(_ cell: Int) -> Bool { cells.places[cell] != nil || planned.contains(cell) }
    while var (arena, index) = stack.last {
      let cell = cells.number(of: arena, index)
      if isKnown(cell) {
        stack.removeLast()
        continue
      }
      while case .imported(let other, let otherIndex) = arena[index].content {
        (arena, index) = (other, otherIndex)
      }
      let node = arena[index]
      let operands = node.inputs.map { cells.number(of: arena, $0) }
      let waiting = zip(node.inputs, operands).filter { !isKnown($1) }
      if !waiting.isEmpty {
        stack += waiting.reversed().map { (arena, $0.0) }
        continue
      }
      planned.insert(cell)
      plan.entries.append(entry(arena, index, node, cell, operands))
    }
    return plan
  }

  private func entry(_ arena: Arena, _ index: Int, _ node: Node, _ cell: Int, _ operands: [Int])
    -> PlacementPlan.Entry
  {
    var (twin, traits) = (-1, OperationTraits?.none)
    if case .apply(let application) = node.content {
      traits = OperationTraits(application.operation)
      let first = cellOfApplication[NetworkApplication(application, operands)]
      if let first { twin = first } else { cellOfApplication[NetworkApplication(application, operands)] = cell }
    }
    return PlacementPlan.Entry(
      arena: arena, index: index, node: node, cell: cell, operands: operands, twin: twin, operation: traits)
  }

  func put(_ place: Place, at cell: Int) {
    cells.places[cell] = place
    if !steps.isEmpty { placedInStep.append(cell) }
  }

  /// Places a node whose inputs have been placed.
  private func lower(_ entry: PlacementPlan.Entry) throws {
    let node = entry.node
    if let traits = entry.operation, case .apply(let application) = node.content {
      if entry.twin >= 0, let known = cells.places[entry.twin] { return put(known, at: entry.cell) }
      return put(try apply(application, traits, entry), at: entry.cell)
    }
    switch node.content {
    case .failure(let error): throw error
    case .constant(let value): put(.slot(slot(of: value.elements)), at: entry.cell)
    case .latent(let site):
      let parameters = try inputs(of: entry)
      try draw(site, parameters, at: entry.cell, AnyRandom(arena: entry.arena, index: entry.index))
    case .map(let function):
      let arguments = try inputs(of: entry)
      let output = newSlot(node.shape.count)
      parts.functions.append(function)
      add(.call(parts.functions.count - 1), arguments, output: output)
      put(.slot(output), at: entry.cell)
    case .scan(let body): try unroll(body, entry.operands.indices.map { try operand($0, of: entry) }, at: entry)
    case .input: throw ModelError.stepOutsideOfScan("a step")
    case .history: throw ModelError.structureMismatch("the history of a value was asked for after its scan was run")
    case .bind, .imported, .apply: preconditionFailure("not a static node")
    }
  }

  private func operand(_ number: Int, of entry: PlacementPlan.Entry) throws -> Place {
    try cells.places[entry.operands[number]] ?? place(entry.arena, entry.node.inputs[number])
  }

  /// The slots of a node's inputs.
  private func inputs(of entry: PlacementPlan.Entry) throws -> [Int] {
    var slots: [Int] = []
    slots.reserveCapacity(entry.operands.count)
    for number in 0..<entry.operands.count { slots.append(slot(at: try operand(number, of: entry))) }
    return slots
  }

  private func apply(
    _ application: Application, _ traits: OperationTraits, _ entry: PlacementPlan.Entry
  ) throws -> Place {
    if traits.isStack {
      return .stack(try entry.operands.indices.flatMap { slots(at: try operand($0, of: entry)) })
    }
    if traits.isSlice, application.immediate.1 == 1, case .stack(let pieces) = try operand(0, of: entry),
      let piece = piece(of: pieces, from: application.immediate.0, count: entry.node.shape.count)
    {
      return .slot(piece)
    }
    return .slot(apply(application, traits, try inputs(of: entry), count: entry.node.shape.count))
  }

  /// The one of several slots that holds these elements alone.
  func piece(of pieces: [Int], from offset: Int, count: Int) -> Int? {
    var start = 0
    for piece in pieces {
      if start == offset && parts.slots[piece].count == count { return piece }
      start += parts.slots[piece].count
    }
    return nil
  }
}
