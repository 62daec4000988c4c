import Foundation
import NumericCore
import PPL

/// Parameters, and a population of the model's runs that holds them.
///
/// The population is an object: a particle is used by one task at a time, and no two have one population.
struct ParameterParticle: @unchecked Sendable {
  let position: [Double]
  let values: [String: [Double]]
  /// The log density of the position's prior.
  let logPrior: Double
  let population: Population
  let key: RandomKey

  /// The estimate of the evidence of the scores so far: the mass of the population.
  var logLikelihood: Double { PopulationWeights(population).logMass }
  var logTarget: Double { logPrior + logLikelihood }

  /// The same parameters, with a copy of the population.
  func copy(key: RandomKey) -> ParameterParticle {
    ParameterParticle(
      position: position, values: values, logPrior: logPrior, population: population.copy(key: key.child("population")),
      key: key)
  }

  /// Runs the population on to its next score, and applies the kernels.
  ///
  /// - Returns: the logarithm of the factor that the estimate of the evidence takes; nil at the end.
  func advance(_ inner: SequentialMonteCarlo) throws -> Double? {
    try Task.checkCancellation()
    let before = logLikelihood
    guard let scores = try population.advance() else { return nil }
    let after = logLikelihood
    try inner.applyKernels(to: population, key: key)
    guard before > -.infinity else { return -.infinity }
    return Mutation.isActive(.innerWeightsIgnored) ? logSumExp(scores.map { $0 - log(Double(scores.count)) }) : after - before
  }

  /// What the parameters and one of the runs give: columns of one number. The population has come to its end.
  func draw(key: RandomKey) throws -> VariableColumns {
    let all = try population.values()
    let isDead = logLikelihood == -.infinity
    let chosen = isDead
      ? 0 : try MultinomialResampling().ancestors(logWeights: population.logWeights, count: 1, key: key)[0]
    return VariableColumns(variables: all.variables, columns: all.columns.map { [$0[chosen]] })
  }
}

/// Makes particles of parameters.
struct ParameterTarget: Sendable {
  let space: SiteSpace
  let inner: SequentialMonteCarlo
  private let program: PopulationProgram

  init(_ program: PopulationProgram, _ space: SiteSpace, _ inner: SequentialMonteCarlo) {
    (self.program, self.space, self.inner) = (program, space, inner)
  }

  /// A particle whose population stands after so many scores. Nil where the position has no prior density, or none that is
  /// finite.
  func particle(at position: [Double], scores: Int, size: Int, key: RandomKey) throws -> ParameterParticle? {
    guard let (values, logJacobian) = space.values(at: position) else { return nil }
    let population = try program.population(size, key: key.child("population"), held: values)
    // The first scores are the prior densities of what is held: the same for all runs.
    let start = population.logWeights
    for _ in space.variables { _ = try population.advance() }
    let logPrior = population.logWeights[0] - start[0] + logJacobian
    guard logPrior.isFinite else { return nil }
    population.logWeights = start
    let particle = ParameterParticle(
      position: position, values: values, logPrior: logPrior, population: population, key: key)
    for _ in 0..<scores { if try particle.advance(inner) == nil { break } }
    return particle
  }

  /// A step of particle marginal Metropolis-Hastings, given the scores so far.
  func move(
    _ particle: inout ParameterParticle, _ proposal: FittedProposal, scores: Int, key: RandomKey
  ) throws -> Acceptance {
    var stream = RandomStream(key.child("proposal"))
    let (position, logRatio) = proposal.propose(from: particle.position, using: &stream)
    guard let proposed = try self.particle(
      at: position, scores: scores, size: particle.population.count, key: key.child("particle"))
    else { return Acceptance(sum: 0, count: 1) }
    let ratio = proposed.logTarget - particle.logTarget + logRatio
    let isAccepted = ratio >= 0 || stream.uniform() < exp(ratio)
    if isAccepted {
      particle = proposed
    } else if Mutation.isActive(.rejectedPopulationKept), proposed.logLikelihood > -.infinity {
      particle = ParameterParticle(
        position: particle.position, values: particle.values, logPrior: particle.logPrior,
        population: proposed.population, key: proposed.key)
    }
    return Acceptance(sum: isAccepted ? 1 : 0, count: 1)
  }
}
