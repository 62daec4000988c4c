import NumericCore
import PPL

/// A position of the walk, the estimate of the target there, and one particle of the population that made it.
struct ParticleState: Sendable {
  let position: [Double]
  /// The log mass of the population and the log Jacobian; -infinity where no particle has weight.
  let logTarget: Double
  let values: VariableColumns?
}

/// The density of some sites, others summed out: estimated by populations.
struct ParticleTarget: Sendable {
  private let program: PopulationProgram
  private let space: SiteSpace
  private let inner: SequentialMonteCarlo

  init(_ program: PopulationProgram, _ space: SiteSpace, _ inner: SequentialMonteCarlo) {
    (self.program, self.space, self.inner) = (program, space, inner)
  }

  func state(at position: [Double], key: RandomKey) throws -> ParticleState {
    let nowhere = ParticleState(position: position, logTarget: -.infinity, values: nil)
    guard let (held, logJacobian) = space.values(at: position) else { return nowhere }
    let island = try inner.island(program, key: key, held: held)
    guard island.logEvidence > -.infinity else { return nowhere }
    let chosen = try MultinomialResampling().ancestors(
      logWeights: island.logWeights, count: 1, key: key.child("chosen"))[0]
    return ParticleState(
      position: position,
      logTarget: island.logEvidence + (Mutation.isActive(.walkJacobianMissing) ? 0 : logJacobian),
      values: VariableColumns(variables: island.draws.variables, columns: island.draws.columns.map { [$0[chosen]] }))
  }

  /// A state whose mass is not 0, from draws of the prior.
  func start(_ prior: ForwardRun, key: RandomKey) throws -> ParticleState {
    for attempt in 0..<100 {
      let key = key.child(UInt64(attempt))
      let draws = try prior.draws(count: 1, key: key).draws
      let values = Dictionary(
        uniqueKeysWithValues: space.variables.map { ($0.name, (draws[$0.name] ?? []).map { $0[0] }) })
      let state = try state(at: space.position(of: values), key: key.child("population"))
      if state.logTarget > -.infinity { return state }
    }
    throw ModelError.initialisationFailed(
      site: space.variables.map(\.name).joined(separator: ", "),
      reason: "100 populations at draws of the prior have weight 0: raise the number of particles", location: nil)
  }
}
