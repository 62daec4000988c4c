/// What a run has yet to do, the next thing on top. A copy shares what is below: it costs nothing.
struct RunStack: Sendable {
  /// A step of a run that is under way.
  enum Frame: Sendable {
    /// A node is needed.
    case node(Arena, Int)
    /// Items, from this one on.
    case items([RunItem], Int)
    /// A continuation has been run: the value of its node is that of its result.
    case result(Outcome)
    case scan(ScanProgress)
  }

  /// What became of a node that continues on a value.
  struct Outcome: Sendable {
    let arena: Arena
    let index: Int
    let result: Continuation.Result
    /// The serial of the first arena that was made for it.
    let firstSerial: UInt64

    /// The node's own continuation has been run.
    init(of arena: Arena, _ index: Int, _ result: Continuation.Result) {
      (self.arena, self.index, self.result) = (arena, index, result)
      firstSerial = result.arena.serial
    }

    /// So has the one that the value of the continuation's result is the value of.
    init(of first: Outcome, _ result: Continuation.Result) {
      (arena, index, firstSerial) = (first.arena, first.index, first.firstSerial)
      self.result = result
    }
  }

  /// A link of the chain. Never changed while it is shared.
  private final class Link: @unchecked Sendable {
    let frame: Frame
    var next: Link?

    init(_ frame: Frame, _ next: Link?) { (self.frame, self.next) = (frame, next) }

    /// Links that nobody else holds are released one by one: a chain may be deeper than the thread's stack.
    deinit {
      var rest = next.take()
      while isKnownUniquelyReferenced(&rest) { rest = rest?.next.take() }
    }
  }

  private var first: Link?

  var top: Frame? { first?.frame }
  mutating func push(_ frame: Frame) { first = Link(frame, first) }
  mutating func pop() { first = first?.next }

  /// Takes off what waits for the value of a node alone, to say that it is that of another node. So the stack of a
  /// recursion that ends with itself does not grow.
  mutating func popOutcome(withValueOf id: NodeID) -> Outcome? {
    var next = first
    if case .items(let items, let number) = next?.frame, number == items.count - 1,
      case .run(let run) = items[number],
      run.isNode(id)
    {
      next = next?.next
    }
    guard case .result(let outcome) = next?.frame, outcome.result.value.isNode(id) else { return nil }
    first = next?.next
    return outcome
  }
}
