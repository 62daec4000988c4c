import Foundation
import Inference
import PPL

extension Enrolled {
  /// Kernels on traces: between the scores of populations of finite programs, of varying length and with zeros; those of
  /// continuous sites in chains on models whose posterior is known.
  public static let traces: [Enrolled] = [
    .traceKernel("single-site MH", SingleSiteMetropolis()),
    .traceKernel("block MH", BlockMetropolis()),
    .traceKernel("discrete Gibbs", DiscreteGibbs()),
    .traceKernel("cycle of kernels", TraceCycle([BlockMetropolis(), SingleSiteMetropolis()])),
    .traceKernel("mixture of kernels", TraceMixture([(1, DiscreteGibbs()), (2, SingleSiteMetropolis())])),
    .traceKernel("repeated kernel", SingleSiteMetropolis().repeated(3)),
    .traceKernel("particle Gibbs", ParticleGibbs(particles: 2, samplesAncestors: false)),
    .traceKernel("particle Gibbs, ancestors", ParticleGibbs(particles: 2)),
    .discreteKernel("single-site MH, from given values", TraceKernelStep(SingleSiteMetropolis(), transitions: 3)),
    .kernel("moves between resamplings", Rejuvenate(SingleSiteMetropolis(), moves: 2), law: .traces, counts: [2]),
    .sampler(
      "RM-SMC",
      { effort in
        SequentialMonteCarlo(particles: 4, islands: scaled(2_000, effort)) {
          Resample(.systematic, when: .effectiveSampleFraction(below: 0.7))
          Rejuvenate(SingleSiteMetropolis(), moves: 2)
        }
      }, law: .traces, on: ReferenceModel.finite),

    .chain("single-site MH, drift", SingleSiteMetropolis(proposal: .drift(scale: 1)), on: ReferenceModel.conjugate),
    .chain("slice", SingleSiteSlice(width: 2), on: ReferenceModel.conjugate),
    .chain("Hamiltonian move", HamiltonianMove(stepSize: 0.4, steps: 5), on: ReferenceModel.conjugate),
    .chain("conjugate Gibbs", ConjugateGibbs(), on: ReferenceModel.conjugate),
    .chain(
      "program MH",
      ProgramMetropolis("walk") { trace in
        let rate = trace["rate"]?[0] ?? 1
        return Model { Return(Latent("rate", LogNormal(log(rate), 0.6))) }
      }, on: ReferenceModel.conjugate),
    .chain(
      "reversible jump", SplitAndMerge.kernel,
      then: SingleSiteMetropolis(over: ".../v", proposal: .drift(scale: 1)),
      on: SplitAndMerge.reference),
    .sampler("trace chain", { chain(SingleSiteMetropolis(), $0) }, law: .traces, on: ReferenceModel.finite),
  ]

  private static func traceKernel<Kernel: TraceKernel>(_ name: String, _ kernel: Kernel) -> Enrolled {
    Enrolled(
      name, Kernel.self,
      parts: [
        { effort, seed in
          var laws = try PopulationLaws()
          (laws.law, laws.counts) = (.traces, [1, 3])
          laws.repetitions = scaled(laws.repetitions / 2, effort)
          return try await laws.verdict(on: Rejuvenate(kernel, moves: 2), seed: seed)
        }
      ])
  }

  /// - Parameter mixing: what moves that the kernel does not.
  private static func chain<Kernel: TraceKernel>(
    _ name: String, _ kernel: Kernel, then mixing: any TraceKernel = TraceCycle([]),
    on models: @escaping @Sendable () throws -> [ReferenceModel]
  ) -> Enrolled {
    Enrolled(
      name, Kernel.self,
      parts: [
        { effort, seed in
          try await PosteriorLaws(models(), law: .traces).verdict(
            on: chain(kernel.then(mixing), effort), seed: seed)
        }
      ])
  }

  private static func chain(_ kernel: some TraceKernel, _ effort: Double) -> TraceMarkovChain {
    TraceMarkovChain(warmup: 100, draws: scaled(4_000, effort)) { kernel }
  }
}

/// One or two normal numbers, of which the sum is seen.
private enum SplitAndMerge {
  @Sendable static func reference() -> [ReferenceModel] {
    let y = 2.0
    let model = Model {
      let two = Latent("two", Bernoulli(0.4))
      let sum = two.flatMap { two in
        Latent("v", Normal(0, 1), count: two ? 2 : 1).map { $0.reduce(0, +) }
      }
      Observe(y, from: Normal(sum, 1), as: "y")
      Return(sum)
    }
    // The sum is N(0, 1) or N(0, 2), and y N(0, 2) or N(0, 3).
    let density = { (variance: Double) in exp(-0.5 * y * y / variance) / variance.squareRoot() }
    let share = 0.4 * density(3) / (0.4 * density(3) + 0.6 * density(2))
    return [
      ReferenceModel(
        "one or two", model, expectations: [ReferenceModel.Expectation("two", of: "two", equals: share)])
    ]
  }

  /// (v, u) <-> ((v + u) / 2, (v - u) / 2), whose Jacobian is 1 / 2.
  static let kernel = InvolutiveMetropolis(
    "split and merge",
    auxiliary: { trace in
      Model { Return(trace["two"] == [0] ? Latent("u", Normal(0, 1.5)) : Random<Double>(0)) }
    }
  ) { trace, u in
    guard let two = trace["two"]?[0], let v = trace[".../v"] else { return nil }
    if two == 0, let u = u["u"]?[0] {
      let halves = [(v[0] + u) / 2, (v[0] - u) / 2]
      return .init(changes: ["two": [1], ".../v": halves], auxiliary: [:], logJacobian: -log(2))
    }
    return .init(
      changes: ["two": [0], ".../v": [v[0] + v[1]]], auxiliary: ["u": [v[0] - v[1]]], logJacobian: log(2))
  }
}
