import Inference

extension Enrolled {
  /// All that the library has: a row for each thing. A test holds it against the conformances in the sources.
  public static let library: [Enrolled] = samplers + squared + traces + gibbs + positions

  private static let samplers: [Enrolled] = [
    .scheme("multinomial", .multinomial, claim: .atMostMultinomialVariance),
    .scheme("systematic", .systematic, claim: .roundedCounts),
    .scheme("stratified", .stratified, claim: .atMostMultinomialVariance),
    .scheme("residual", .residual, claim: .atMostMultinomialVariance),

    .kernel("one run", Resample(.multinomial, when: .never), law: .suspension, counts: [1]),
    .kernel("spawn", Resample(.multinomial, when: .never), law: .spawning, counts: [2, 7]),
    .kernel("resample, multinomial", Resample(.multinomial), secondMoment: .multinomial),
    .kernel("resample, systematic", Resample(.systematic), secondMoment: .atMostMultinomial),
    .kernel("resample, stratified", Resample(.stratified), secondMoment: .atMostMultinomial),
    .kernel("resample, residual", Resample(.residual), secondMoment: .atMostMultinomial),
    .kernel(
      "resample, ESS < 0.7", Resample(.systematic, when: .effectiveSampleFraction(below: 0.7)), law: .adaptivity),

    .weighted("enumeration", ExactEnumeration(), law: .evidence, programs: 20),
    .weighted("importance sampling", LikelihoodWeighting(particles: 4_000), law: .weighted, programs: 4),
    .weighted(
      "SMC, 4 particles",
      SequentialMonteCarlo(particles: 4, islands: 2_000) { Resample(.systematic) }, law: .evidence, programs: 2),
    .sampler(
      "delayed sampling",
      { effort in
        SequentialMonteCarlo(particles: 2, islands: scaled(4_000, effort), delaysSampling: true) {
          Resample(.multinomial)
        }
      }, law: .weighted, on: ReferenceModel.delayed),
    .calibration(
      "delayed sampling, calibration of a series",
      SequentialMonteCarlo(particles: 400, recordsSteps: true, delaysSampling: true) { Resample(.systematic) },
      on: JointModels.series),

    .sampler(
      "PMMH, 1 particle", { effort in pmmh(particles: 1, effort) }, law: .nesting, on: ReferenceModel.hierarchical),
    .sampler(
      "PMMH, 2 particles", { effort in pmmh(particles: 2, effort) }, law: .nesting, on: ReferenceModel.hierarchical),
    .sampler(
      "PIMH, 2 particles",
      { effort in
        ParticleMarginalMetropolisHastings(
          over: [], inner: SequentialMonteCarlo(particles: 2) { Resample(.multinomial) }, warmup: 0,
          draws: scaled(4_000, effort))
      }, law: .nesting, on: ReferenceModel.finite),

    .markovKernel(
      "HMC step", HamiltonianStep(.static(time: 1.5), stepSize: 0.7, transitions: 10), on: JointModels.scale),
    .markovKernel(
      "NUTS step", HamiltonianStep(.noUTurn(maximumTreeDepth: 5), stepSize: 0.7, transitions: 10),
      on: JointModels.scale),
    .sampler(
      "HMC", { HamiltonianMonteCarlo(warmup: 300, draws: scaled(10_000, $0), targetAcceptance: 0.5) },
      law: .evidence, on: ReferenceModel.conjugate),
    .sampler(
      "NUTS", { NoUTurnSampler(warmup: 300, draws: scaled(10_000, $0)) }, law: .evidence,
      on: ReferenceModel.conjugate),

    .calibration(
      "HMC, calibration", HamiltonianMonteCarlo(chains: 1, warmup: 200, draws: 320), on: JointModels.scale),
    .calibration("NUTS, calibration", NoUTurnSampler(chains: 1, warmup: 200, draws: 320), on: JointModels.scale),
    .calibration(
      "SMC, calibration", SequentialMonteCarlo(particles: 1_000) { Resample(.systematic) }, on: JointModels.scale),
    .calibration(
      "SMC, calibration of a series",
      SequentialMonteCarlo(particles: 1_000, recordsSteps: true) { Resample(.systematic) }, on: JointModels.series),
  ]

  private static func pmmh(particles: Int, _ effort: Double) -> ParticleMarginalMetropolisHastings {
    ParticleMarginalMetropolisHastings(
      over: ["theta"], inner: SequentialMonteCarlo(particles: particles) { Resample(.systematic) }, warmup: 200,
      draws: scaled(20_000, effort))
  }
}
