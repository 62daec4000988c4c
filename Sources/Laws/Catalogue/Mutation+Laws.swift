import NumericCore

extension Mutation {
  /// The name of what is enrolled whose laws have to notice the fault.
  package var noticedBy: String {
    switch self {
    case .systematicOffsetBiased: "systematic"
    case .stratifiedPointsBiased: "stratified"
    case .multinomialOrderBiased: "multinomial"
    case .residualPartDropped: "residual"
    case .retainedPointFixed: "stratified"
    case .weightLostInResampling, .weightsKeptInResampling, .copiesNotMade, .oneAncestorForAll, .zeroMassUnguarded:
      "resample, multinomial"
    case .weightsFlattenedWithoutResampling: "resample, ESS < 0.7"
    case .scoreCountedTwice, .scoreDropped, .choiceProbabilityLost: "one run"
    case .scoreOfNeighbour: "spawn"
    case .liveValueNotCopied, .historyNotTracedBack: "resample, systematic"
    case .futureShared: "resample, multinomial"
    case .suspensionOffByOne: "one run"
    case .importanceWeightsLost: "importance sampling"
    case .delayedPosteriorNotUpdated, .marginalVarianceOfNoiseAlone, .failuresNotCounted, .exposureNotAdded:
      "delayed sampling"
    case .copyLosesPast: "SMC squared, paths"
    case .rejectedPopulationKept, .outerIncrementCountedTwice: "SMC squared, 1 particle"
    case .innerWeightsIgnored: "SMC squared, 3 particles"
    case .estimateRefreshed, .walkJacobianMissing, .rejectedWalkStateDropped: "PMMH, 1 particle"
    case .lengthRatioInverted, .rejectedRunKept, .replayScoresTwice, .endingCrossed: "single-site MH"
    case .redrawnDensityCounted: "block MH"
    case .jumpJacobianMissing: "reversible jump"
    case .retainedRunLost: "particle Gibbs"
    case .retainedFutureIgnored: "particle Gibbs, ancestors"
    case .retainedLaneResampled, .retainedPathNotTracedBack: "conditional SMC"
    case .transitionDensityMissing: "conditional SMC, ancestors"
    case .retainedFutureCutShort: "conditional SMC, whole futures"
    case .gradientStale, .metropolisDropped, .kineticEnergyDropped, .transformJacobianInverted: "HMC step"
    case .newHalfAlwaysTaken: "NUTS step"
    case .rejectedTrajectoryDropped: "HMC"
    }
  }
}
