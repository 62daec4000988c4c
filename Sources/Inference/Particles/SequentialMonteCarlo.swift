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
/// of particles, the rule and the scheme; its logarithm is biased low. Several islands, populations that know nothing of
/// each other, tell the error of the estimate by their spread. The same seed gives the same result on any number of cores.
public struct SequentialMonteCarlo: Sendable {
  /// The number of particles of an island.
  public var particles: Int
  public var islands: Int
  /// Whether the draws of latents in scans are kept: memory for each step of each particle.
  public var recordsSteps: Bool
  /// Whether runs keep latents as distributions as long as data are conjugate to them (`PopulationProgram`): the same
  /// posterior and evidence, with less variance. Kernels that move runs do not go with it.
  public var delaysSampling: Bool
  public var kernels: [any PopulationKernel]

  public init(
    particles: Int, islands: Int = 1, recordsSteps: Bool = false, delaysSampling: Bool = false,
    @PopulationKernelBuilder _ kernels: () -> [any PopulationKernel] = { [] }
  ) {
    (self.particles, self.islands) = (particles, islands)
    (self.recordsSteps, self.delaysSampling) = (recordsSteps, delaysSampling)
    self.kernels = kernels()
  }

  /// - Parameter progress: is told after each score, from the islands' tasks.
  /// - Throws: `ModelError`, `delayedTraces` among them where kernels move runs that delay sampling; `InferenceError` for no
  ///   particles or islands, or a wrong setting of a kernel; `CancellationError` where the task is cancelled before the end.
  public func run<Value>(
    _ model: Model<Value>, seed: UInt64, progress: PopulationProgressHandler? = nil
  ) async throws -> ParticlePosterior {
    try await run(program(of: model), key: RandomKey(seed: seed), progress: progress)
  }

  /// A model prepared for this inference.
  func program<Value>(of model: Model<Value>, holding sites: [String] = []) throws -> PopulationProgram {
    try PopulationProgram(
      model, holding: sites, recordsSteps: recordsSteps, keepsTraces: needsTraces, delaysSampling: delaysSampling)
  }

  /// Whether a kernel moves runs, which have to remember their choices then.
  var needsTraces: Bool { kernels.contains { $0.needsTraces } }

  /// The same with a program that was prepared before.
  public func run(
    _ program: PopulationProgram, key: RandomKey, progress: PopulationProgressHandler? = nil
  ) async throws -> ParticlePosterior {
    try checkCount("particles", particles)
    try checkCount("islands", islands)
    let results = try await runChains(islands, limit: ProcessInfo.processInfo.activeProcessorCount) { number in
      try island(program, key: key.child("island").child(UInt64(number))) {
        progress?(PopulationProgress(island: number, islands: islands, scores: $0))
      }
    }
    return ParticlePosterior(results)
  }

  /// Applies the kernels after a score.
  ///
  /// - Parameter key: of the population's run.
  func applyKernels(to population: Population, key: RandomKey) throws {
    let key = key.child("kernel").child(UInt64(population.scores))
    for (number, kernel) in kernels.enumerated() { try kernel.apply(to: population, key: key.child(UInt64(number))) }
  }

  /// One population's run; `progress` is told after each score.
  func island(
    _ program: PopulationProgram, key: RandomKey, held: [String: [Double]] = [:],
    progress: (_ scores: Int) -> Void = { _ in }
  ) throws -> ParticleIsland {
    let population = try program.population(particles, key: key.child("population"), held: held)
    var steps: [ParticleStep] = []
    while try population.advance() != nil {
      try Task.checkCancellation()
      let (weights, resamplings) = (PopulationWeights(population), population.resamplings)
      try applyKernels(to: population, key: key)
      let isResampled = population.resamplings > resamplings
      steps.append(ParticleStep(weights, ancestors: isResampled ? population.ancestors : nil, moves: population.moves))
      progress(steps.count)
    }
    return ParticleIsland(
      draws: try population.values(), logWeights: population.logWeights, steps: steps,
      founders: population.founders, resamplings: population.resamplings)
  }
}
