import NumericCore
import PPL

/// Conditional runs on traces: of any program, also of runs that stand before their end.
final class ConditionalTraces: ConditionalRuns {
  let logWeights, logFutures: UnsafeMutableBufferPointer<Double>
  private(set) var traces: [Trace]
  private var advances = 0
  private let retained: RetainedTrace

  /// - Parameter trace: the retained run.
  init(_ trace: Trace, over sites: SiteSelection, count: Int, hasFutures: Bool) throws {
    retained = try RetainedTrace(trace, sites, hasFutures: hasFutures)
    traces = Array(repeating: trace.restarted, count: count)
    logWeights = .allocate(capacity: count)
    logFutures = .allocate(capacity: count)
    logWeights.initialize(repeating: 0)
    logFutures.initialize(repeating: 0)
  }

  deinit {
    logWeights.deallocate()
    logFutures.deallocate()
  }

  /// Whether all runs go on until the last of them ends, whatever the number of their scores.
  private var runsToTheEnd: Bool { retained.trace.isFinished && !retained.trace.keepsEnding }

  var isAtLastScore: Bool {
    let trace = retained.trace
    if traces.allSatisfy(\.isFinished) { return true }
    return runsToTheEnd ? !trace.isDynamic && advances + 1 >= trace.advances : advances >= trace.advances
  }

  func advance(key: RandomKey) throws -> Bool {
    let trace = retained.trace
    guard runsToTheEnd || advances < trace.advances, advances == 0 || !traces.allSatisfy(\.isFinished) else {
      if trace.keepsEnding { keepEnding() }
      return false
    }
    for i in traces.indices {
      let known = traces[i].addresses.count
      let given = i == 0 && !Mutation.isActive(.retainedRunLost) ? retained.all : retained.held
      let score = try traces[i].advance(key: key, lane: i, given: given)
      logWeights[i] += traces[i].logPrior(from: known, outside: retained.sites)
      if let score, trace.inverseTemperature > 0 { logWeights[i] += trace.inverseTemperature * score }
    }
    advances += 1
    return true
  }

  func computeFutures() throws {
    for i in traces.indices {
      logFutures[i] = logWeights[i] == -.infinity ? -.infinity : try retained.logFuture(after: traces[i])
    }
  }

  func resample(_ ancestors: UnsafeBufferPointer<Int>) { traces = ancestors.map { traces[$0] } }

  /// Makes it impossible that a run is chosen which has come to its end where the retained one has not, or the reverse.
  private func keepEnding() {
    for i in traces.indices where traces[i].isFinished != retained.trace.isFinished { logWeights[i] = -.infinity }
  }
}

/// The present run, as the others see it.
private struct RetainedTrace {
  let trace: Trace
  let sites: SiteSelection
  private let values: [TraceAddress: [Double]]
  /// What it draws after each advance, where ancestors are sampled.
  private var futures: [Set<TraceAddress>] = []

  init(_ trace: Trace, _ sites: SiteSelection, hasFutures: Bool) throws {
    (self.trace, self.sites, values) = (trace, sites, trace.valuesByAddress)
    guard hasFutures else { return }
    var run = trace.restarted
    var future = Set(values.keys)
    while run.advances < trace.advances {
      let values = values
      let known = run.addresses.count
      _ = try run.advance(key: RandomKey(seed: 0)) { values[$0] }
      future.subtract(run.addresses.dropFirst(known))
      futures.append(future)
    }
  }

  func all(_ address: TraceAddress) -> [Double]? { values[address] }
  func held(_ address: TraceAddress) -> [Double]? { sites.contains(address) ? nil : values[address] }

  /// The log density of the present run's future after another past; -infinity where it is not the future of that one.
  func logFuture(after past: Trace) throws -> Double {
    if Mutation.isActive(.retainedFutureIgnored) { return 0 }
    // The run has come to its end before: it has no future.
    if past.advances >= futures.count { return past.isFinished == trace.isFinished ? 0 : -.infinity }
    let future = futures[past.advances - 1]
    var (joined, isOwn) = (past, true)
    func given(_ address: TraceAddress) -> [Double]? {
      if future.contains(address) { return values[address] }
      isOwn = false
      return nil
    }
    while joined.advances < trace.advances, isOwn, joined.logScore > -.infinity {
      _ = try joined.advance(key: RandomKey(seed: 0), given: given)
    }
    guard isOwn, joined.addresses.count == past.addresses.count + future.count,
      joined.isFinished == trace.isFinished
    else { return -.infinity }
    let difference = joined.logDensity - past.logDensity
    return difference.isNaN ? -.infinity : difference
  }
}
