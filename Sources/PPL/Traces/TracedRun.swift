import NumericCore

/// A run of any program that remembers its choices, each with the run as it stood before it: a change of a choice goes on
/// from there, and what came before is shared.
struct TracedRun: Sendable {
  struct Record: Sendable {
    let address: TraceAddress
    let site: Site
    let values: [Double]
    /// One for each choice of the site.
    let logDensities: [Double]
    /// The run that stands at the choice, and what had been scored then.
    let before: PartialRun
    let logScoreBefore: Double
    let scoresBefore: Int
    let hadDemanded: Bool
  }

  private(set) var records: [Record] = []
  private(set) var logScore = 0.0
  private(set) var isFinished = false
  private var scores = 0
  /// The run stands after so many scores, or at its end.
  private(set) var limit = 0
  private var run: PartialRun
  private var hasDemanded = false
  private let outputs: [AnyRandom]

  init(_ start: PartialRun, outputs: [AnyRandom]) { (run, self.outputs) = (start, outputs) }

  /// Where the run scored last.
  var lastSite: String { run.lastSite }
  var logPrior: Double { records.reduce(0) { $0 + $1.logDensities.reduce(0, +) } }

  /// Runs on to the next score; nil where there was none before the end.
  ///
  /// - Parameter given: values that are not drawn.
  mutating func advance(
    key: RandomKey, lane: Int, given: ((TraceAddress) -> [Double]?)?
  ) throws -> Double? {
    limit += 1
    var source = ChoiceSource(key: key, lane: lane, given: given)
    return try proceed(&source)
  }

  /// Runs on to the limit, or to where a replay turns out to be impossible.
  ///
  /// - Returns: the last score on the way.
  @discardableResult private mutating func proceed(_ source: inout ChoiceSource) throws -> Double? {
    var last: Double?
    while !isFinished, scores < limit, !source.isImpossible {
      switch try run.next() {
      case .choice(let choice): try take(choice, &source)
      case .score(let site, let score):
        if score.isNaN { throw ModelError.scoreNotANumber(site: site, particle: source.lane) }
        last = score
        logScore += Mutation.isActive(.replayScoresTwice) && source.isReplay ? 2 * score : score
        scores += 1
        source.note(score: score)
      case .finished where hasDemanded: isFinished = true
      case .finished:
        hasDemanded = true
        for output in outputs.reversed() { run.demand(output) }
      }
    }
    return last
  }

  private mutating func take(_ choice: Choice, _ source: inout ChoiceSource) throws {
    try choice.check()
    let address = TraceAddress(choice.site, steps: choice.steps)
    let values = try source.values(of: choice, at: address)
    let logDensities = try choice.logDensities(of: values, in: run)
    source.add(logDensities, at: address)
    records.append(
      Record(
        address: address, site: choice.site, values: values, logDensities: logDensities, before: run,
        logScoreBefore: logScore, scoresBefore: scores, hadDemanded: hasDemanded))
    run.supply(values)
  }

  /// Makes a change. Where it is impossible or throws, the run is left half done.
  mutating func make(_ change: TraceChange, key: RandomKey, lane: Int) throws -> TraceRunOutcome {
    let replay = Replay(change)
    guard let first = records.firstIndex(where: { replay.touches($0.address) }) else {
      try replay.checkReached([], known: records)
      return TraceRunOutcome()
    }
    let (old, logScoreBefore) = (Array(records[first...]), logScore)
    var source = ChoiceSource(key: key, lane: lane, replay: replay, old: old)
    let start = old[0]
    (run, logScore, scores) = (start.before, start.logScoreBefore, start.scoresBefore)
    (hasDemanded, isFinished) = (start.hadDemanded, false)
    records.removeLast(old.count)
    try proceed(&source)
    var outcome = TraceRunOutcome(isImpossible: source.isImpossible || logScore == -.infinity, drawsAnew: source.drawsAnew)
    if outcome.isImpossible { return outcome }
    try replay.checkReached(source.reached, known: records)
    outcome.dropsChoices = old.contains { !source.reached.contains($0.address) }
    outcome.prior = source.logDensity - source.logDensityBefore
    outcome.score = logScore - logScoreBefore
    return outcome
  }

  /// What the run gives in the end.
  func values() throws -> [Double] {
    guard isFinished else { throw ModelError.structureMismatch("a run has no value before its end") }
    return outputs.flatMap { run.memory[$0]?.elements ?? [] }
  }
}
