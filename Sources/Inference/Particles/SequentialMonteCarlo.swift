import Foundation
import NumericCore
import PPL

/// Sequential Monte Carlo: a population of runs goes from score to score, and after each the kernels are applied, in
/// order (Del Moral, Doucet and Jasra, 'Sequential Monte Carlo samplers', 2006; as finish . (advance . kernels)^k . spawn in
/// Scibior et al., 'Denotational validation of higher-order Bayesian inference', 2018).
///
///     let smc = SequentialMonteCarlo(particles: 1_000) {
///       Resample(.systematic, when: .effectiveSampleFraction(below: 0.5))
///     }
///     let posterior = try await smc.run(model, seed: 1)
///
/// It takes any program. Without kernels it is importance sampling. The evidence estimate is unbiased, whatever the number
/// of particles, the rule and the scheme; its logarithm is biased low. The same seed gives the same result on any number of
/// cores.
public struct SequentialMonteCarlo: Sendable {
  public var particles: Int
  /// Whether the draws of latents in scans are kept: memory for each step of each particle.
  public var recordsSteps: Bool
  public var kernels: [any PopulationKernel]

  public init(
    particles: Int, recordsSteps: Bool = false,
    @PopulationKernelBuilder _ kernels: () -> [any PopulationKernel] = { [] }
  ) {
    (self.particles, self.recordsSteps, self.kernels) = (particles, recordsSteps, kernels())
  }

  /// - Throws: `ModelError`; `InferenceError` for fewer than one particle or a wrong setting of a kernel;
  ///   `CancellationError` where the task is cancelled before the end.
  public func run<Value>(_ model: Model<Value>, seed: UInt64) async throws -> ParticlePosterior {
    try await run(PopulationProgram(model, recordsSteps: recordsSteps), key: RandomKey(seed: seed))
  }

  /// The same with a program that was prepared before.
  public func run(_ program: PopulationProgram, key: RandomKey) async throws -> ParticlePosterior {
    guard particles >= 1 else {
      throw InferenceError.invalidSetting(name: "particles", value: Double(particles), expected: ">= 1")
    }
    let population = try program.population(particles, key: key.child("population"))
    var steps: [ParticleStep] = []
    while try population.advance() != nil {
      try Task.checkCancellation()
      let (weights, resamplings) = (PopulationWeights(population), population.ancestors.count)
      for (number, kernel) in kernels.enumerated() {
        try kernel.apply(
          to: population, key: key.child("kernel").child(UInt64(population.scores)).child(UInt64(number)))
      }
      steps.append(
        ParticleStep(weights, ancestors: population.ancestors.count > resamplings ? population.ancestors.last : nil))
    }
    return ParticlePosterior(
      WeightedPosterior(
        draws: try population.values(), logWeights: population.logWeights.map { $0 + log(Double(particles)) }),
      steps: steps, ancestors: population.ancestors)
  }
}
