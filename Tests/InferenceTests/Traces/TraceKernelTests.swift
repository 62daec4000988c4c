import Foundation
import Inference
import NumericCore
import PPL
import Testing

/// Each kernel leaves the measure of a run's choices invariant: between the scores of populations of known measures.
@Suite struct TraceKernelTests {
  /// On finite programs, static and dynamic, of varying length, with zeros: E sum w f is the integral of f.
  @Test(arguments: finiteKernels.indices) func finitePrograms(number: Int) async throws {
    var laws = try PopulationLaws()
    (laws.counts, laws.repetitions) = ([1, 3], 300)
    let verdict = try await laws.verdict(on: Self.finiteKernels[number], seed: 11)
    #expect(verdict.passes, "\(verdict)")
  }

  static let finiteKernels: [any PopulationKernel] = [
    Rejuvenate(SingleSiteMetropolis(), moves: 3), Rejuvenate(BlockMetropolis()), Rejuvenate(DiscreteGibbs(), moves: 2),
    Rejuvenate(ParticleGibbs(particles: 2)), Rejuvenate(ParticleGibbs(particles: 3, samplesAncestors: false)),
    Rejuvenate(TraceMixture([(1, SingleSiteMetropolis()), (2, DiscreteGibbs())])),
    Rejuvenate(SingleSiteMetropolis().then(BlockMetropolis()).repeated(2)),
  ]

  struct Conjugate: Sendable {
    let model: Model<Random<Double>>
    let logEvidence: Double
    let mean: Double
    let variance: Double
  }

  /// y_i ~ N(mu, 1), mu ~ N(0.5, 2).
  static var normal: Conjugate {
    let y = [0.3, 1.9, -0.4]
    let model = Model {
      let mu = Latent("mu", Normal(0.5, 2))
      for y in y { Observe(y, from: Normal(mu, 1)) }
      Return(mu)
    }
    var (mean, variance, logEvidence) = (0.5, 4.0, 0.0)
    for y in y {
      let total = variance + 1
      logEvidence += -0.5 * (y - mean) * (y - mean) / total - 0.5 * log(2 * Double.pi * total)
      (mean, variance) = ((mean + variance * y) / total, variance / total)
    }
    return Conjugate(model: model, logEvidence: logEvidence, mean: mean, variance: variance)
  }

  /// y_i ~ Poisson(rate), rate ~ Gamma(2, 1).
  static var gamma: Conjugate {
    let y = [1, 4, 2]
    let model = Model {
      let rate = Latent("mu", Gamma(shape: 2, rate: 1))
      for y in y { Observe(y, from: Poisson(rate: rate)) }
      Return(rate)
    }
    let (shape, rate) = (2.0 + 7, 4.0)
    let factorials = log(24.0) + log(2.0)
    let logEvidence = lgamma(shape) - lgamma(2) - shape * log(rate) - factorials
    return Conjugate(model: model, logEvidence: logEvidence, mean: shape / rate, variance: shape / (rate * rate))
  }

  /// y_i ~ Bernoulli(p), p ~ Beta(2, 3).
  static var beta: Conjugate {
    let model = Model {
      let p = Latent("mu", Beta(2, 3))
      for y in [true, true, false, true] { Observe(y, from: Bernoulli(p)) }
      Return(p)
    }
    func logBeta(_ a: Double, _ b: Double) -> Double { lgamma(a) + lgamma(b) - lgamma(a + b) }
    let (a, b) = (5.0, 4.0)
    return Conjugate(
      model: model, logEvidence: logBeta(a, b) - logBeta(2, 3), mean: a / (a + b),
      variance: a * b / ((a + b) * (a + b) * (a + b + 1)))
  }

