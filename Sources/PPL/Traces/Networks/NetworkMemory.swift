/// What a run of a network keeps: its values, how far it is, its sums, and what the last change took the place of.
final class NetworkMemory: @unchecked Sendable {
  /// How far a run is, and what it stands for.
  struct State: Sendable {
    /// The steps, sites and scores that have been run.
    var step = 0
    var sites = 0
    var scores = 0
    /// How often the run has been advanced.
    var limit = 0
    var isFinished = false
    var logPrior = LogSum()
    var logScore = LogSum()
  }

  /// Which elements of a slot a change has written.
  enum Extent: Equatable, BitwiseCopyable {
    case none
    case element(Int)
    case all

    @inline(__always) func union(_ other: Extent) -> Extent {
      switch (self, other) {
      case (.none, let extent), (let extent, .none): extent
      case (.element(let a), .element(let b)) where a == b: self
      default: .all
      }
    }
  }

  /// Elements as they were before a change.
  struct Saved: BitwiseCopyable {
    let slot: Int
    let extent: Extent
    /// Where they are among `savedValues`.
    let start: Int
  }

  let values: UnsafeBlock
  var state = State()
  /// The state before the last change, as long as it can be taken back.
  var previous: State?
  var saved: [Saved] = []
  var savedValues: [Double] = []
  /// Changes since the sums were last taken anew.
  var changes = 0
  /// The elements that the last change computed.
  var work = 0

  // What is of use during a change alone.
  var extents: [Extent]
  /// Which elements are among `savedValues`, and where, by slot.
  var savedExtents: [Extent]
  var savedAt: [Int]
  var pending: StepSet
  let scratch: UnsafeBlock

  init(_ network: TraceNetwork) {
    values = UnsafeBlock(count: network.valueCount)
    extents = Array(repeating: .none, count: network.slots.count)
    savedExtents = extents
    savedAt = Array(repeating: 0, count: network.slots.count)
    pending = StepSet(count: network.steps.count)
    scratch = UnsafeBlock(count: network.scratchCount)
  }

  init(copying other: NetworkMemory) {
    values = UnsafeBlock(copying: other.values)
    (state, previous, saved, savedValues) = (other.state, other.previous, other.saved, other.savedValues)
    (changes, work, pending) = (other.changes, other.work, other.pending)
    (extents, savedExtents, savedAt) = (other.extents, other.savedExtents, other.savedAt)
    scratch = UnsafeBlock(count: other.scratch.count)
  }
}

/// A set of steps from which the first one is taken again and again, while later ones are put in.
struct StepSet: Sendable {
  private var words: [UInt64]
  /// The words that are not 0.
  private var summary: [UInt64]
  /// No word of the summary before this one has anything.
  private var first = 0

  init(count: Int) {
    words = Array(repeating: 0, count: count / 64 + 1)
    summary = Array(repeating: 0, count: count / 4096 + 1)
  }

  @inline(__always) mutating func insert(_ step: Int) {
    let word = step >> 6
    words[word] |= 1 << UInt64(step & 63)
    summary[word >> 6] |= 1 << UInt64(word & 63)
    first = min(first, word >> 6)
  }

  @inline(__always) mutating func popFirst() -> Int? {
    while first < summary.count {
      if summary[first] == 0 {
        first += 1
        continue
      }
      let word = first << 6 | summary[first].trailingZeroBitCount
      let bit = words[word].trailingZeroBitCount
      words[word] &= words[word] &- 1
      if words[word] == 0 { summary[first] &= summary[first] &- 1 }
      return word << 6 | bit
    }
    return nil
  }

  mutating func removeAll() { while popFirst() != nil {} }
}
