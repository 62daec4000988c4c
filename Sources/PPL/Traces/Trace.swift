import NumericCore

/// One run of a program with all its choices: it can be changed, choice by choice, and keeps what a change does not touch.
/// A traced computation in the sense of Scibior et al. ('Denotational validation of higher-order Bayesian inference', POPL
/// 2018), after the k-th score or at its end.
///
/// What it stands for is the measure of all choices: their priors times the scores. A Markov kernel proposes with
/// `propose`, and takes back with `revert` what it does not accept.
public struct Trace: Sendable {
  private(set) var run: TracedRun
  /// The run before the last proposal.
  private var previous: TracedRun?
  /// The run before its beginning.
  private let origin: TracedRun
  let program: RunProgram
  /// The power of the scores in the target: 0 leaves the prior, 1 the posterior.
  public var inverseTemperature = 1.0

  /// Whether a proposal is impossible that would make a run that has come to its end one that has not, or the reverse. So
  /// it is for the runs of a population: it is moved until all have come to their end, and a move from one side to the
  /// other would have no counterpart after that.
  public var keepsEnding = false

  init(_ run: TracedRun, of program: RunProgram) { (self.run, origin, self.program) = (run, run, program) }

  // MARK: Running

  /// Runs on to the next score with draws of the priors.
  ///
  /// - Parameters:
  ///   - lane: tells the draws of runs with the same key apart.
  ///   - given: values that are taken instead of draws, all elements of a plate together; nil where one is drawn.
  /// - Returns: the logarithm of the score; nil where there was none before the end.
  /// - Throws: `ModelError`, and what a continuation throws.
  public mutating func advance(
    key: RandomKey, lane: Int = 0, given: ((TraceAddress) -> [Double]?)? = nil
  ) throws -> Double? {
    previous = nil
    return try run.advance(key: key, lane: lane, given: given)
  }

  /// Whether the run has come to its end.
  public var isFinished: Bool { run.isFinished }

  /// How often the run has been advanced: it stands after so many scores, or at its end.
  public var advances: Int { run.limit }

  /// The same program before it begins, with the same inverse temperature.
  public var restarted: Trace {
    var trace = Trace(origin, of: program)
    (trace.inverseTemperature, trace.keepsEnding) = (inverseTemperature, keepsEnding)
    return trace
  }

  /// Where the run scored last.
  var lastSite: String { run.lastSite }

  // MARK: What it stands for

  /// The log density of all choices.
  public var logPrior: Double { run.logPrior }
  /// The sum of the logarithms of the scores so far.
  public var logScore: Double { run.logScore }
  /// log prior + inverse temperature * log scores.
  public var logDensity: Double { logPrior + scaled(logScore) }

  private func scaled(_ logScore: Double) -> Double { inverseTemperature == 0 ? 0 : inverseTemperature * logScore }

  // MARK: Choices

  /// All addresses, in the order in which they were drawn.
  public var addresses: [TraceAddress] { run.records.map(\.address) }

  /// The number of choices, or of those of some sites.
  public func choiceCount(of sites: SiteSelection = .all) -> Int {
    run.records.reduce(0) { sites.contains($1.address) ? $0 + $1.logDensities.count : $0 }
  }

  /// The choices of some sites, in the order in which they were drawn.
  public func choices(of sites: SiteSelection = .all) -> [TraceChoice] {
    run.records.indices.flatMap { number in
      sites.contains(run.records[number].address)
        ? (0..<run.records[number].logDensities.count).map { choice(number, $0) } : []
    }
  }

  /// Choice number `index` of those of some sites.
  ///
  /// - Throws: `ModelError.indexOutOfRange`.
  public func choice(_ index: Int, of sites: SiteSelection = .all) throws(ModelError) -> TraceChoice {
    var rest = index
    for (number, record) in run.records.enumerated() where index >= 0 && sites.contains(record.address) {
      if rest < record.logDensities.count { return choice(number, rest) }
      rest -= record.logDensities.count
    }
    throw .indexOutOfRange(operation: "a choice of a trace", index: index, count: choiceCount(of: sites))
  }

  private func choice(_ number: Int, _ element: Int) -> TraceChoice {
    let record = run.records[number]
    let isPlate = record.site.distribution is any UnivariateDistribution && !record.site.shape.isScalar
    return TraceChoice(
      address: record.address, element: isPlate ? element : nil,
      isDiscrete: record.site.distribution.support.isDiscrete, number: number)
  }

  /// The values at an address, those of a plate or a vector together; nil where the run did not come to it.
  public subscript(address: TraceAddress) -> [Double]? { record(address)?.values }

