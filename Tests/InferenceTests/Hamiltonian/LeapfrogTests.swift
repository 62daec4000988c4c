import Foundation
import Inference
import NumericCore
import Testing

/// The integrator, seen through static trajectories of known steps.
@Suite struct LeapfrogTests {
  /// On a normal law a step is linear. The energy tells the momentum up to its sign, so a transition's end and
  /// acceptance probability are known.
  @Test(arguments: [(0.3, 4), (1.1, 1), (1.7, 3)]) func aTransitionOfANormalLawIsKnown(
    stepSize: Double, steps: Int
  ) async throws {
    let scale = 1.25
    let density = Gaussian(means: [0], scales: [scale])
    let start = 0.8
    let chains = try await HamiltonianMonteCarlo(
      chains: 2000, warmup: 0, draws: 1, trajectoryLength: stepSize * Double(steps), jitter: 0,
      initialStepSize: stepSize / 2
    ).sample(
      KnownStepSize(base: density), from: Array(repeating: [start], count: 2000), key: RandomKey(seed: 3))
    var (excess, variance) = (0.0, 0.0)
    for chain in chains {
      let info = chain.infos[0]
      #expect(info.leapfrogSteps == steps && chain.stepSize == stepSize)
      let speed = (2 * info.energy - start * start / (scale * scale)).squareRoot()
      let ends = [-speed, speed].map { momentum in
        var (q, p) = (start, momentum)
        for _ in 0..<steps {
          p -= 0.5 * stepSize * q / (scale * scale)
          q += stepSize * p
          p -= 0.5 * stepSize * q / (scale * scale)
        }
        return (position: q, rate: min(1, exp(info.energy - 0.5 * (q * q / (scale * scale) + p * p))))
      }
      let end = chain.positions[0]
      #expect(end == start || ends.contains { abs($0.position - end) < 1e-10 })
      #expect(ends.contains { abs($0.rate - info.acceptanceRate) < 1e-10 })
      excess += (end == start ? 0 : 1) - info.acceptanceRate
      variance += info.acceptanceRate * (1 - info.acceptanceRate)
    }
    #expect(abs(excess) < 4.5 * variance.squareRoot())
  }

  /// Half the step, a quarter of the energy error: the order is 2, on a law whose forces are not linear.
  @Test func theEnergyErrorIsOfSecondOrder() async throws {
    let quartic = KnownStepSize(base: OnTheLine { x in (-0.25 * x * x * x * x, -x * x * x) })
    func transitions(_ stepSize: Double) async throws -> [TransitionInfo] {
      try await HamiltonianMonteCarlo(
        chains: 400, warmup: 0, draws: 1, trajectoryLength: 0.8, jitter: 0, initialStepSize: stepSize / 2
      ).sample(quartic, from: Array(repeating: [1], count: 400), key: RandomKey(seed: 5)).map { $0.infos[0] }
    }
    let (coarse, fine) = (try await transitions(0.02), try await transitions(0.01))
    var compared = 0
    for (a, b) in zip(coarse, fine) {
      #expect(a.energy == b.energy)
      guard a.acceptanceRate < 1 - 1e-6, b.acceptanceRate < 1 - 1e-6 else { continue }
      compared += 1
      #expect(abs(log(a.acceptanceRate) / log(b.acceptanceRate) - 4) < 0.1)
    }
    #expect(compared > 50)
  }
}
