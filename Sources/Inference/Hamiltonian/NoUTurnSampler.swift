import NumericCore

/// The no-U-turn sampler with Stan's windowed warm-up: for any differentiable log density.
///
/// Each chain has its own child of the run's key: the same seed gives the same draws, however many threads there are.
public struct NoUTurnSampler: Sendable {
  public var chains: Int
  public var warmup: Int
  public var draws: Int
  /// Keep one draw of this many.
  public var thinning: Int
  /// The mean acceptance probability that the step size is adapted to.
  public var targetAcceptance: Double
  /// A trajectory has at most 2^maximumTreeDepth steps.
  public var maximumTreeDepth: Int
  public var metric: MetricKind
  /// Where the search for a step size begins.
  public var initialStepSize: Double
  /// The number of chains that run at once; nil: all.
  public var concurrentChains: Int?

  public init(
    chains: Int = 4, warmup: Int = 1000, draws: Int = 1000, thinning: Int = 1, targetAcceptance: Double = 0.8,
    maximumTreeDepth: Int = 10, metric: MetricKind = .diagonal, initialStepSize: Double = 1,
    concurrentChains: Int? = nil
  ) {
    self.chains = chains
    self.warmup = warmup
    self.draws = draws
    self.thinning = thinning
    self.targetAcceptance = targetAcceptance
    self.maximumTreeDepth = maximumTreeDepth
    self.metric = metric
    self.initialStepSize = initialStepSize
    self.concurrentChains = concurrentChains
  }

  /// Draws from a density.
  ///
  /// - Parameters:
  ///   - starts: an unconstrained position for each chain.
  ///   - progress: is told now and then how far the chains have come.
  /// - Returns: a result for each chain. Where the task is cancelled, what was drawn until then.
  /// - Throws: `InferenceError` where a setting is out of range or a start has no finite density.
  public func sample<Density: DifferentiableLogDensity>(
    _ density: Density, from starts: [[Double]], key: RandomKey, progress: ProgressHandler? = nil
  ) async throws -> [ChainDraws] {
    try checkHamiltonianSettings(
      settings, chains: chains, concurrentChains: concurrentChains, starts: starts, dimension: density.dimension)
    guard maximumTreeDepth >= 1, maximumTreeDepth <= 30 else {
      throw InferenceError.invalidSetting(
        name: "maximumTreeDepth", value: Double(maximumTreeDepth), expected: "1 to 30")
    }
    let (settings, depth, chains) = (settings, maximumTreeDepth, chains)
    return try await runChains(chains, limit: concurrentChains) { chain in
      try await runHamiltonianChain(
        density, NoUTurnTrajectory(dimension: density.dimension, maximumDepth: depth), settings,
        start: starts[chain], key: key.child(UInt64(chain)), chain: chain, chains: chains, progress: progress)
    }
  }

  private var settings: HamiltonianSettings {
    HamiltonianSettings(
      warmup: warmup, draws: draws, thinning: thinning, targetAcceptance: targetAcceptance, metric: metric,
      initialStepSize: initialStepSize)
  }
}

/// Hamiltonian Monte Carlo with trajectories of a random integration time, adapted like `NoUTurnSampler`.
public struct HamiltonianMonteCarlo: Sendable {
  public var chains: Int
  public var warmup: Int
  public var draws: Int
  /// The mean integration time of a trajectory, in units in which the adapted posterior has unit scale.
  public var trajectoryLength: Double
  /// Each trajectory's time is uniform between (1 - jitter) and (1 + jitter) times its mean; 0 is a fixed time, which
  /// leaves directions unmixed of which it is a period.
  public var jitter: Double
  public var targetAcceptance: Double
  public var metric: MetricKind
  public var initialStepSize: Double
  public var concurrentChains: Int?

  public init(
    chains: Int = 4, warmup: Int = 1000, draws: Int = 1000, trajectoryLength: Double = .pi / 2, jitter: Double = 0.5,
    targetAcceptance: Double = 0.8, metric: MetricKind = .diagonal, initialStepSize: Double = 1,
    concurrentChains: Int? = nil
  ) {
    self.chains = chains
    self.warmup = warmup
    self.draws = draws
    self.trajectoryLength = trajectoryLength
    self.jitter = jitter
    self.targetAcceptance = targetAcceptance
    self.metric = metric
    self.initialStepSize = initialStepSize
    self.concurrentChains = concurrentChains
  }

  /// Draws from a density, as `NoUTurnSampler.sample`.
  public func sample<Density: DifferentiableLogDensity>(
    _ density: Density, from starts: [[Double]], key: RandomKey, progress: ProgressHandler? = nil
  ) async throws -> [ChainDraws] {
    let settings = HamiltonianSettings(
      warmup: warmup, draws: draws, thinning: 1, targetAcceptance: targetAcceptance, metric: metric,
      initialStepSize: initialStepSize)
    try checkHamiltonianSettings(
      settings, chains: chains, concurrentChains: concurrentChains, starts: starts, dimension: density.dimension)
    guard trajectoryLength > 0, trajectoryLength < .infinity else {
      throw InferenceError.invalidSetting(name: "trajectoryLength", value: trajectoryLength, expected: "> 0")
    }
    guard jitter >= 0, jitter <= 1 else {
      throw InferenceError.invalidSetting(name: "jitter", value: jitter, expected: "0 to 1")
    }
    let (length, jitter, chains) = (trajectoryLength, jitter, chains)
    return try await runChains(chains, limit: concurrentChains) { chain in
      try await runHamiltonianChain(
        density, StaticTrajectory(dimension: density.dimension, time: length, jitter: jitter), settings, start: starts[chain],
        key: key.child(UInt64(chain)), chain: chain, chains: chains, progress: progress)
    }
  }
}

/// Throws where a setting is out of range.
func checkHamiltonianSettings(
  _ settings: HamiltonianSettings, chains: Int, concurrentChains: Int?, starts: [[Double]], dimension: Int
) throws(InferenceError) {
  func check(_ name: String, _ value: Double, _ isValid: Bool, _ expected: String) throws(InferenceError) {
    if !isValid { throw .invalidSetting(name: name, value: value, expected: expected) }
  }
  try checkChainCount(chains)
  if let limit = concurrentChains { try checkCount("concurrentChains", limit, to: .max) }
  try checkCount("warmup", settings.warmup, from: 0, to: mostIterations)
  try checkCount("draws", settings.draws, to: min(mostIterations, Int.max / max(dimension, 1)))
  try checkCount("thinning", settings.thinning, to: mostIterations)
  let target = settings.targetAcceptance
  try check("targetAcceptance", target, target > 0 && target < 1, "between 0 and 1")
  let step = settings.initialStepSize
  try check("initialStepSize", step, step > 0 && step < .infinity, "> 0")
  guard starts.count == chains else { throw .wrongStartCount(count: starts.count, expected: chains) }
  for start in starts {
    try check("the number of coordinates of a start", Double(start.count), start.count == dimension, "\(dimension)")
  }
}
