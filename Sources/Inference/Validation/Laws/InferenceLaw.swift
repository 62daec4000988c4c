/// What is required of inference: the laws that its parts are checked against.
///
/// Sources: Scibior et al., 'Denotational validation of higher-order Bayesian inference', POPL 2018, for the
/// laws of representations and of what transforms them; the others at their cases.
public enum InferenceLaw: String, CaseIterable, Sendable {
  /// Return and bind: left and right identity, associativity; static and dynamic binds agree.
  case monad
  /// What does not depend on each other swaps, with its scores.
  case commutativity
  /// A latent that is not used drops out; a measure leaves its mass.
  case affinity
  /// Score a, score b is score ab; score 1 is nothing; score 0 is the zero measure.
  case scores
  /// Draws with weights mean the measure; without them they do not.
  case weighted
  /// N runs of weight 1 / N mean what one means.
  case spawning
  /// Resampling: the mass is kept in every run, N stay N, E of the offspring is N w, variances are bounded.
  case resampling
  /// E sum_i w_i f(x_i) is the integral of f, for any number of particles; f = 1 is the evidence.
  case evidence
  /// Runs that stop after each score and go on mean what they mean; copies share no future.
  case suspension
  /// Moves of traces keep meaning and mass.
  case traces
  /// On finite spaces the kernel leaves the posterior as it is.
  case finiteInvariance = "finite invariance"
  /// x from the prior, y given x, a step from x given y: the pair is as before the step.
  case oneStep = "one step"
  /// Steps and new data in turn draw from the joint law (Geweke, 'Getting it right', 2004).
  case jointDistribution = "joint distribution"
  /// Ranks of what drew the data among posterior draws are uniform (Talts et al. 2018; Modrák et al. 2023).
  case calibration
  /// Chains over estimates of a density, exact for one particle too.
  case nesting
  /// What is decided on the way, by the effective sample size, keeps E Z.
  case adaptivity
  /// Permuted data, split scores and inserted transformations: the same evidence.
  case metamorphic
  /// Faults in the code are noticed.
  case mutation

  /// From 1 to 18, in the order above.
  public var number: Int { (Self.allCases.firstIndex(of: self) ?? 0) + 1 }
}
