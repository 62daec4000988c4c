import Inference
import PPL

extension Enrolled {
  /// Kernels on the values of sites: a step from a state that has the posterior's law, on joint laws of a series and its
  /// data, with particles as lanes; in chains, on models whose posterior is known.
  public static let gibbs: [Enrolled] = [
    .siteKernel("conditional SMC", ParticleGibbs(particles: 2, samplesAncestors: false), on: JointModels.series),
    .siteKernel("conditional SMC, ancestors", ParticleGibbs(particles: 2), on: JointModels.series),
    .siteKernel("conditional SMC, whole futures", ParticleGibbs(particles: 2), on: JointModels.accumulation),
    .siteKernel(
      "conditional SMC, sites held", ParticleGibbs(particles: 2, over: ["first"], samplesAncestors: false),
      on: JointModels.series),
    .siteKernel("conditional SMC, discrete", ParticleGibbs(particles: 2), on: JointModels.coins),
    .discreteKernel("conditional SMC, finite", SiteKernelStep(ParticleGibbs(particles: 2))),
    .sampler("Gibbs, 2 particles", { gibbs(particles: 2, $0) }, law: .nesting, on: ReferenceModel.hierarchical),
    .sampler("Gibbs, 10 particles", { gibbs(particles: 10, $0) }, law: .nesting, on: ReferenceModel.hierarchical),
    .sampler(
      "particle Gibbs chain",
      { effort in
        GibbsSampler(warmup: 20, draws: scaled(4_000, effort)) { ParticleGibbs(particles: 2) }
      }, law: .nesting, on: ReferenceModel.finite),
  ]

  /// Coins given their probability, and the probability given the coins.
  private static func gibbs(particles: Int, _ effort: Double) -> GibbsSampler {
    GibbsSampler(warmup: 200, draws: scaled(4_000, effort)) {
      ParticleGibbs(particles: particles, over: .prefix("coin"))
      ConditionalUpdate(of: ["theta"], by: RandomWalkMetropolis())
    }
  }

  private static func siteKernel<Kernel: SiteKernel, Value>(
    _ name: String, _ kernel: Kernel, on model: @escaping @Sendable () -> Model<Value>
  ) -> Enrolled {
    let step = SiteKernelStep(kernel, transitions: 5)
    return Enrolled(
      name, Kernel.self, SiteKernelStep<Kernel>.self,
      parts: [
        { effort, seed in
          var laws = KernelLaws(model(), name: "series")
          (laws.repetitions, laws.steps) = (scaled(6_000, effort), 0)
          return try await laws.verdict(on: step, seed: seed)
        }
      ])
  }
}

extension JointModels {
  /// A sum of independent numbers that is observed with noise on the way: no number is all of the past.
  @Sendable static func accumulation() -> Model<Random<Double>> {
    Model {
      let scale = Latent("scale", Normal(0.7, 0.2))
      let scan = Scan("sum", over: [0.0, 0, 0, 0], from: Random<Double>(0)) { x, y in
        let sum = x + scale * Latent("step", Normal(0, 1))
        Observe(y, from: Normal(sum, 0.5), as: "y")
        Return(sum)
      }
      scan
      Return(scan.final)
    }
  }
}
