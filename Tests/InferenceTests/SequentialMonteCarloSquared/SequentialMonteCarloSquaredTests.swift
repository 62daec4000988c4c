import Foundation
import Inference
import NumericCore
import PPL
import Testing

/// SMC^2 against exact evidences and posteriors.
@Suite struct SequentialMonteCarloSquaredTests {
  /// The series of `ParticleMarginalTests` with an unknown coefficient and noise: evidence and posterior by Kalman filters
  /// on a grid.
  struct Exact {
    /// After each datum.
    private(set) var logEvidence: [Double] = []
    private(set) var phi = 0.0, sigma = 0.0, last = 0.0

    init(_ data: [Double]) {
      var evidence = Array(repeating: 0.0, count: data.count)
      var sums = (0.0, 0.0, 0.0)
      for i in 0..<200 {
        let phi = -1 + (Double(i) + 0.5) / 100
        for j in 0..<400 {
          let logSigma = -3.5 + 6 * (Double(j) + 0.5) / 400
          let sigma = exp(logSigma)
          let z: Double = (logSigma + 0.5) / 0.5
          // Uniform(-1, 1) and LogNormal(-0.5, 0.5), by the areas of the cells.
          var weight: Double = 0.5 * 0.01 * exp(-0.5 * z * z) / (0.5 * (2 * Double.pi).squareRoot()) * (6.0 / 400)
          var (m, v) = (0.0, 0.0)
          for (t, y) in data.enumerated() {
            (m, v) = (phi * m, phi * phi * v + sigma * sigma)
            let s: Double = v + 0.25
            weight *= exp(-0.5 * (y - m) * (y - m) / s) / (2 * Double.pi * s).squareRoot()
            (m, v) = (m + v * (y - m) / s, v - v * v / s)
            evidence[t] += weight
          }
          sums = (sums.0 + weight * phi, sums.1 + weight * sigma, sums.2 + weight * m)
        }
      }
      logEvidence = evidence.map { log($0) }
      let last = evidence[data.count - 1]
      (phi, sigma, self.last) = (sums.0 / last, sums.1 / last, sums.2 / last)
    }
  }

  static func series(_ data: [Double]) -> Model<(last: Random<Double>, phi: Random<Double>)> {
    Model {
      let phi = Latent("phi", Uniform(-1, 1))
      let sigma = Latent("sigma", LogNormal(-0.5, 0.5))
      let scan = Scan("s", over: data, from: Random<Double>(0)) { x, y in
        let next = Latent("x", Normal(phi * x, sigma))
        Observe(y, from: Normal(next, 0.5), as: "y")
        Return(next)
      }
      scan
      Return((last: scan.final, phi: phi))
    }
  }

  static let resampling = Resample(.systematic, when: .effectiveSampleFraction(below: 0.5))

  static func inner(_ particles: Int) -> SequentialMonteCarlo {
    SequentialMonteCarlo(particles: particles) { resampling }
  }

  /// sum_i w_i f(x_i) of each island.
  static func integrals(_ posterior: SquaredPosterior, _ f: (SquaredIsland, Int) -> Double) -> [Double] {
    posterior.islands.map { island in
      island.logWeights.enumerated().reduce(0) { $1.element > -.infinity ? $0 + exp($1.element) * f(island, $1.offset) : $0 }
    }
  }

  static func expectMean(_ values: [Double], equals exact: Double, _ comment: String) {
    let mean = Diagnostics.mean(values)
    let error = Diagnostics.standardDeviation(values) / Double(values.count).squareRoot()
    #expect(abs(mean - exact) < 4.5 * error, "\(comment): \(mean) +- \(error), expected \(exact)")
  }

