/// What a run has yet to do, the next thing on top. A copy shares what is below: it costs nothing.
struct RunStack: Sendable {
  /// A step of a run that is under way.
  enum Frame: Sendable {
    /// A node is needed.
    case node(Arena, Int)
    /// Items, from this one on.
    case items([RunItem], Int)
    /// A continuation has been run: the value of its node is that of its result.
    case result(of: NodeID, Continuation.Result)
    case scan(ScanProgress)
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
}