  /// The values at the first address of this name, with or without steps.
  public subscript(name: String) -> [Double]? { record(name)?.values }

  /// The first address of a name, with or without steps.
  public func address(_ name: String) -> TraceAddress? { record(name)?.address }

  /// The log density of what was drawn at an address, given what was drawn before.
  public func logDensity(at address: TraceAddress) -> Double? { record(address)?.logDensities.reduce(0, +) }

  /// The values at all addresses.
  public var valuesByAddress: [TraceAddress: [Double]] {
    Dictionary(run.records.map { ($0.address, $0.values) }, uniquingKeysWith: { first, _ in first })
  }

  private func record(_ address: TraceAddress) -> TracedRun.Record? { run.records.first { $0.address == address } }

  private func record(_ name: String) -> TracedRun.Record? {
    run.records.first { $0.address.path == name || $0.address.name == name }
  }

  /// The record of a choice that this trace has.
  private func record(of choice: TraceChoice) throws(ModelError) -> TracedRun.Record {
    let known = run.records.indices.contains(choice.number) ? run.records[choice.number] : nil
    let record = known?.address == choice.address ? known : record(choice.address)
    guard let record, choice.element.map(record.values.indices.contains) ?? true else {
      throw .unknownSite(choice.name, known: addresses.map(\.name))
    }
    return record
  }

  /// The value of a choice: one number, or a vector that is drawn as a whole.
  ///
  /// - Throws: `ModelError.unknownSite` for a choice that this trace does not have.
  public func value(of choice: TraceChoice) throws(ModelError) -> [Double] {
    let values = try record(of: choice).values
    return choice.element.map { [values[$0]] } ?? values
  }

  /// What the program returns, and the values of its named sites: one number in each column.
  ///
  /// - Throws: `ModelError.structureMismatch` before the end.
  public func values() throws -> VariableColumns {
    VariableColumns(variables: program.variables, columns: try run.values().map { [$0] })
  }

  /// The values that have a probability above 0 for a discrete choice, given what was drawn before it.
  ///
  /// - Throws: `ModelError`: `unsupportedSite` for a choice that is continuous or has infinitely many values,
  ///   `tooManyBranches` for more than `limit`; `unknownSite` as above.
  public func values(that choice: TraceChoice, mayTake limit: Int) throws -> [Double] {
    let (drawn, run) = try drawing(choice)
    return try drawn.alternatives(in: run, limit: limit)[choice.element ?? 0].map(\.value)
  }

  /// A draw of a choice's prior, given what was drawn before it.
  ///
  /// - Throws: as `value(of:)`.
  public func priorDraw(of choice: TraceChoice, key: RandomKey) throws -> [Double] {
    let values = try drawing(choice).choice.draw(run: key, lane: 0)
    return choice.element.map { [values[$0]] } ?? values
  }

  private func drawing(_ choice: TraceChoice) throws -> (choice: Choice, run: PartialRun) {
    var run = try record(of: choice).before
    guard case .choice(let drawn) = try run.next() else { preconditionFailure("a record does not stand at a choice") }
    return (drawn, run)
  }

  /// Where the values of a choice lie.
  ///
  /// - Throws: as `value(of:)`.
  public func support(of choice: TraceChoice) throws(ModelError) -> Support {
    try record(of: choice).site.distribution.support
  }

  // MARK: Proposals

  /// Makes a change; `revert` takes it back.
  ///
  /// - Parameter key: of what is drawn.
  /// - Throws: `ModelError`: `unknownSite` where an address is to be set that the run does not come to, `shapeMismatch`
  ///   for too many or too few values; and what a continuation throws. The trace is then as it was.
  public mutating func propose(_ change: TraceChange, key: RandomKey, lane: Int = 0) throws -> TraceStep {
    let old = run
    previous = nil
    do {
      let outcome = try run.make(change, key: key, lane: lane)
      if outcome.isImpossible || !isAllowed(from: old) {
        run = old
        return TraceStep(logRatio: -.infinity, drawsAnew: outcome.drawsAnew, dropsChoices: false)
      }
      previous = old
      return TraceStep(
        logRatio: outcome.prior + scaled(outcome.score), drawsAnew: outcome.drawsAnew,
        dropsChoices: outcome.dropsChoices)
    } catch {
      run = old
      throw error
    }
  }

  private func isAllowed(from old: TracedRun) -> Bool {
    !keepsEnding || run.isFinished == old.isFinished || Mutation.isActive(.endingCrossed)
  }

  /// Takes back the last proposal, where there was one since the run went on or was reverted.
  public mutating func revert() {
    if let previous { run = previous }
    previous = nil
  }
}
