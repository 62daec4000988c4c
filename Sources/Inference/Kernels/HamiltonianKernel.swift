import Foundation
import NumericCore

/// Hamiltonian Monte Carlo with a step size that is given, and an integration time that is uniform around its mean (Duane
/// et al., 'Hybrid Monte Carlo', 1987; Neal, 'MCMC using Hamiltonian dynamics', 2011).
///
/// It needs a `DifferentiableLogDensity`, as every compiled model is. Walkers take their trajectories one after the other.
public struct HamiltonianKernel: PositionKernel {
  public let stepSize: Double
  private let time: Double
  private let jitter: Double
  private let given: DiagonalMetric?
  private var learned: DiagonalMetric?

  /// - Parameters:
  ///   - stepSize: in units in which the target has unit scale, as far as the metric knows it.
  ///   - time: the mean integration time.
  ///   - jitter: the time is uniform between (1 - jitter) and (1 + jitter) times its mean.
  ///   - inverseMetric: the diagonal of M^-1, an estimate of the target's variances; nil: those of particles,
  ///     and 1 before that.
  /// - Throws: `InferenceError.invalidSetting` for a number out of its range.
  public init(
    stepSize: Double, time: Double = .pi / 2, jitter: Double = 0.5, inverseMetric: [Double]? = nil
  ) throws(InferenceError) {
    for (name, value) in [("stepSize", stepSize), ("time", time)] + (inverseMetric ?? []).map({ ("inverseMetric", $0) })
    where !(value > 0 && value < .infinity) {
      throw .invalidSetting(name: name, value: value, expected: "> 0 and finite")
    }
    guard jitter >= 0, jitter <= 1 else { throw .invalidSetting(name: "jitter", value: jitter, expected: "0 to 1") }
    (self.stepSize, self.time, self.jitter) = (stepSize, time, jitter)
    given = inverseMetric.map { DiagonalMetric(inverse: $0) }
  }

  public var adapts: Bool { given == nil }

  public mutating func adapt(to moments: PositionMoments) {
    guard adapts else { return }
    learned = DiagonalMetric(inverse: moments.covariance.diagonal.map { $0 > 0 ? $0 : 1 })
  }

  public func step(_ block: PositionBlock, key: RandomKey) throws -> Acceptance {
    let hamiltonian = try block.hamiltonianSystem()
    let metric = given ?? learned ?? DiagonalMetric(dimension: block.dimension)
    try block.require("HamiltonianKernel", dimension: metric.dimension)
    let rates = block.room(0)
    var stream = RandomStream(key)
    hamiltonian.prepare(metric, time: time, jitter: jitter, inverseTemperature: block.inverseTemperature)
    for l in 0..<block.lanes { rates[l] = hamiltonian.move(l, block, stepSize: stepSize, using: &stream) }
    block.evaluateProposals()
    for l in 0..<block.lanes { block.accept(l) }
    return Acceptance(sum: (0..<block.count).reduce(0) { $0 + rates[$1] }, count: block.count)
  }
}

/// The Hamiltonian system of a block's density, for one walker after the other.
final class BlockHamiltonian {
  private let density: BlockDensity
  private var system: HamiltonianSystem<BlockDensity>
  private var trajectory: StaticTrajectory
  private let pool: VectorPool
  private var point: PhasePoint

  init(_ evaluator: any GradientEvaluator) {
    density = BlockDensity(evaluator)
    system = HamiltonianSystem(density, metric: DiagonalMetric(dimension: density.dimension))
    trajectory = StaticTrajectory(dimension: density.dimension, time: 1, jitter: 0)
    pool = VectorPool(dimension: density.dimension, vectors: 3)
    point = PhasePoint(pool)
  }

  func prepare(_ metric: DiagonalMetric, time: Double, jitter: Double, inverseTemperature: Double) {
    system.metric = metric
    (trajectory.time, trajectory.jitter) = (time, jitter)
    density.inverseTemperature = inverseTemperature
  }

  /// Writes where a lane's walker goes to its proposal. It stays where its density is 0.
  ///
  /// - Returns: the probability that the end of the trajectory was accepted.
  func move(_ lane: Int, _ block: PositionBlock, stepSize: Double, using stream: inout RandomStream) -> Double {
    let (n, lanes) = (block.dimension, block.lanes)
    for i in 0..<n { point.position[i] = block.state.positions[i * lanes + lane] }
    system.evaluator.evaluate(&point)
    system.metric.drawMomentum(point.momentum, using: &stream)
    let info = trajectory.transition(&point, &system, stepSize: stepSize, using: &stream)
    for i in 0..<n { block.proposal.positions[i * lanes + lane] = point.position[i] }
    return info.acceptanceRate
  }
}

/// A block's density at its inverse temperature, as Hamiltonian systems take it. One task's, as the block is.
private final class BlockDensity: DifferentiableLogDensity, @unchecked Sendable {
  private let evaluator: any GradientEvaluator
  var inverseTemperature = 1.0

  init(_ evaluator: any GradientEvaluator) { self.evaluator = evaluator }

  var dimension: Int { evaluator.dimension }

  func logDensity(at position: Span<Double>, workspace: inout Void) -> Double {
    preconditionFailure("trajectories take gradients")
  }

  func logDensity(at position: Span<Double>, gradient: inout MutableSpan<Double>, workspace: inout Void) -> Double {
    evaluator.evaluate(position, &gradient, inverseTemperature: inverseTemperature)
  }
}
