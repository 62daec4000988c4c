/// Faults that the code of inference can be given on purpose, one at a time: the laws that are checked have
/// to notice each of them (mutation analysis: DeMillo, Lipton and Sayward, 'Hints on test data selection',
/// 1978).
///
/// A fault sits in the real code, behind `Mutation.isActive`. That is the constant `false`, and compiled
/// away, unless the package is built with its trait `Mutations`, as `make laws` does.
@usableFromInline package enum Mutation: Int, CaseIterable, Sendable {
  // Resampling schemes
  /// The one uniform number of systematic resampling goes from 0 to 1/2.
  case systematicOffsetBiased
  /// The points of stratified resampling are drawn to the lower ends of their strata.
  case stratifiedPointsBiased
  /// The order statistics of multinomial resampling are those of one number more.
  case multinomialOrderBiased
  /// Residual resampling draws nothing by the fractions that are left.
  case residualPartDropped
  /// A conditional scheme puts the retained point at the start of its particle's part of the line.
  case retainedPointFixed

  // Resampling of a population
  /// Offspring weigh 1 / N, whatever the mass of the population was.
  case weightLostInResampling
  /// Offspring have the weights of the particles whose places they take.
  case weightsKeptInResampling
  /// A rule that is not due flattens the weights nevertheless.
  case weightsFlattenedWithoutResampling
  /// Weights are made equal and no run is copied.
  case copiesNotMade
  /// All offspring have the first ancestor that was drawn: right in the mean.
  case oneAncestorForAll
  /// Weights that are all 0 are divided by their sum.
  case zeroMassUnguarded

  // Populations of suspended runs
  /// The first score multiplies the weights twice.
  case scoreCountedTwice
  /// The second score does not multiply the weights.
  case scoreDropped
  /// Lanes: a particle takes the score of its neighbour.
  case scoreOfNeighbour
  /// Lanes: one value that a run has yet to read does not follow its ancestor.
  case liveValueNotCopied
  /// Lanes: a path is put together of the steps of several ancestors.
  case historyNotTracedBack
  /// Lanes: a copy of a population does not know the ancestors that its paths are traced back by.
  case copyLosesPast
  /// Continuations: all copies draw the same from the last resampling on: right in the mean.
  case futureShared
  /// Continuations: a run goes on one item too far after a score.
  case suspensionOffByOne
  /// Enumeration: a branch does not take the probability of its choice.
  case choiceProbabilityLost
  /// The weights of an importance sample are all equal.
  case importanceWeightsLost

  // Delayed sampling
  /// A normal variable stays what it was before an observation.
  case delayedPosteriorNotUpdated
  /// The variance of what is observed is that of its noise, without that of its mean.
  case marginalVarianceOfNoiseAlone
  /// Failures leave a beta variable as it was.
  case failuresNotCounted
  /// An observation does not add to the rate of a gamma variable.
  case exposureNotAdded

  // Particle Markov chains
  /// Pseudo-marginal: the target at the current state is estimated anew at each iteration.
  case estimateRefreshed
  /// The walk on unconstrained coordinates leaves out the Jacobian of the transform.
  case walkJacobianMissing
  /// An iteration whose proposal is rejected gives no draw.
  case rejectedWalkStateDropped

  // SMC squared
  /// A rejected proposal leaves its population, and with it its estimate of the evidence, to the parameters that stay.
  case rejectedPopulationKept
  /// The outer weights take the first increment of the evidence twice.
  case outerIncrementCountedTwice
  /// The outer weights take the mean of the inner scores, whatever the inner weights are.
  case innerWeightsIgnored

  // Traces
  /// The ratio of the numbers of choices is inverted.
  case lengthRatioInverted
  /// A rejected proposal is not taken back.
  case rejectedRunKept
  /// Scores of a replay are counted twice.
  case replayScoresTwice
  /// What a proposal redraws is in the ratio, as if it had been set.
  case redrawnDensityCounted
  /// A reversible jump leaves out the Jacobian of its map.
  case jumpJacobianMissing
  /// Runs of a population are moved over their ends.
  case endingCrossed
  /// The retained run of particle Gibbs is drawn anew.
  case retainedRunLost
  /// Ancestors of the retained run are sampled by the weights alone.
  case retainedFutureIgnored

  // Conditional populations on lanes
  /// The retained run takes an ancestor like any other.
  case retainedLaneResampled
  /// The future of the retained run is its scores, without the densities of its draws.
  case transitionDensityMissing
  /// The future of the retained run ends after one score, whatever the particles have yet to read.
  case retainedFutureCutShort
  /// The next retained run is put together of the draws that lie in one lane.
  case retainedPathNotTracedBack

  // Hamiltonian Monte Carlo
  /// The second half of a leapfrog kick uses the gradient from before the drift.
  case gradientStale
  /// The end of a static trajectory is always accepted.
  case metropolisDropped
  /// The energy is that of the position alone.
  case kineticEnergyDropped
  /// The no-U-turn trajectory always takes its state from the new half.
  case newHalfAlwaysTaken
  /// An iteration that stays where it is gives no draw.
  case rejectedTrajectoryDropped
  /// The log Jacobian of a constrained latent is subtracted.
  case transformJacobianInverted
}
