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
    let items: [RunItem]
  }

  let scores: Bool
  let body: @Sendable (Payload) throws -> Result

  init(scores: Bool, body: @escaping @Sendable (Payload) throws -> Result) {
    (self.scores, self.body) = (scores, body)
  }
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
    /// A loop, of the initial state and the sequences; its value is the last state, part beside part.
    case scan(ScanBody)
    /// What a value of a step was in all steps; the input is the scan.
    case history(AnyRandom)
    /// A block that a run is given from outside, or that a loop gives to its steps.
    case input(InputSource, loop: Loop?)
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
  /// A part of the state before a step.
  case state(Int)
  /// A step's element of a sequence.
  case step(Int)
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
  /// Tells who keeps values of the arena's nodes that nobody can ask for them any more.
  let life = Life()

  final class Life: Sendable {
    private let isEnded = Atomic(false)
    var isOver: Bool { isEnded.load(ordering: .relaxed) }
    fileprivate func end() { isEnded.store(true, ordering: .relaxed) }
  }

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
    life.end()
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
    case .latent, .map, .bind, .scan, .history: true
    case .constant, .imported, .apply, .input, .failure: false
    }
  }
}

/// Which node of all; older ones come first.
struct NodeID: Hashable, Comparable, Sendable {
  let serial: UInt64
  let index: Int

  static let first = NodeID(serial: 0, index: 0)

  static func < (a: NodeID, b: NodeID) -> Bool { (a.serial, a.index) < (b.serial, b.index) }

  private init(serial: UInt64, index: Int) { (self.serial, self.index) = (serial, index) }

  init(_ arena: Arena, _ index: Int) { (serial, self.index) = (arena.serial, index) }
}
