import HashTreeCollections

/// The values that a run knows, by node. A copy shares them.
struct RunMemory: Sendable {
  private typealias Values = TreeDictionary<UInt64, TreeDictionary<Int, Payload>>

  /// What is known at one step of a loop, and forgotten at the next one; at the bottom, what is known for good.
  private struct Layer: Sendable {
    /// The first node of the loop's body: what is older does not change from step to step.
    let floor: NodeID
    var values: Values = [:]
  }

  private var layers = [Layer(floor: .first)]

  /// The layer that a node's value is kept in.
  private func layer(of id: NodeID) -> Int {
    layers.count == 1 ? 0 : layers.lastIndex { $0.floor <= id } ?? 0
  }

  subscript(id: NodeID) -> Payload? {
    get { layers[layer(of: id)].values[id.serial]?[id.index] }
    set { layers[layer(of: id)].values[id.serial, default: [:]][id.index] = newValue }
  }

  /// The value of an expression, if it is known.
  subscript(expression: AnyRandom) -> Payload? {
    switch expression.storage {
    case .constant(let constant): .numbers(constant.elements)
    case .node(let arena, let index): self[NodeID(arena, index)]
    }
  }

  /// Forgets all nodes of an arena.
  mutating func forget(_ arena: Arena) { layers[layer(of: NodeID(arena, 0))].values[arena.serial] = nil }

  /// Begins a step: values of nodes from `floor` on are kept until it ends.
  mutating func beginStep(floor: NodeID) { layers.append(Layer(floor: floor)) }
  mutating func endStep() { layers.removeLast() }
}