  static let continuousKernels: [any TraceKernel] = [
    SingleSiteMetropolis(), SingleSiteMetropolis(proposal: .drift(scale: 0.4)), ConjugateGibbs(),
    SingleSiteSlice(width: 0.7), ParticleGibbs(particles: 3),
    ProgramMetropolis("walk") { trace in
      let mu = trace["mu"]?[0] ?? 0
      return Model { Return(Latent("mu", Normal(0.5 * mu + 0.3, 0.5))) }
    },
    InvolutiveMetropolis(
      "reflection and scale", auxiliary: { _ in Model { Return(Latent("factor", LogNormal(0, 0.5))) } }
    ) { trace, u in
      guard let mu = trace["mu"]?[0], let factor = u["factor"]?[0] else { return nil }
      return .init(
        changes: ["mu": [mu * factor]], auxiliary: ["factor": [1 / factor]], logJacobian: log(factor) - 2 * log(factor))
    },
  ]

  /// Conjugate models: Z, and the first two moments. 800 populations of two, seeds from 0; 4.5 standard errors.
  @Test(arguments: continuousKernels.indices, 0..<3) func conjugateModels(kernel: Int, model: Int) async throws {
    let (kernel, target) = (Self.continuousKernels[kernel], [Self.normal, Self.gamma, Self.beta][model])
    func smc(_ kernel: some TraceKernel) -> SequentialMonteCarlo {
      SequentialMonteCarlo(particles: 2) {
        Resample(.multinomial)
        Rejuvenate(kernel, moves: 2)
      }
    }
    let smc = smc(kernel)
    let program = try PopulationProgram(target.model, keepsTraces: true)
    let exact = exp(target.logEvidence)
    let expected = [exact, exact * target.mean, exact * (target.variance + target.mean * target.mean)]
    var samples = expected.map { _ in [Double]() }
    for seed in 0..<800 {
      let posterior = try await smc.run(program, key: RandomKey(seed: UInt64(seed)))
      let (x, weights) = (posterior.draws.columns[0], posterior.logWeights.map { exp($0) / 2 })
      for power in 0..<3 {
        samples[power].append(zip(x, weights).reduce(0) { $0 + $1.1 * pow($1.0, Double(power)) })
      }
    }
    for (sample, expected) in zip(samples, expected) {
      let error = Diagnostics.standardDeviation(sample) / Double(sample.count).squareRoot()
      #expect(abs(Diagnostics.mean(sample) - expected) < 4.5 * error, "\(kernel)")
    }
  }

  @Test(arguments: 0..<3) func conjugateDrawsAreAllAccepted(model: Int) async throws {
    let target = [Self.normal, Self.gamma, Self.beta][model]
    let posterior = try await TraceMarkovChain(chains: 2, warmup: 10, draws: 500) { ConjugateGibbs() }
      .run(target.model, seed: 5)
    #expect(posterior.acceptance.total.rate > 0.9999)
    let draws = try posterior.draws.values(of: "mu")
    // The draws are independent: 4.5 standard errors.
    #expect(abs(Diagnostics.mean(draws) - target.mean) < 4.5 * (target.variance / Double(draws.count)).squareRoot())
  }

  /// One or two numbers add up to what is seen: P(two | y) is known, and a reversible jump splits and merges them.
  static func jump(_ y: Double) -> Model<(two: Random<Bool>, sum: Random<Double>)> {
    Model {
      let two = Latent("two", Bernoulli(0.4))
      let sum = two.flatMap { two in Latent("v", Normal(0, 1), count: two ? 2 : 1).map { $0.reduce(0, +) } }
      Observe(y, from: Normal(sum, 1), as: "y")
      Return((two: two, sum: sum))
    }
  }

  static let split = InvolutiveMetropolis(
    "split", auxiliary: { trace in Model { if trace["two"] == [0] { Return(Latent("u", Normal(0, 1.5))) } else { Return(Random<Double>(0)) } } }
  ) { trace, u in
    guard let two = trace["two"]?[0], let v = trace[".../v"] else { return nil }
    if two == 0, let u = u["u"]?[0] {
      // (v, u) -> ((v + u) / 2, (v - u) / 2): |J| = 1 / 2.
      return .init(
        changes: ["two": [1], ".../v": [(v[0] + u) / 2, (v[0] - u) / 2]], auxiliary: [:], logJacobian: -log(2))
    }
    return .init(changes: ["two": [0], ".../v": [v[0] + v[1]]], auxiliary: ["u": [v[0] - v[1]]], logJacobian: log(2))
  }

