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
    let attachments: Attachments
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
/// What may refer back to the arena (a site's distribution, a closure) is kept apart, in `Attachments`: whoever ran the
/// body of the model owns them, and the arena does not. Otherwise the arena would keep itself alive.
///
/// An arena is written to by the thread that runs the body of the model it belongs to, while that body runs, and is
/// only read afterwards: that is what makes it `Sendable`.
final class Arena: @unchecked Sendable {
  /// Never used again, unlike an address in memory.
  let serial = Arena.serials.wrappingAdd(1, ordering: .relaxed).newValue
  private static let serials = Atomic<UInt64>(0)

  /// A node; where it has an attachment, its content is there.
  private struct Entry: Sendable {
    var node: Node
    var attachment: Int?
  }

  private var entries: [Entry] = []
  private var imports: [ObjectIdentifier: [Int: Int]] = [:]
  private weak var attachments: Attachments?
  /// Strong where the arena belongs to no body: what its one node refers to is older than the arena.
  private let ownAttachments: Attachments?

  /// The arena of a body, whose runner keeps the attachments.
  init(_ attachments: Attachments) { (self.attachments, ownAttachments) = (attachments, nil) }

  /// An arena of a node that belongs to no body.
  init() {
    let attachments = Attachments()
    (self.attachments, ownAttachments) = (attachments, attachments)
  }

  var count: Int { entries.count }

  /// A node. What was attached to a body that is no longer there has become a failure.
  subscript(index: Int) -> Node {
    guard let number = entries[index].attachment else { return entries[index].node }
    var node = entries[index].node
    if let attachments { node.content = attachments.contents[number] }
    return node
  }

  func append(_ content: Node.Content, inputs: [Int] = [], shape: Shape, kind: NumberKind) -> Int {
    var entry = Entry(node: Node(content: content, inputs: inputs, shape: shape, kind: kind))
    if content.refersToArenas, let attachments {
      entry.attachment = attachments.contents.count
      attachments.contents.append(content)
      entry.node.content = .failure(.released)
    }
    entries.append(entry)
    return entries.count - 1
  }

  /// The index by which this arena knows a node, its own or another's.
  func index(of expression: AnyRandom) -> Int {
    switch expression.storage {
    case .constant(let constant):
      return append(.constant(constant), shape: constant.shape, kind: constant.kind)
    case .node(let arena, let index):
      if arena === self { return index }
      if let known = imports[ObjectIdentifier(arena)]?[index] { return known }
      let local = append(.imported(arena, index), shape: expression.shape, kind: expression.kind)
      imports[ObjectIdentifier(arena), default: [:]][index] = local
      return local
    }
  }

  deinit {
    let taken = entries
    entries = []
    Graveyard.bury(taken)
  }
}

/// What the nodes of a body refer to that may refer back to their arena. Owned by whoever ran the body.
final class Attachments: @unchecked Sendable {
  fileprivate(set) var contents: [Node.Content] = []

  deinit {
    let taken = contents
    contents = []
    Graveyard.bury(taken)
  }
}

extension Node.Content {
  /// Whether a value of the language, and with it an arena, may be inside.
  fileprivate var refersToArenas: Bool {
    switch self {
    case .latent, .map, .bind: true
    case .constant, .imported, .apply, .input, .failure: false
    }
  }
}

/// Which node of all.
struct NodeID: Hashable, Sendable {
  let serial: UInt64
  let index: Int

  init(_ arena: Arena, _ index: Int) { (serial, self.index) = (arena.serial, index) }
}
