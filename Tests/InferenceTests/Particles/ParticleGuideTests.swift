import Foundation
import Inference
import NumericCore
import PPL
import Testing

/// The code of docs/Particles.md.
@Suite struct ParticleGuideTests {
  static let data = [0.8, -0.4, 1.9]

  @Test func populations() throws {
    let model = try SequentialMonteCarloTests.markov(Self.data)
    let program = try PopulationProgram(model)
    let population = try program.population(100, key: RandomKey(seed: 1))
    while try population.advance() != nil {
      let ancestors = try SystematicResampling().ancestors(
        logWeights: population.logWeights, count: 100, key: RandomKey(seed: 2).child(UInt64(population.scores)))
      let mass = logSumExp(population.logWeights)
      try population.resample(ancestors)
      population.logWeights = Array(repeating: mass - log(100), count: 100)
    }
    let evidence = exp(logSumExp(population.logWeights))
    #expect(evidence > 0.2 * exp(SequentialMonteCarloTests.exact(Self.data).logEvidence))
    #expect(population.scores == 3)
  }

  struct ResampleByRoot: PopulationKernel {
    func apply(to population: PPL.Population, key: RandomKey) throws {
      guard logSumExp(population.logWeights) > -.infinity else { return }
      let roots = population.logWeights.map { 0.5 * $0 }
      let ancestors = try MultinomialResampling().ancestors(logWeights: roots, count: population.count, key: key)
      let total = logSumExp(roots) - log(Double(population.count))
      let weights = ancestors.map { population.logWeights[$0] - roots[$0] + total }
      try population.resample(ancestors)
      population.logWeights = weights
    }
  }

  /// The kernel of the page keeps E[Z-hat] = Z: 4,000 runs, seeds from 0, 4.5 standard errors.
  @Test func kernelsOfOnesOwn() async throws {
    let program = try PopulationProgram(SequentialMonteCarloTests.markov(Self.data))
    let smc = SequentialMonteCarlo(particles: 5) {
      ResampleByRoot()
      Resample(.systematic, when: .effectiveSampleFraction(below: 0.5))
    }
    var masses: [Double] = []
    for seed in 0..<4_000 { masses.append(exp(try await smc.run(program, key: RandomKey(seed: UInt64(seed))).logEvidence)) }
    let mean: Double = masses.reduce(0, +) / 4_000
    let error = Diagnostics.standardDeviation(masses) / 4_000.0.squareRoot()
    #expect(abs(mean - exp(SequentialMonteCarloTests.exact(Self.data).logEvidence)) < 4.5 * error)
  }

