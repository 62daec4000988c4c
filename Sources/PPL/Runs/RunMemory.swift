import HashTreeCollections

/// The values that a run knows, by node. A copy shares them.
///
/// What is known of arenas that are no longer there is forgotten from time to time: the memory of a recursion does not
/// grow with its depth, unless the recursion itself holds on to what it has drawn.
struct RunMemory: Sendable {
  /// What is known of an arena's nodes.
  private struct Known: Sendable {
    let life: Arena.Life
    /// What its nodes refer to, where nobody else keeps that.
    var attachments: Attachments?
    var values: TreeDictionary<Int, Payload> = [:]
  }

  /// What is known at one step of a loop, and forgotten at the next one; at the bottom, what is known for good.
  private struct Layer: Sendable {
    /// The first node of the loop's body: what is older does not change from step to step.
    let floor: NodeID
    /// By the serials of arenas.
    var known: TreeDictionary<UInt64, Known> = [:]
    /// The number of arenas at which those that are gone are looked for.
    var limit = 3

    /// Changes what is known of an arena.
    @inline(__always) mutating func update(_ arena: Arena, _ body: (inout Known) -> Void) {
      if known.count >= limit, known[arena.serial] == nil {
        known = known.filter { !$0.value.life.isOver }
        limit = max(3, 2 * known.count)
      }
      body(&known[arena.serial, default: Known(life: arena.life)])
    }
  }

  private var layers = [Layer(floor: .first)]

  /// The layer that a node's value is kept in.
  private func layer(of id: NodeID) -> Int {
    layers.count == 1 ? 0 : layers.lastIndex { $0.floor <= id } ?? 0
  }

  subscript(arena: Arena, index: Int) -> Payload? {
    get { layers[layer(of: NodeID(arena, index))].known[arena.serial]?.values[index] }
    set { layers[layer(of: NodeID(arena, index))].update(arena) { $0.values[index] = newValue } }
  }

  /// The value of an expression, if it is known.
  subscript(expression: AnyRandom) -> Payload? {
    switch expression.storage {
    case .constant(let constant): .numbers(constant.elements)
    case .node(let arena, let index): self[arena, index]
    }
  }

  /// Keeps what the nodes of an arena refer to, as long as somebody has the arena: what has yet to be drawn there can
  /// be asked for.
  mutating func keep(_ attachments: Attachments, of arena: Arena) {
    layers[layer(of: NodeID(arena, 0))].update(arena) { $0.attachments = attachments }
  }

  /// Forgets all nodes of an arena, and of those from a serial on that were made before it.
  mutating func forget(_ arena: Arena, from first: UInt64) {
    let layer = layer(of: NodeID(arena, 0))
    if first == arena.serial {
      layers[layer].known[first] = nil
    } else {
      layers[layer].known = layers[layer].known.filter { $0.key < first || $0.key > arena.serial }
    }
  }

  /// Begins a step: values of nodes from `floor` on are kept until it ends.
  mutating func beginStep(floor: NodeID) { layers.append(Layer(floor: floor)) }
  mutating func endStep() { layers.removeLast() }
}
