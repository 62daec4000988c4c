import NumericCore
import PPL

/// A sequential Monte Carlo sampler from a model's prior to its posterior, through prior * likelihood^beta: particles are
/// weighted, resampled and moved at each inverse temperature (Del Moral, Doucet and Jasra, 'Sequential Monte Carlo
/// samplers', 2006, section 3.3.2.3).
///
///     let smc = TemperedSequentialMonteCarlo(particles: 1_000, islands: 4, kernel: try RandomWalkMetropolis().repeated(10))
///     let posterior = try await smc.run(model, seed: 1)
///
/// A kernel that adapts takes its covariance from the weighted particles at each inverse temperature. The evidence estimate
/// is unbiased where schedule and kernel are given before; where they adapt it is consistent, and the result says so. The
/// same seed gives the same result on any number of cores.
public struct TemperedSequentialMonteCarlo: Sendable {
  /// The number of particles of an island.
  public var particles: Int
  public var islands: Int
  public var kernel: any PositionKernel
  public var schedule: TemperingSchedule
  public var resampling: any ResamplingScheme

  public init(
    particles: Int, islands: Int = 1, kernel: some PositionKernel,
    schedule: TemperingSchedule = .adaptive(effectiveSampleFraction: 0.5),
    resampling: some ResamplingScheme = SystematicResampling()
  ) {
    (self.particles, self.islands, self.kernel) = (particles, islands, kernel)
    (self.schedule, self.resampling) = (schedule, resampling)
  }

  /// - Parameter progress: is told after each inverse temperature, from the islands' tasks.
  /// - Throws: `ModelError`; `InferenceError` for a setting out of its range; `CancellationError`.
  public func run<Value>(
    _ model: Model<Value>, seed: UInt64, progress: TemperingProgressHandler? = nil
  ) async throws -> TemperedPosterior {
    try await TemperedRun(
      chains: particles, length: 1, islands: islands, kernel: kernel, schedule: schedule, resampling: resampling
    ).run(model, seed: seed, progress: progress)
  }
}

/// Tempering that keeps every state of its chains: of M = `chains` resampled particles each is moved P - 1 times, P =
/// `length`, and all M P states are the next population (Dau and Chopin, 'Waste-free sequential Monte Carlo', 2022,
/// algorithm 4). The kernel is a single move.
public struct WasteFreeSequentialMonteCarlo: Sendable {
  public var chains: Int
  /// The number of states of a chain, the first one included.
  public var length: Int
  public var islands: Int
  public var kernel: any PositionKernel
  public var schedule: TemperingSchedule
  public var resampling: any ResamplingScheme

  public init(
    chains: Int, length: Int, islands: Int = 1, kernel: some PositionKernel = RandomWalkMetropolis(),
    schedule: TemperingSchedule = .adaptive(effectiveSampleFraction: 0.5),
    resampling: some ResamplingScheme = SystematicResampling()
  ) {
    (self.chains, self.length, self.islands, self.kernel) = (chains, length, islands, kernel)
    (self.schedule, self.resampling) = (schedule, resampling)
  }

  /// - Parameter progress: is told after each inverse temperature, from the islands' tasks.
  /// - Throws: as `TemperedSequentialMonteCarlo.run`.
  public func run<Value>(
    _ model: Model<Value>, seed: UInt64, progress: TemperingProgressHandler? = nil
  ) async throws -> TemperedPosterior {
    try checkCount("length", length, from: 2)
    return try await TemperedRun(
      chains: chains, length: length, islands: islands, kernel: kernel, schedule: schedule, resampling: resampling
    ).run(model, seed: seed, progress: progress)
  }
}
