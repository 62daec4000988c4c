import NumericCore

/// The run of any program as what a trace is made of: on continuations.
struct ContinuationTrace: TraceRun {
  private var run: TracedRun
  /// The run before the last change.
  private var previous: TracedRun?

  init(_ run: TracedRun) { self.run = run }

  var isFinished: Bool { run.isFinished }
  var limit: Int { run.limit }
  var lastSite: String { run.lastSite }
  var logPrior: Double { run.logPrior }
  var logScore: Double { run.logScore }
  var work: Int { 0 }

  var siteCount: Int { run.records.count }
  func address(_ number: Int) -> TraceAddress { run.records[number].address }
  func site(_ number: Int) -> Site { run.records[number].site }
  func values(_ number: Int, element: Int?) -> [Double] {
    let values = run.records[number].values
    return element.map { [values[$0]] } ?? values
  }
  func logDensities(_ number: Int) -> [Double] { run.records[number].logDensities }
  func number(of address: TraceAddress) -> Int? { run.records.firstIndex { $0.address == address } }
  func number(ofName name: String) -> Int? {
    run.records.firstIndex { $0.address.path == name || $0.address.name == name }
  }

  func choiceCount(of sites: SiteSelection) -> Int {
    run.records.reduce(0) { sites.contains($1.address) ? $0 + $1.logDensities.count : $0 }
  }

  func choice(_ index: Int, of sites: SiteSelection) -> (site: Int, element: Int) {
    var rest = index
    for (number, record) in run.records.enumerated() where sites.contains(record.address) {
      if rest < record.logDensities.count { return (number, rest) }
      rest -= record.logDensities.count
    }
    preconditionFailure("choice \(index) of \(choiceCount(of: sites))")
  }

  func choice(_ number: Int) throws -> (choice: Choice, run: PartialRun) {
    var run = run.records[number].before
    guard case .choice(let drawn) = try run.next() else { preconditionFailure("a record does not stand at a choice") }
    return (drawn, run)
  }

  mutating func advance(key: RandomKey, lane: Int, given: ((TraceAddress) -> [Double]?)?) throws -> Double? {
    previous = nil
    return try run.advance(key: key, lane: lane, given: given)
  }

  mutating func make(_ change: TraceChange, key: RandomKey, lane: Int) throws -> TraceRunOutcome {
    let old = run
    previous = nil
    do {
      let outcome = try run.make(change, key: key, lane: lane)
      if outcome.isImpossible { run = old } else { previous = old }
      return outcome
    } catch {
      run = old
      throw error
    }
  }

  mutating func revert() {
    if let previous { run = previous }
    previous = nil
  }

  func values() throws -> [Double] { try run.values() }
}
