import NumericCore
import PPL

/// Particle Gibbs: a population whose first particle is the present run takes its choices anew, and one of its particles
/// becomes the run (conditional sequential Monte Carlo; Andrieu, Doucet and Holenstein, 'Particle Markov chain Monte Carlo
/// methods', 2010, section 4.5). It leaves the posterior invariant from two particles up.
///
///     GibbsSampler {
///       ParticleGibbs(particles: 20, over: .prefix("path/"))
///       ConditionalUpdate(of: ["phi", "sigma"], by: try SliceSampling())
///     }
///
/// With ancestor sampling (Lindsten, Jordan and Schoen, 'Particle Gibbs with ancestor sampling', 2014) the present run
/// chooses its past anew after each score, by the weights of all particles and the density of its own future after theirs.
/// That keeps early choices moving where the particles' paths have one ancestor. Sites that are not among `sites` are held:
/// what is static, as parameters are, is better moved by another kernel, since all of its values in a population are those
/// that were drawn before the first score.
///
/// It is a kernel on the values of a model's sites (`GibbsSampler`) and one on traces (`TraceMarkovChain`, `Rejuvenate`),
/// with the same meaning. Static models run with particles as lanes, others on traces.
///
/// Cost: particles x scores, twice that with ancestor sampling where the future of a run depends on its last draw alone, as
/// in a Markov chain whose state is drawn. Where it depends on more (a state that is a function of all draws before, static
/// sites that are not held), and on traces, ancestor sampling takes particles x scores^2.
public struct ParticleGibbs: Sendable {
  public var particles: Int
  /// What is drawn anew. The others keep their values.
  public var sites: SiteSelection
  public var samplesAncestors: Bool
  /// How the other particles get their ancestors, given that of the present run (Chopin and Singh, 'On particle Gibbs
  /// sampling', 2015).
  public var resampling: any ConditionalResamplingScheme
  /// Whether static models run on traces too: to compare both.
  package var staysOnTraces = false

  public init(
    particles: Int, over sites: SiteSelection = .all, samplesAncestors: Bool = true,
    resampling: any ConditionalResamplingScheme = .systematic
  ) {
    (self.particles, self.sites, self.samplesAncestors) = (particles, sites, samplesAncestors)
    self.resampling = resampling
  }

  static let moveName = "particle Gibbs"

  /// Runs a population from the beginning to the end.
  ///
  /// - Returns: the particle whose path is the next run.
  func sweep(_ runs: some ConditionalRuns, key: RandomKey) throws -> Int {
    var stream = RandomStream(key.child("ancestors"))
    let (advances, resamplings, count) = (key.child("advance"), key.child("resampling"), particles)
    return try withUnsafeTemporaryAllocation(of: Double.self, capacity: count) { weights in
      try withUnsafeTemporaryAllocation(of: Int.self, capacity: count) { ancestors in
        weights.initialize(repeating: 0)
        ancestors.initialize(repeating: 0)
        let logWeights = runs.logWeights
        var advance: UInt64 = 0
        while try runs.advance(key: advances.child(advance)) {
          advance += 1
          if runs.isAtLastScore { continue }
          let own = try ancestorOfRetained(runs, weights, using: &stream)
          try LogWeights.normalize(UnsafeBufferPointer(logWeights), into: weights)
          let place = try resampling.resample(
            weights: UnsafeBufferPointer(weights), retaining: own, into: ancestors, key: resamplings.child(advance))
          ancestors.swapAt(place, 0)
          if Mutation.isActive(.retainedLaneResampled) { ancestors[0] = try stream.categorical(weights: UnsafeBufferPointer(weights)) }
          try runs.resample(UnsafeBufferPointer(ancestors))
          logWeights.update(repeating: 0)
        }
        return try stream.categorical(logWeights: UnsafeBufferPointer(logWeights))
      }
    }
  }

  /// The particle whose past the present run takes.
  ///
  /// - Parameter room: for a number for each particle.
  private func ancestorOfRetained(
    _ runs: some ConditionalRuns, _ room: UnsafeMutableBufferPointer<Double>, using stream: inout RandomStream
  ) throws -> Int {
    guard samplesAncestors else { return 0 }
    try runs.computeFutures()
    for i in room.indices {
      room[i] = runs.logWeights[i] == -.infinity ? -.infinity : runs.logWeights[i] + runs.logFutures[i]
    }
    return try stream.categorical(logWeights: UnsafeBufferPointer(room))
  }
}

/// N runs that go from score to score, of which the first takes the choices of the retained run.
protocol ConditionalRuns: AnyObject {
  /// The logarithms of the weights, which scores are added to.
  var logWeights: UnsafeMutableBufferPointer<Double> { get }
  /// For each run, the log density of what the retained run has yet to do after its past, up to a constant.
  var logFutures: UnsafeMutableBufferPointer<Double> { get }
  /// Whether no run scores again for certain.
  var isAtLastScore: Bool { get }
  /// Runs on to the next score; false where there was none before the end.
  func advance(key: RandomKey) throws -> Bool
  func computeFutures() throws
  func resample(_ ancestors: UnsafeBufferPointer<Int>) throws
}

extension ConditionalPopulation: ConditionalRuns {
  var isAtLastScore: Bool { scores == scoreCount }
}
