import NumericCore

/// A density and a metric as a Hamiltonian system: H(q, p) = -log density(q) + p' M^-1 p / 2.
///
/// One chain owns it. Nothing is allocated after `init`.
struct HamiltonianSystem<Density: DifferentiableLogDensity> {
  var evaluator: DensityEvaluator<Density>
  var metric: any Metric
  let dimension: Int
  private let pool: VectorPool
  private let velocity: UnsafeMutablePointer<Double>

  init(_ density: Density, metric: any Metric) {
    evaluator = DensityEvaluator(density)
    dimension = density.dimension
    self.metric = metric
    pool = VectorPool(dimension: dimension, vectors: 1)
    velocity = pool.take()
  }

  /// H at a point.
  func energy(_ point: PhasePoint) -> Double {
    (Mutation.isActive(.kineticEnergyDropped) ? 0 : metric.kineticEnergy(point.momentum, velocity: velocity))
      - point.logDensity
  }

  /// One leapfrog step of the given, signed size: half a kick, a drift, half a kick.
  mutating func leapfrog(_ point: inout PhasePoint, stepSize: Double) {
    let half = 0.5 * stepSize
    for i in 0..<dimension { point.momentum[i] += half * point.gradient[i] }
    metric.velocity(point.momentum, velocity)
    for i in 0..<dimension { point.position[i] += stepSize * velocity[i] }
    if Mutation.isActive(.gradientStale) { for i in 0..<dimension { point.momentum[i] += half * point.gradient[i] } }
    evaluator.evaluate(&point)
    if Mutation.isActive(.gradientStale) { return }
    for i in 0..<dimension { point.momentum[i] += half * point.gradient[i] }
  }
}

/// What a transition did.
public struct TransitionInfo: Sendable, Equatable {
  /// The mean Metropolis acceptance probability over the trajectory: what the step size is adapted by.
  public var acceptanceRate = 0.0
  public var leapfrogSteps = 0
  public var treeDepth = 0
  /// The energy error exceeded its threshold: the integrator left the trajectory.
  public var isDivergent = false
  /// H at the start of the trajectory.
  public var energy = 0.0
}

/// How a trajectory is integrated and a state drawn from it, leaving exp(-H) invariant.
protocol Trajectory {
  /// Moves `point` (its momentum freshly drawn).
  mutating func transition<D: DifferentiableLogDensity>(
    _ point: inout PhasePoint, _ system: inout HamiltonianSystem<D>, stepSize: Double, using stream: inout RandomStream
  ) -> TransitionInfo
}
