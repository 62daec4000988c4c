import NumericCore

/// One run of a program with all its choices: it can be changed, choice by choice, and keeps what a change does not touch.
/// A traced computation in the sense of Scibior et al. ('Denotational validation of higher-order Bayesian inference', POPL
/// 2018), after the k-th score or at its end.
///
/// What it stands for is the measure of all choices: their priors times the scores. A Markov kernel proposes with
/// `propose`, and takes back with `revert` what it does not accept.
public struct Trace: Sendable {
  private(set) var run: any TraceRun
  private let origin: TraceOrigin
  var program: RunProgram { origin.program }
  /// The power of the scores in the target: 0 leaves the prior, 1 the posterior.
  public var inverseTemperature = 1.0

  /// Whether a proposal is impossible that would make a run that has come to its end one that has not, or the reverse. So
  /// it is for the runs of a population: it is moved until all have come to their end, and a move from one side to the
  /// other would have no counterpart after that.
  public var keepsEnding = false

  init(_ origin: TraceOrigin) { (run, self.origin) = (origin.start, origin) }

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
    try run.advance(key: key, lane: lane, given: given)
  }

  /// Whether the run has come to its end.
  public var isFinished: Bool { run.isFinished }

  /// How often the run has been advanced: it stands after so many scores, or at its end.
  public var advances: Int { run.limit }

  /// The same program before it begins, with the same inverse temperature.
  public var restarted: Trace {
    var trace = Trace(origin)
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
  public var addresses: [TraceAddress] { (0..<run.siteCount).map(run.address) }

  /// The number of choices, or of those of some sites.
  public func choiceCount(of sites: SiteSelection = .all) -> Int { run.choiceCount(of: sites) }

  /// The choices of some sites, in the order in which they were drawn.
  public func choices(of sites: SiteSelection = .all) -> [TraceChoice] {
    (0..<choiceCount(of: sites)).map { choice(run.choice($0, of: sites)) }
  }

  /// Choice number `index` of those of some sites.
  ///
  /// - Throws: `ModelError.indexOutOfRange`.
  public func choice(_ index: Int, of sites: SiteSelection = .all) throws(ModelError) -> TraceChoice {
    let count = choiceCount(of: sites)
    guard 0 <= index, index < count else {
      throw .indexOutOfRange(operation: "a choice of a trace", index: index, count: count)
    }
    return choice(run.choice(index, of: sites))
  }

  private func choice(_ place: (site: Int, element: Int)) -> TraceChoice {
    let site = run.site(place.site)
    return TraceChoice(
      address: run.address(place.site), element: site.isPlate ? place.element : nil, isDiscrete: site.isDiscrete,
      number: place.site)
  }

  /// The values at an address, those of a plate or a vector together; nil where the run did not come to it.
  public subscript(address: TraceAddress) -> [Double]? { run.number(of: address).map { run.values($0, element: nil) } }

  /// The values at the first address of this name, with or without steps.
  public subscript(name: String) -> [Double]? { run.number(ofName: name).map { run.values($0, element: nil) } }

  /// The first address of a name, with or without steps.
  public func address(_ name: String) -> TraceAddress? { run.number(ofName: name).map(run.address) }

  /// The log density of what was drawn at an address, given what was drawn before.
  public func logDensity(at address: TraceAddress) -> Double? {
    run.number(of: address).map { run.logDensities($0).reduce(0, +) }
  }

  /// The values at all addresses.
  public var valuesByAddress: [TraceAddress: [Double]] {
    Dictionary(
      (0..<run.siteCount).map { (run.address($0), run.values($0, element: nil)) },
      uniquingKeysWith: { first, _ in first })
  }

  /// The number of the site of a choice that this trace has.
  private func site(of choice: TraceChoice) throws(ModelError) -> Int {
    let isKnown = choice.number < run.siteCount && run.address(choice.number) == choice.address
    let number = isKnown ? choice.number : run.number(of: choice.address)
    guard let number, choice.element.map({ $0 < run.site(number).shape.count }) ?? true else {
      throw .unknownSite(choice.name, known: addresses.map(\.name))
    }
    return number
  }

  /// The value of a choice: one number, or a vector that is drawn as a whole.
  ///
  /// - Throws: `ModelError.unknownSite` for a choice that this trace does not have.
  public func value(of choice: TraceChoice) throws(ModelError) -> [Double] {
    run.values(try site(of: choice), element: choice.element)
  }

  /// What the program returns, and the values of its named sites: one number in each column.
  ///
  /// - Throws: `ModelError.structureMismatch` before the end.
  public func values() throws -> VariableColumns {
    VariableColumns(variables: variables, columns: try row().map { [$0] })
  }

  /// The same as one row, and what its numbers are.
  package func row() throws -> [Double] { try run.values() }
  package var variables: [Variable] { program.variables }

  /// The values that have a probability above 0 for a discrete choice, given what was drawn before it.
  ///
  /// - Throws: `ModelError`: `unsupportedSite` for a choice that is continuous or has infinitely many values,
  ///   `tooManyBranches` for more than `limit`; `unknownSite` as above.
  public func values(that choice: TraceChoice, mayTake limit: Int) throws -> [Double] {
    let (drawn, run) = try run.choice(try site(of: choice))
    return try drawn.alternatives(in: run, limit: limit)[choice.element ?? 0].map(\.value)
  }

  /// A draw of a choice's prior, given what was drawn before it.
  ///
  /// - Throws: as `value(of:)`.
  public func priorDraw(of choice: TraceChoice, key: RandomKey) throws -> [Double] {
    let values = try run.choice(try site(of: choice)).choice.draw(run: key, lane: 0)
    return choice.element.map { [values[$0]] } ?? values
  }

  /// Where the values of a choice lie.
  ///
  /// - Throws: as `value(of:)`.
  public func support(of choice: TraceChoice) throws(ModelError) -> Support {
    run.site(try site(of: choice)).distribution.support
  }

  /// The derivatives of `logDensity` by the values at addresses, those of a plate or a vector together; 0 for what is
  /// discrete.
  ///
  /// Cost: a few times that of the run.
  ///
  /// - Throws: `ModelError.unknownSite` for an address that the run did not come to; `unsupportedSite` for a program whose
  ///   structure depends on drawn values, or where the density depends on a continuous choice through a Swift closure.
  public mutating func gradient(at addresses: [TraceAddress]) throws -> [[Double]] {
    let numbers = try addresses.map { address in
      guard let number = run.number(of: address) else {
        throw ModelError.unknownSite(address.name, known: self.addresses.map(\.name))
      }
      return number
    }
    let gradient = try run.gradient(of: numbers, inverseTemperature: inverseTemperature)
    return zip(numbers, gradient).map { number, elements in
      run.site(number).isDiscrete ? elements.map { _ in 0 } : elements
    }
  }

  // MARK: Proposals

  /// Makes a change; `revert` takes it back.
  ///
  /// - Parameter key: of what is drawn.
  /// - Throws: `ModelError`: `unknownSite` where an address is to be set that the run does not come to, `shapeMismatch`
  ///   for too many or too few values; and what a continuation throws. The trace is then as it was.
  public mutating func propose(_ change: TraceChange, key: RandomKey, lane: Int = 0) throws -> TraceStep {
    let wasFinished = run.isFinished
    let outcome = try run.make(change, key: key, lane: lane)
    if outcome.isImpossible { return TraceStep(logRatio: -.infinity, drawsAnew: outcome.drawsAnew, dropsChoices: false) }
    if keepsEnding, run.isFinished != wasFinished, !Mutation.isActive(.endingCrossed) {
      run.revert()
      return TraceStep(logRatio: -.infinity, drawsAnew: outcome.drawsAnew, dropsChoices: false)
    }
    return TraceStep(
      logRatio: outcome.prior + scaled(outcome.score), drawsAnew: outcome.drawsAnew,
      dropsChoices: outcome.dropsChoices)
  }

  /// Takes back the last proposal, where there was one since the run went on or was reverted.
  public mutating func revert() { run.revert() }

  /// The numbers that the last proposal computed, where the program is static: draws, values that depend on them, and
  /// log densities.
  package var lastProposalCost: Int { run.work }
}

/// What the traces of a program have in common.
final class TraceOrigin: Sendable {
  let program: RunProgram
  /// A run that has yet to begin.
  let start: any TraceRun

  /// - Parameter network: of a static program; without it, runs are on continuations.
  init(_ program: RunProgram, network: TraceNetwork?, held: [String: [Double]]) {
    self.program = program
    start =
      if let network {
        NetworkRun(network, held: held)
      } else {
        ContinuationTrace(TracedRun(program.start.holding(held), outputs: program.outputs.map(\.element)))
      }
  }
}
