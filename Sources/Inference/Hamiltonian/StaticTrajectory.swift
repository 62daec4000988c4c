import Foundation
import NumericCore

/// A trajectory whose integration time is uniform around a mean, its end accepted with probability min(1, exp(-error))
/// (Duane et al. 1987). A fixed time would be a period, or half of one, of some direction, which then would not mix
/// (Neal 2011, section 3.2).
struct StaticTrajectory: Trajectory {
  /// The mean integration time; the number of steps is the time over the step size, at least 1.
  var time: Double
  /// The time is uniform between (1 - jitter) and (1 + jitter) times its mean.
  var jitter: Double
  private let pool: VectorPool
  private var proposal: PhasePoint

  init(dimension: Int, time: Double, jitter: Double) {
    (self.time, self.jitter) = (time, jitter)
    pool = VectorPool(dimension: dimension, vectors: 3)
    proposal = PhasePoint(pool)
  }

  mutating func transition<D: DifferentiableLogDensity>(
    _ point: inout PhasePoint, _ system: inout HamiltonianSystem<D>, stepSize: Double, using stream: inout RandomStream
  ) -> TransitionInfo {
    let initialEnergy = system.energy(point)
    let steps = Int(max(1, min((time * (1 + jitter * (2 * stream.uniform() - 1)) / stepSize).rounded(), 1e6)))
    proposal.copy(point, system.dimension)
    for _ in 0..<steps { system.leapfrog(&proposal, stepSize: stepSize) }
    let energy = system.energy(proposal)
    let rate = energy.isNaN ? 0 : min(1, exp(initialEnergy - energy))
    if stream.uniform() < rate || Mutation.isActive(.metropolisDropped) { point.copy(proposal, system.dimension) }
    return TransitionInfo(
      acceptanceRate: rate, leapfrogSteps: steps, treeDepth: 0,
      isDivergent: energy.isNaN || energy - initialEnergy > 1000, energy: initialEnergy)
  }
}
