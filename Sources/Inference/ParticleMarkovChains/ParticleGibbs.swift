import Foundation
import NumericCore
import PPL

/// Particle Gibbs: a population whose first particle is the present run takes its choices anew, and one of its particles
/// becomes the run (conditional sequential Monte Carlo; Andrieu, Doucet and Holenstein, 'Particle Markov chain Monte Carlo
/// methods', 2010, section 4.5). It leaves the posterior invariant from two particles up.
///
///     TraceMarkovChain {
///       ParticleGibbs(particles: 50, over: .prefix("x"))
///       SingleSiteSlice(over: ["phi", "sigma"])
///     }
///
/// With ancestor sampling (Lindsten, Jordan and Schoen, 'Particle Gibbs with ancestor sampling', 2014) the present run
/// chooses its past anew after each score, by the weights of all particles and the density of its own future after theirs.
/// That keeps early choices moving where the particles' paths have one ancestor; sites that are not among `sites` are held.
///
/// Cost: particles x scores; with ancestor sampling particles x scores^2, since each past is joined with the whole future.
public struct ParticleGibbs: TraceKernel {
  public var particles: Int
  /// What is drawn anew. The others keep their values; they should be drawn before the first score.
  public var sites: SiteSelection
  public var samplesAncestors: Bool

  public init(particles: Int, over sites: SiteSelection = .all, samplesAncestors: Bool = true) {
    (self.particles, self.sites, self.samplesAncestors) = (particles, sites, samplesAncestors)
  }

  /// - Throws: `InferenceError.invalidSetting` for fewer than two particles; `ModelError`.
  public func move(_ trace: inout Trace, key: RandomKey) throws -> MoveTally {
    try checkCount("particles", particles, from: 2)
    let retained = try Retained(trace, sites, hasFutures: samplesAncestors)
    var traces = Array(repeating: trace.restarted, count: particles)
    var logWeights = Array(repeating: 0.0, count: particles)
    var stream = RandomStream(key.child("ancestors"))
    for advance in 0..<max(trace.advances, 1) {
      let key = key.child("advance").child(UInt64(advance))
      let temperature = trace.inverseTemperature
      for i in traces.indices {
        let given = i == 0 && !Mutation.isActive(.retainedRunLost) ? retained.all : retained.held
        guard let score = try traces[i].advance(key: key, lane: i, given: given), temperature > 0 else { continue }
        logWeights[i] += temperature * score
      }
      guard advance + 1 < trace.advances, !traces.allSatisfy(\.isFinished) else { continue }
      let own = samplesAncestors ? try retained.ancestor(among: traces, logWeights, using: &stream) : 0
      let others = try traces.indices.dropFirst().map { _ in try stream.categorical(logWeights: logWeights) }
      traces = ([own] + others).map { traces[$0] }
      logWeights = Array(repeating: 0, count: particles)
    }
    if trace.keepsEnding {
      for i in traces.indices where traces[i].isFinished != trace.isFinished { logWeights[i] = -.infinity }
    }
    let chosen = try stream.categorical(logWeights: logWeights)
    let before = trace
    trace = traces[chosen]
    return MoveTally("particle Gibbs", isAccepted: trace.valuesByAddress != before.valuesByAddress)
  }

  /// The present run, as the others see it.
  private struct Retained {
    private let values: [TraceAddress: [Double]]
    private let sites: SiteSelection
    private let advances: Int
    /// What it draws after each advance, where ancestors are sampled.
    private var futures: [Set<TraceAddress>] = []

    init(_ trace: Trace, _ sites: SiteSelection, hasFutures: Bool) throws {
      (values, self.sites, advances) = (trace.valuesByAddress, sites, trace.advances)
      guard hasFutures else { return }
      var run = trace.restarted
      var future = Set(values.keys)
      while run.advances < advances {
        let values = values
        let known = run.addresses.count
        _ = try run.advance(key: RandomKey(seed: 0)) { values[$0] }
        future.subtract(run.addresses.dropFirst(known))
        futures.append(future)
      }
    }

    func all(_ address: TraceAddress) -> [Double]? { values[address] }
    func held(_ address: TraceAddress) -> [Double]? { sites.contains(address) ? nil : values[address] }

    /// The particle whose past the present run takes.
    func ancestor(
      among traces: [Trace], _ logWeights: [Double], using stream: inout RandomStream
    ) throws -> Int {
      let joined = try zip(traces, logWeights).map { trace, logWeight in
        logWeight == -.infinity ? logWeight : logWeight + (try logFuture(after: trace))
      }
      return try stream.categorical(logWeights: joined)
    }

    /// The log density of the present run's future after another past; -infinity where it is not the future of that one.
    private func logFuture(after past: Trace) throws -> Double {
      if Mutation.isActive(.retainedFutureIgnored) { return 0 }
      let future = futures[past.advances - 1]
      var (trace, isOwn) = (past, true)
      func given(_ address: TraceAddress) -> [Double]? {
        if future.contains(address) { return values[address] }
        isOwn = false
        return nil
      }
      while trace.advances < advances, isOwn, trace.logScore > -.infinity {
        _ = try trace.advance(key: RandomKey(seed: 0), given: given)
      }
      guard isOwn, trace.addresses.count == past.addresses.count + future.count else { return -.infinity }
      let difference = trace.logDensity - past.logDensity
      return difference.isNaN ? -.infinity : difference
    }
  }
}
