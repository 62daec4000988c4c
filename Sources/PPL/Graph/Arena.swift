import Synchronization

/// An operation as a node of the graph: which one, and what it was made with.
struct Application: Sendable {
  let operation: any ArrayOperation.Type
  var immediate: (Int, Int, Int, Int) = (0, 0, 0, 0)
}

/// A plain Swift function of the values of nodes: correct everywhere, differentiable nowhere.
struct OpaqueFunction: Sendable {
  let body: @Sendable ([Payload]) throws -> Payload
}

/// What follows a drawn value.
struct Continuation: Sendable {
  /// What a continuation leaves: the nodes it made, the value it returns, and its scores.
  struct Result: Sendable {
    let arena: Arena
    let value: AnyRandom
    let scores: [AnyRandom]
  }

  let scores: Bool
  let body: @Sendable (Payload) throws -> Result

  init(scores: Bool, body: @escaping @Sendable (Payload) throws -> Result) { (self.scores, self.body) = (scores, body) }
}

/// A node of the graph. Inputs are indices into the same arena.
struct Node: Sendable {
  enum Content: Sendable {
    case constant(Constant)
    /// A node of another arena.
    case imported(Arena, Int)
    case latent(Site)
    case apply(Application)
    case map(OpaqueFunction)
    case bind(Continuation)
    /// A block that a run is given from outside.
    case input(InputSource)
    case failure(ModelError)
  }

  var content: Content
  var inputs: [Int]
  var shape: Shape
  var kind: NumberKind
}

/// What a schedule is given from outside, run by run.
enum InputSource: Hashable, Sendable {
  /// A range of the unconstrained position, from this offset.
  case position(Int)
  /// The value of a site.
  case site(String)
}

/// Numbers that are known before a run: literals and data.
struct Constant: Sendable, Equatable {
  var elements: [Double]
  var shape: Shape
  var kind: NumberKind
}

/// Where nodes live. A node refers to its inputs by index, so a long chain of nodes is one allocation that is released
/// at once.
///
/// An arena is written to by the thread that runs the body of the model it belongs to, while that body runs, and is
/// only read afterwards: that is what makes it `Sendable`.
final class Arena: @unchecked Sendable {
  /// Never used again, unlike an address in memory.
  let serial = Arena.serials.wrappingAdd(1, ordering: .relaxed).newValue
  private static let serials = Atomic<UInt64>(0)

  private(set) var nodes: [Node] = []
  private var imports: [ObjectIdentifier: [Int: Int]] = [:]

  func append(_ content: Node.Content, inputs: [Int] = [], shape: Shape, kind: NumberKind) -> Int {
    nodes.append(Node(content: content, inputs: inputs, shape: shape, kind: kind))
    return nodes.count - 1
  }

  /// The index by which this arena knows a node, its own or another's.
  func index(of expression: AnyRandom) -> Int {
    switch expression.storage {
    case .constant(let constant):
      return append(.constant(constant), shape: constant.shape, kind: constant.kind)
    case .node(let arena, let index):
      if arena === self { return index }
      if let known = imports[ObjectIdentifier(arena)]?[index] { return known }
      let node = arena.nodes[index]
      let local = append(.imported(arena, index), shape: node.shape, kind: node.kind)
      imports[ObjectIdentifier(arena), default: [:]][index] = local
      return local
    }
  }

  deinit {
    let taken = nodes
    nodes = []
    Graveyard.bury(taken)
  }
}

/// Which node of all.
struct NodeID: Hashable, Sendable {
  let serial: UInt64
  let index: Int

  init(_ arena: Arena, _ index: Int) { (serial, self.index) = (arena.serial, index) }
}
