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

  let values: PagedValues
  @exclusivity(unchecked) var state = State()
  /// The state before the last change, as long as it can be taken back.
  var previous: State?
  let saved: Log<Saved>
  let savedValues: Log<Double>
  /// Changes since the sums were last taken anew.
  var changes = 0
  /// The elements that the last change computed.
  @exclusivity(unchecked) var work = 0

  init(_ network: TraceNetwork) { (values, saved, savedValues) = (PagedValues(network), Log(), Log()) }

  init(copying other: NetworkMemory) {
    values = PagedValues(copying: other.values)
    let canBeTakenBack = other.previous != nil
    saved = canBeTakenBack ? Log(copying: other.saved) : Log()
    savedValues = canBeTakenBack ? Log(copying: other.savedValues) : Log()
    (state, previous, changes, work) = (other.state, other.previous, other.changes, other.work)
  }
}