  @Test func reversibleJumps() async throws {
    let y = 2.0
    func density(_ variance: Double) -> Double { exp(-0.5 * y * y / variance) / variance.squareRoot() }
    let exact = 0.4 * density(3) / (0.4 * density(3) + 0.6 * density(2))
    let posterior = try await TraceMarkovChain(chains: 4, warmup: 100, draws: 2_000) {
      Self.split
      SingleSiteMetropolis(over: ".../v", proposal: .drift(scale: 1))
    }.run(Self.jump(y), seed: 3)
    let draws = try posterior.draws.chains(of: "two")
    let error = Diagnostics.meanMCSE(draws)
    let mean = Diagnostics.mean(draws.flatMap { $0 })
    #expect(abs(mean - exact) < 4.5 * error, "\(mean) of \(exact)")
    #expect((posterior.acceptance.counts["split"]?.rate ?? 0) > 0.2)
  }

  @Test func mapsThatAreNoInvolutionsAreRefused() async throws {
    func chain(_ back: Double, _ logJacobian: Double) -> TraceMarkovChain {
      TraceMarkovChain(chains: 1, warmup: 0, draws: 50) {
        InvolutiveMetropolis("scale", auxiliary: { _ in Model { Return(Latent("factor", LogNormal(0, 0.5))) } }) { trace, u in
          guard let mu = trace["mu"]?[0], let factor = u["factor"]?[0] else { return nil }
          return .init(
            changes: ["mu": [mu * factor]], auxiliary: ["factor": [back / factor]],
            logJacobian: logJacobian * log(factor))
        }
      }
    }
    _ = try await chain(1, -1).run(Self.normal.model, seed: 1)
    await #expect(throws: InferenceError.self) { try await chain(2, -1).run(Self.normal.model, seed: 1) }
    await #expect(throws: InferenceError.self) {
      try await TraceMarkovChain(chains: 1, warmup: 0, draws: 50) {
        ProgramMetropolis("scores") { _ in Model { Factor(1); Return(Latent("mu", Normal(0, 1))) } }
      }.run(Self.normal.model, seed: 1)
    }
  }

  @Test func resultsSayWhatHappened() async throws {
    let smc = SequentialMonteCarlo(particles: 50) {
      Resample(.systematic, when: .effectiveSampleFraction(below: 0.5))
      Rejuvenate(SingleSiteMetropolis(), moves: 2)
    }
    let posterior = try await smc.run(Self.normal.model, seed: 1)
    #expect(posterior.islands[0].steps.allSatisfy { $0.moves.counts["mu"]?.proposed == 100 })
    await #expect(throws: ModelError.self) {
      try await TraceMarkovChain(draws: 10) { SingleSiteMetropolis() }
        .run(Model { Factor(Random<Double>(-.infinity)); Return(Latent("x", Normal(0, 1))) }, seed: 1)
    }
  }

  /// Trajectories that diverge until numbers overflow are rejected.
  @Test func divergingTrajectoriesAreRejected() async throws {
    let model = Model {
      let (a, s) = (Latent("a", Normal(0, 5)), Latent("s", HalfNormal(scale: 1)))
      Observe([0.3, -1.2, 0.8], from: Normal(a, s), as: "y")
      Return(a)
    }
    let chain = TraceMarkovChain(chains: 1, warmup: 0, draws: 50) { HamiltonianMove(stepSize: 1e3, steps: 20) }
    let posterior = try await chain.run(model, seed: 1)
    #expect(posterior.acceptance.counts.values.allSatisfy { $0.accepted == 0 })
  }
}