  /// E[Z-hat] = Z and E[sum w f] = Z E[f], where nothing adapts: 2,000 islands, 4.5 standard errors; one particle of each
  /// kind, and moves by a walk that is given, too.
  @Test(arguments: [(1, 1, 1), (2, 1, 2), (3, 2, 1), (4, 5, 2), (3, 2, 0)])
  func evidenceIsUnbiased(particles: Int, inner: Int, moves: Int) async throws {
    let data = [0.9, 1.4, 0.2]
    let exact = Exact(data)
    let smc2 = SequentialMonteCarloSquared(
      over: ["phi", "sigma"], particles: particles, inner: Self.inner(inner), islands: 2_000, moves: moves,
      proposal: .walk(covariance: Matrix.diagonal([1, 0.25])), when: .always)
    let posterior = try await smc2.run(Self.series(data), seed: 1)
    #expect(posterior.isEvidenceUnbiased)
    let z = exp(exact.logEvidence[2])
    Self.expectMean(posterior.islands.map { exp($0.logEvidence) }, equals: z, "evidence")
    for (name, truth) in [("phi", exact.phi), ("sigma", exact.sigma), ("last", exact.last)] {
      let values = try posterior.islands.map { try #require($0.draws[name])[0] }
      let means = zip(posterior.islands, values).map { island, x in
        zip(island.logWeights, x).reduce(0) { $0 + exp($1.0) * $1.1 }
      }
      Self.expectMean(means, equals: z * truth, name)
    }
    for t in 0..<2 {
      Self.expectMean(
        posterior.islands.map { exp($0.steps[t].logEvidence) }, equals: exp(exact.logEvidence[t]), "score \(t + 1)")
    }
  }

  /// Without moves the rule is free.
  @Test func rulesWithoutMovesAreUnbiased() async throws {
    let data = [0.9, 1.4, 0.2]
    let smc2 = SequentialMonteCarloSquared(
      over: ["phi", "sigma"], particles: 4, inner: Self.inner(2), islands: 2_000, moves: 0,
      when: .effectiveSampleFraction(below: 0.8))
    let posterior = try await smc2.run(Self.series(data), seed: 1)
    #expect(posterior.isEvidenceUnbiased)
    Self.expectMean(
      posterior.islands.map { exp($0.logEvidence) }, equals: exp(Exact(data).logEvidence[2]), "evidence")
  }

  /// What adapts is consistent: the evidence after each datum, and the posterior of parameters and state, with 200 particles;
  /// 24 islands, seed 2, 4.5 standard errors of a ratio.
  @Test(arguments: [
    (ParameterProposal.learnedWalk(), InnerGrowth.never), (.learnedNormal, .never),
    (.learnedWalk(scale: 0.7), .doubling(whenAcceptanceBelow: 0.9, most: 16)),
  ])
  func agreesWithQuadrature(proposal: ParameterProposal, growth: InnerGrowth) async throws {
    let exact = Exact(ParticleMarginalTests.data)
    let smc2 = SequentialMonteCarloSquared(
      over: ["phi", "sigma"], particles: 200, inner: Self.inner(8), islands: 24, moves: 2, proposal: proposal,
      growth: growth, recordsParameters: true)
    let posterior = try await smc2.run(ParticleMarginalTests.series(), seed: 2)
    #expect(!posterior.isEvidenceUnbiased)
    for t in exact.logEvidence.indices {
      let masses = posterior.islands.map { exp($0.steps[t].logEvidence - exact.logEvidence[t]) }
      Self.expectMean(masses, equals: 1, "evidence after \(t + 1)")
    }
    let error = try #require(posterior.logEvidenceError)
    #expect(abs(posterior.logEvidence - exact.logEvidence[5]) < 4.5 * error && error < 0.1)
    for (name, truth) in [("phi", exact.phi), ("sigma", exact.sigma), ("last", exact.last)] {
      // sum w (f - E f) has mean 0.
      let values = try posterior.islands.map { try #require($0.draws[name])[0] }
      let residuals = zip(posterior.islands, values).map { island, x in
        zip(island.logWeights, x).reduce(0) { $0 + exp($1.0 - exact.logEvidence[5]) * ($1.1 - truth) }
      }
      Self.expectMean(residuals, equals: 0, name)
    }
    let steps = posterior.islands[0].steps
    #expect(steps.contains { $0.isResampled } && steps.allSatisfy { ($0.acceptanceRate ?? 0.3) > 0.05 })
    #expect(steps.allSatisfy { $0.parameters?.draws["sigma"]?[0].count == 200 })
    #expect(posterior.islands.contains { $0.steps[5].innerParticles == (growth == .never ? 8 : 16) })
    #expect(posterior.warnings.isEmpty, "\(posterior.warnings)")
  }

  /// The posterior of the parameters after each datum: the mean of phi, by quadrature; 24 islands, seed 5.
  @Test func parametersComeAfterEachScore() async throws {
    let data = ParticleMarginalTests.data
    let smc2 = SequentialMonteCarloSquared(
      over: ["phi", "sigma"], particles: 150, inner: Self.inner(10), islands: 24, recordsParameters: true)
    let posterior = try await smc2.run(Self.series(data), seed: 5)
    for t in [1, 3] {
      let exact = Exact(Array(data[...t]))
      let residuals = try posterior.islands.map { island in
        let step = try #require(island.steps[t].parameters)
        let phi = try #require(step.draws["phi"])[0]
        return zip(step.logWeights, phi).reduce(0) { $0 + exp($1.0 - exact.logEvidence[t]) * ($1.1 - exact.phi) }
      }
      Self.expectMean(residuals, equals: 0, "phi after \(t + 1)")
    }
  }

  /// A program whose structure depends on draws, and kernels that need traces: populations of one and two runs; the
  /// evidence is the integral of prod_t (theta a_t + (1 - theta) b_t), a polynomial.
  @Test(arguments: [false, true]) func dynamicProgramsAndTraces(isRejuvenated: Bool) async throws {
    let (a, b) = ([1.0, 0.1], [0.2, 0.8])
    let model = Model {
      let theta = Latent("theta", Uniform(0, 1))
      for t in 0..<2 {
        let coin = Latent("coin \(t)", Bernoulli(theta))
        let weight = coin.flatMap { $0 ? Random<Double>(log(a[t])) : Random<Double>(log(b[t])) }
        Factor(weight)
      }
      Return(theta)
    }
    let inner = SequentialMonteCarlo(particles: 2) {
      Resample(.multinomial)
      if isRejuvenated { Rejuvenate(SingleSiteMetropolis()) }
    }
    let smc2 = SequentialMonteCarloSquared(
      over: ["theta"], particles: 3, inner: inner, islands: 2_000, moves: 1,
      proposal: .walk(covariance: Matrix.identity(1)), when: .always)
    let posterior = try await smc2.run(model, seed: 1)
    // (b0 + d0 x)(b1 + d1 x)
    let (d0, d1) = (a[0] - b[0], a[1] - b[1])
    let exact: Double = b[0] * b[1] + (b[0] * d1 + b[1] * d0) / 2 + d0 * d1 / 3
    Self.expectMean(posterior.islands.map { exp($0.logEvidence) }, equals: exact, "evidence")
  }

  /// Without parameters populations are resampled, and moved by new ones: the reference data's exact log evidence within
  /// the error that 16 islands tell; seed 3.
  @Test func withoutParametersPopulationsAreParticles() async throws {
    let short = [0.8, -0.4, 1.9]
    let few = SequentialMonteCarloSquared(
      over: [], particles: 2, inner: Self.inner(2), islands: 2_000, moves: 1, when: .always)
    let posterior = try await few.run(SequentialMonteCarloTests.markov(short), seed: 1)
    #expect(posterior.isEvidenceUnbiased)
    let exact = SequentialMonteCarloTests.exact(short)
    Self.expectMean(posterior.islands.map { exp($0.logEvidence) }, equals: exp(exact.logEvidence), "evidence")
    let last = try posterior.islands.map { island in
      zip(island.logWeights, try #require(island.draws["last"])[0]).reduce(0) { $0 + exp($1.0) * $1.1 }
    }
    Self.expectMean(last, equals: exp(exact.logEvidence) * exact.last, "last")

    guard let folder = ProcessInfo.processInfo.environment["BOREL_REFERENCE"] else {
      print("skipped: BOREL_REFERENCE is not set")
      return
    }
    let data = try DataTable(contentsOf: "\(folder)/data/inference/hmm100.csv").doubles("y")
    let smc2 = SequentialMonteCarloSquared(over: [], particles: 50, inner: Self.inner(100), islands: 16, moves: 1)
    let result = try await smc2.run(SequentialMonteCarloTests.markov(data), seed: 3)
    let error = try #require(result.logEvidenceError)
    #expect(abs(result.logEvidence + 144.9777) < 4 * error, "\(result.logEvidence) +- \(error)")
    #expect(error < 0.1 && result.warnings.isEmpty, "\(result.warnings)")
  }

  @Test func theSameSeedGivesTheSame() async throws {
    let smc2 = SequentialMonteCarloSquared(
      over: ["phi", "sigma"], particles: 30, inner: Self.inner(9), islands: 2,
      growth: .doubling(whenAcceptanceBelow: 0.9, most: 36))
    let first = try await smc2.run(Self.series(ParticleMarginalTests.data), seed: 4)
    let second = try await smc2.run(Self.series(ParticleMarginalTests.data), seed: 4)
    #expect(first.logWeights == second.logWeights && first.draws.columns == second.draws.columns)
    #expect(first.islands[0].logWeights != first.islands[1].logWeights)
    var alone = smc2
    alone.islands = 1
    let island = try await alone.run(Self.series(ParticleMarginalTests.data), seed: 4).islands[0]
    #expect(island.logWeights == first.islands[0].logWeights)
  }

  @Test func whatIsWrongIsSaid() async throws {
    // A likelihood that is zero, and one so sharp that single runs hardly follow it.
    let impossible = Model {
      let theta = Latent("theta", Normal(0, 1))
      Factor(-abs(theta))
      Factor(Random<Double>(-.infinity))
      Return(theta)
    }
    let smc2 = SequentialMonteCarloSquared(over: ["theta"], particles: 10, inner: Self.inner(2))
    let dead = try await smc2.run(impossible, seed: 1)
    #expect(dead.logEvidence == -.infinity && dead.logEvidenceError == nil)
    #expect(dead.warnings.first?.contains("weight 0 from score 2 on") == true)
    let sharp = Model {
      let theta = Latent("theta", Normal(0, 1))
      let scan = Scan("s", over: (0..<30).map { Double($0 % 3) }, from: theta) { x, y in
        let next = Latent("x", Normal(0.9 * x, 1))
        Observe(y, from: Normal(next, 0.1), as: "y")
        Return(next)
      }
      scan
      Return(scan.final)
    }
    var poor = SequentialMonteCarloSquared(over: ["theta"], particles: 40, inner: Self.inner(2))
    let warnings = try await poor.run(sharp, seed: 1).warnings
    #expect(warnings.contains { $0.contains("of the moves at score") && $0.contains("inner particles above 2") }, "\(warnings)")
    poor.growth = .doubling(most: 64)
    #expect(try await poor.run(sharp, seed: 1).islands[0].steps.last?.innerParticles == 64)
  }

  @Test func wrongSettingsAndSitesAreErrors() async throws {
    let model = Model {
      let scale = Latent("scale", HalfNormal(scale: 1))
      let theta = Latent("theta", Normal(0, scale))
      let coin = Latent("coin", Bernoulli(0.5))
      let scan = Scan("s", over: [0.1, 0.2], from: theta) { x, y in
        let next = Latent("x", Normal(x, 1))
        Observe(y, from: Normal(next, 1), as: "y")
        Return(next)
      }
      scan
      Return((coin, scan.final))
    }
    func expectError(
      _ text: String, _ sites: [String] = ["scale", "theta"],
      _ change: (inout SequentialMonteCarloSquared) -> Void = { _ in }
    ) async {
      var smc2 = SequentialMonteCarloSquared(over: sites, particles: 5, inner: Self.inner(2))
      change(&smc2)
      do {
        _ = try await smc2.run(model, seed: 1)
        Issue.record("no error that says: \(text)")
      } catch { #expect("\(error)".contains(text), "\(error)") }
    }
    await expectError("particles = 0") { $0.particles = 0 }
    await expectError("inner particles = 0") { $0.inner.particles = 0 }
    await expectError("islands = 0") { $0.islands = 0 }
    await expectError("moves = -1") { $0.moves = -1 }
    await expectError("effective sample fraction = 2") { $0.rule = .effectiveSampleFraction(below: 2) }
    await expectError("acceptance rate of growth = 0") { $0.growth = .doubling(whenAcceptanceBelow: 0, most: 9) }
    await expectError("most inner particles = 1") { $0.growth = .doubling(most: 1) }
    await expectError("scale = -1") { $0.proposal = .learnedWalk(scale: -1) }
    await expectError("the dimension of the covariance = 1") { $0.proposal = .walk(covariance: Matrix.identity(1)) }
    await expectError("not positive definite") { $0.proposal = .walk(covariance: Matrix.diagonal([1, -1])) }
    await expectError("there is no `psi`", ["psi"])
    await expectError("a discrete site has no coordinates", ["coin"])
    await expectError("draws at each step", ["s/x"])
    await expectError("each site once", ["theta", "theta"])
    await expectError("the prior of `theta` depends on it", ["theta"])
    let improper = Model {
      let flat = Latent("flat", Flat())
      Factor(-abs(flat))
      Return(flat)
    }
    await #expect(throws: ModelError.self) {
      try await SequentialMonteCarloSquared(over: ["flat"], particles: 5, inner: Self.inner(2)).run(improper, seed: 1)
    }
  }
}
