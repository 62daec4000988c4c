import NumericCore

/// What one chain drew, on the unconstrained space.
public struct ChainDraws: Sendable {
  /// Draw after draw: coordinate i of draw d is `positions[d * dimension + i]`.
  public var positions: [Double] = []
  public var logDensities: [Double] = []
  public var infos: [TransitionInfo] = []
  public var stepSize = 0.0
  /// The diagonal of M^-1 after warm-up.
  public var inverseMetric: [Double] = []
  public var count: Int { infos.count }
  /// False where the run was cancelled before the last draw.
  public var isComplete = false
  /// The energies' sequence, from which E-BFMI is computed.
  public var energies: [Double] { infos.map(\.energy) }
}

/// The settings that HMC and NUTS share.
struct HamiltonianSettings: Sendable {
  var warmup: Int
  var draws: Int
  var thinning: Int
  var targetAcceptance: Double
  var metric: MetricKind
  var initialStepSize: Double
}

/// Runs one chain from a position: warm-up with adaptation, then draws.
///
/// - Throws: `InferenceError.invalidStart` where the density is not finite at the start.
func runHamiltonianChain<Density: DifferentiableLogDensity, T: Trajectory>(
  _ density: Density, _ trajectory: T, _ settings: HamiltonianSettings, start: [Double], key: RandomKey, chain: Int,
  chains: Int, progress: ProgressHandler?
) async throws -> ChainDraws {
  var trajectory = trajectory
  let dimension = density.dimension
  var system = HamiltonianSystem(density, metric: DiagonalMetric(dimension: dimension))
  let pool = VectorPool(dimension: dimension, vectors: 6)
  var (point, scratch) = (PhasePoint(pool), PhasePoint(pool))
  for i in 0..<dimension { point.position[i] = start[i] }
  system.evaluator.evaluate(&point)
  guard point.logDensity.isFinite, (0..<dimension).allSatisfy({ point.gradient[$0].isFinite }) else {
    throw InferenceError.invalidStart(chain: chain, logDensity: point.logDensity)
  }
  var result = ChainDraws()
  // A longer run's room grows with its draws: it may be cancelled before the memory for all of them is needed.
  result.positions.reserveCapacity(min(dimension * settings.draws, 1 << 20))
  var stream = RandomStream(key)
  guard dimension > 0 else {
    while result.count < settings.draws, !Task.isCancelled {
      result.infos.append(TransitionInfo(acceptanceRate: 1))
      result.logDensities.append(point.logDensity)
    }
    result.isComplete = result.count == settings.draws
    return result
  }

  let schedule = WarmupSchedule(iterations: settings.warmup)
  var stepSize = system.reasonableStepSize(
    from: point, start: settings.initialStepSize, scratch: &scratch, using: &stream)
  var averaging = DualAveraging(target: settings.targetAcceptance, stepSize: stepSize)
  var estimate = CovarianceEstimate(dimension: dimension, isDense: settings.metric == .dense)
  var windowEnds = schedule.windowEnds[...]
  var divergences = 0
  let total = settings.warmup + settings.draws * settings.thinning
  let clock = ContinuousClock()
  var lastReport = clock.now

  for iteration in 0..<total {
    if iteration % 16 == 0 {
      if Task.isCancelled { break }
      await Task.yield()
    }
    system.metric.drawMomentum(point.momentum, using: &stream)
    let before = point.logDensity
    let info = trajectory.transition(&point, &system, stepSize: stepSize, using: &stream)
    let isLost = Mutation.isActive(.rejectedTrajectoryDropped) && point.logDensity == before
    if iteration < settings.warmup {
      averaging.update(acceptanceRate: info.acceptanceRate)
      stepSize = averaging.stepSize
      let isSlow = iteration >= schedule.initialBuffer && iteration < settings.warmup - schedule.finalBuffer
      if isSlow && settings.metric != .unit { estimate.add(point.position) }
      if iteration == windowEnds.first {
        windowEnds.removeFirst()
        if settings.metric != .unit {
          system.metric = try estimate.metric()
          estimate.reset()
        }
        stepSize = system.reasonableStepSize(from: point, start: stepSize, scratch: &scratch, using: &stream)
        averaging.restart(from: stepSize)
      }
      if iteration == settings.warmup - 1 { stepSize = averaging.averaged }
    } else {
      divergences += info.isDivergent ? 1 : 0
      if (iteration - settings.warmup + 1) % settings.thinning == 0, !isLost {
        result.positions.append(contentsOf: UnsafeBufferPointer(start: point.position, count: dimension))
        result.logDensities.append(point.logDensity)
        result.infos.append(info)
      }
    }
    if let progress, iteration + 1 == total || lastReport.duration(to: clock.now) > .milliseconds(50) {
      lastReport = clock.now
      progress(
        SamplingProgress(
          chain: chain, chains: chains, iteration: iteration + 1, iterations: total,
          phase: iteration < settings.warmup ? .warmup : .sampling, divergences: divergences))
    }
  }
  result.stepSize = stepSize
  result.inverseMetric = system.metric.inverseDiagonal
  result.isComplete = result.count == settings.draws
  return result
}
