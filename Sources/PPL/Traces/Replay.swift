import NumericCore

/// A change, by address.
struct Replay {
  private var set: [TraceAddress: [Double]] = [:]
  private var redrawn: Set<TraceAddress> = []
  /// The one element of a plate that is changed: drawn, or set to the one number of `set`.
  private var element: (address: TraceAddress, index: Int)?

  init(_ change: TraceChange) {
    switch change {
    case .redraw(let choice):
      redrawn = [choice.address]
      element = choice.element.map { (choice.address, $0) }
    case .set(let choice, let values):
      set = [choice.address: values]
      element = choice.element.map { (choice.address, $0) }
    case .several(let values, let redrawn): (set, self.redrawn) = (values, redrawn)
    }
  }

  func touches(_ address: TraceAddress) -> Bool { set[address] != nil || redrawn.contains(address) }

  /// Throws where an address was to be set that the run did not come to.
  func checkReached(_ reached: Set<TraceAddress>, known: [TracedRun.Record]) throws {
    if let missing = set.keys.first(where: { !reached.contains($0) }) {
      throw ModelError.unknownSite(missing.name, known: known.map(\.address.name))
    }
  }

  /// The values of a choice, and which of the site's choices are proposed from their prior.
  func values(
    of choice: Choice, at address: TraceAddress, old: [Double]?, key: RandomKey, lane: Int
  ) throws -> (values: [Double], isDrawn: Drawn) {
    if let given = set[address] {
      if let element, element.address == address, var whole = old, whole.indices.contains(element.index) {
        try check(given, of: choice.site, element: element.index, at: address)
        whole[element.index] = given[0]
        return (whole, .nothing)
      }
      try check(given, of: choice.site, at: address)
      return (given, .nothing)
    }
    if let old, old.count == choice.site.shape.count {
      guard redrawn.contains(address) else { return (old, .nothing) }
      guard let element else {
        let isCounted = Mutation.isActive(.redrawnDensityCounted)
        return (choice.draw(run: key, lane: lane), isCounted ? .nothing : .all)
      }
      var values = old
      values[element.index] = choice.draw(run: key, lane: lane)[element.index]
      return (values, .element(element.index))
    }
    return (choice.draw(run: key, lane: lane), .all)
  }

  enum Drawn {
    case nothing, all
    case element(Int)

    /// The sum over those that are not proposed from their prior.
    func rest(_ logDensities: [Double]) -> Double {
      switch self {
      case .nothing: logDensities.reduce(0, +)
      case .all: 0
      case .element(let index): logDensities.enumerated().reduce(0) { $1.offset == index ? $0 : $0 + $1.element }
      }
    }
  }
}

/// Where the values of a run's choices come from: their priors, or another run that is replayed with a change.
struct ChoiceSource {
  let key: RandomKey
  let lane: Int
  private var replay: Replay?
  private var given: ((TraceAddress) -> [Double]?)?
  private var old: [TraceAddress: TracedRun.Record] = [:]
  private var drawn = Replay.Drawn.all
  private(set) var reached: Set<TraceAddress> = []
  var isReplay: Bool { replay != nil }
  /// Whether a replay drew what the old run did not have, or had in another shape.
  private(set) var drawsAnew = false
  /// Whether a replay came to a density of 0.
  private(set) var isImpossible = false
  /// The log density of what was not proposed from its prior.
  private(set) var logDensity = 0.0
  /// The same of the old run, for what the reverse move does not propose from its prior.
  private(set) var logDensityBefore = 0.0

  /// - Parameter given: values that are not drawn.
  init(key: RandomKey, lane: Int, given: ((TraceAddress) -> [Double]?)? = nil) {
    (self.key, self.lane, self.given) = (key, lane, given)
  }

  init(key: RandomKey, lane: Int, replay: Replay, old: [TracedRun.Record]) {
    (self.key, self.lane, self.replay) = (key, lane, replay)
    self.old = Dictionary(old.map { ($0.address, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The values of the choice that a run has come to.
  mutating func values(of choice: Choice, at address: TraceAddress) throws -> [Double] {
    guard let replay else {
      guard let values = given?(address) else { return choice.draw(run: key, lane: lane) }
      try check(values, of: choice.site, at: address)
      return values
    }
    let (values, drawn) = try replay.values(
      of: choice, at: address, old: old[address]?.values, key: key, lane: lane)
    if case .all = drawn, !replay.touches(address) { drawsAnew = true }
    self.drawn = drawn
    return values
  }

  /// Takes note of the log densities of these values.
  mutating func add(_ logDensities: [Double], at address: TraceAddress) {
    guard replay != nil else { return }
    reached.insert(address)
    if logDensities.contains(where: { !($0 > -.infinity) }) { isImpossible = true }
    logDensity += drawn.rest(logDensities)
    guard let record = old[address] else { return }
    logDensityBefore += drawn.rest(record.logDensities)
  }

  mutating func note(score: Double) {
    if replay != nil && score == -.infinity { isImpossible = true }
  }
}
