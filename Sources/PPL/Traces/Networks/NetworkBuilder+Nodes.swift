import NumericCore

/// From nodes to places.
extension NetworkBuilder {
  func place(of expression: AnyRandom) throws -> Place {
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

  func put(_ place: Place, at id: NodeID) {
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
  func piece(of pieces: [Int], from offset: Int, count: Int) -> Int? {
    var start = 0
    for piece in pieces {
      if start == offset && parts.slots[piece].count == count { return piece }
      start += parts.slots[piece].count
    }
    return nil
  }
}