  @Test func parametersAndStates() async throws {
    let returns = [0.1, -0.3, 0.2, 0.5, -0.1]
    let volatility = Model {
      let phi = Latent("phi", Beta(20, 1.5)), sigma = Latent("sigma", InverseGamma(shape: 2.5, scale: 0.05))
      let scan = Scan("path", over: returns, from: Latent("first", Normal(0, 1))) { h, y in
        Observe(y, from: Normal(0, exp(0.5 * h)), as: "y")
        Return(Latent("h", Normal(phi * h, sigma)))
      }
      scan
      Return((phi: phi, sigma: sigma, last: scan.final))
    }
    let pmmh = ParticleMarginalMetropolisHastings(
      over: ["phi", "sigma"], inner: SequentialMonteCarlo(particles: 64) { Resample(.systematic) }, warmup: 200, draws: 200)
    let posterior = try await pmmh.run(volatility, seed: 1)
    #expect(posterior.summary().table().contains("phi"))
    #expect(posterior.draws.count == 800)
    let held = try PopulationProgram(volatility, holding: ["phi", "sigma"])
    let at = try held.population(100, key: RandomKey(seed: 1), held: ["phi": [0.9], "sigma": [0.2]])
    let density = try Beta(20, 1.5).logDensity(0.9)
    let first = try #require(try at.advance())
    #expect(first.allSatisfy { abs($0 - density) < 1e-12 })
    let other = at.copy(key: RandomKey(seed: 2))
    #expect(other.logWeights == at.logWeights && other.scores == 1)
    let smc2 = SequentialMonteCarloSquared(
      over: ["phi", "sigma"], particles: 200,
      inner: SequentialMonteCarlo(particles: 64) { Resample(.systematic, when: .effectiveSampleFraction(below: 0.5)) },
      islands: 4, recordsParameters: true)
    let parameters = try await smc2.run(volatility, seed: 1)
    let step = parameters.islands[0].steps[2]
    let difference = try posterior.draws.values(of: "phi").reduce(0, +) / 800 - parameters.mean(of: "phi")
    #expect(abs(difference) < 0.05)
    #expect(try step.parameters?.mean(of: "phi") ?? 0 > 0.8 && step.logEvidence > -20)
    #expect(throws: ModelError.self) { try held.population(100, key: RandomKey(seed: 1)) }
    #expect(throws: ModelError.self) {
      try held.population(100, key: RandomKey(seed: 1), held: ["phi": [0.9, 1], "sigma": [0.2]])
    }
  }

  @Test func pathsAndParameters() async throws {
    let volatility = Model {
      let phi = Latent("phi", Beta(20, 1.5)), sigma = Latent("sigma", InverseGamma(shape: 2.5, scale: 0.05))
      let scan = Scan("path", over: [0.1, -0.3, 0.2, 0.5, -0.1], from: Latent("first", Normal(0, 1))) { h, y in
        Observe(y, from: Normal(0, exp(0.5 * h)), as: "y")
        Return(Latent("h", Normal(phi * h, sigma)))
      }
      scan
      Return((phi: phi, sigma: sigma, last: scan.final))
    }
    let gibbs = try GibbsSampler(chains: 4, warmup: 200, draws: 500) {
      ParticleGibbs(particles: 20, over: ["first", "path/h"])
      ConditionalUpdate(of: ["phi", "sigma"], by: try SliceSampling())
    }
    let both = try await gibbs.run(volatility, seed: 1)
    #expect(both.summary().table().contains("path/h[5]") && both.draws.count == 2_000)

    let values = ["phi": [0.9], "sigma": [0.2], "first": [0.1], "path/h": [0.1, 0, 0.2, 0.1, 0.3]]
    let key = RandomKey(seed: 1)
    let conditional = try ConditionalProgram(volatility, over: ["first", "path/h"])
    let runs = try conditional?.population(20)
    try runs?.setValues(values)
    runs?.restart()
    while try runs?.advance(key: key.child(UInt64(runs?.scores ?? 0))) == true {}
    runs?.retain(7)
    let path = try #require(runs?.values())
    #expect(path["path/h"]?.count == 5 && path["phi"] == nil && path["first"] != values["first"])
  }

  @Test func tempering() async throws {
    let model = Model {
      let mu = Latent("mu", Normal(0, 2))
      Observe(Self.data, from: Normal(mu, 1), as: "y")
      Return(mu)
    }
    let tempered = TemperedSequentialMonteCarlo(
      particles: 500, islands: 4, kernel: try RandomWalkMetropolis().repeated(5))
    let posterior = try await tempered.run(model, seed: 1)
    let wasteFree = WasteFreeSequentialMonteCarlo(chains: 50, length: 10, islands: 4)
    let other = try await wasteFree.run(model, seed: 1)
    #expect(abs(posterior.logEvidence - other.logEvidence) < 0.3)
    #expect(posterior.islands[0].schedule.last == 1)
    let kernel = try KernelMixture([(RandomWalkMetropolis(), 3), (IndependentMetropolis().then(try SliceSampling()), 1)])
    let mixed = try await TemperedSequentialMonteCarlo(particles: 500, kernel: kernel).run(model, seed: 1)
    #expect(abs(posterior.logEvidence - mixed.logEvidence) < 0.3)
  }

  @Test func delayedSampling() async throws {
    let positions = [0.3, 1.9, 2.2, 4.1]
    let track = Model {
      let drift = Latent("drift", Normal(0, 1))
      let scan = Scan("track", over: positions, from: Latent("start", Normal(0, 10))) { x, y in
        let next = Latent("x", Normal(x + drift, 0.5))
        Observe(y, from: Normal(next, 2), as: "y")
        Return(next)
      }
      scan
      Return((drift: drift, last: scan.final))
    }
    let exact = try await SequentialMonteCarlo(particles: 1, delaysSampling: true).run(track, seed: 1)
    let draws = try await LikelihoodWeighting(particles: 1_000, delaysSampling: true).run(track, seed: 1)
    #expect(abs(draws.effectiveSampleSize - 1_000) < 1e-6)
    // Cov(y_s, y_t) = 10^2 + s t + 0.5^2 min(s, t), and 2^2 more for s = t.
    var covariance = Matrix(rows: 4, columns: 4)
    for s in 1...4 {
      for t in 1...4 { covariance[s - 1, t - 1] = 100 + Double(s * t) + 0.25 * Double(min(s, t)) + (s == t ? 4 : 0) }
    }
    let density = try MultivariateNormal(0, covariance: covariance).logDensity(positions)
    for logEvidence in [exact.logEvidence, draws.logEvidence] { #expect(abs(logEvidence - density) < 1e-10) }
  }
}
