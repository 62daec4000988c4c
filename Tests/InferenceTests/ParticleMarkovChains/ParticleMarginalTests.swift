import Foundation
import Inference
import NumericCore
import PPL
import Testing

/// Particle marginal Metropolis-Hastings against exact posteriors, for few particles too.
@Suite struct ParticleMarginalTests {
  static let data = [0.9, 1.4, 0.2, -0.3, 0.8, 1.1]

  /// A series with an unknown coefficient and an unknown noise.
  static func series() -> Model<(last: Random<Double>, phi: Random<Double>)> {
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

  /// Posterior means of phi, sigma and the last state: Kalman filters on a grid.
  static func exact() -> (phi: Double, sigma: Double, last: Double) {
    var sums = (0.0, 0.0, 0.0, 0.0)
    for i in 0..<200 {
      let phi = -1 + (Double(i) + 0.5) / 100
      for j in 0..<400 {
        let logSigma = -3.5 + 6 * (Double(j) + 0.5) / 400
        let sigma = exp(logSigma)
        var (m, v) = (0.0, 0.0)
        var logDensity = -0.5 * pow((logSigma + 0.5) / 0.5, 2)
        for y in data {
          (m, v) = (phi * m, phi * phi * v + sigma * sigma)
          let s = v + 0.25
          logDensity += -0.5 * (log(s) + (y - m) * (y - m) / s)
          (m, v) = (m + v * (y - m) / s, v - v * v / s)
        }
        let weight = exp(logDensity)
        sums = (sums.0 + weight, sums.1 + weight * phi, sums.2 + weight * sigma, sums.3 + weight * m)
      }
    }
    return (sums.1 / sums.0, sums.2 / sums.0, sums.3 / sums.0)
  }

  /// Exact for any number of particles: 2, 5 and 50; seed 3, 4.5 standard errors of the chains.
  @Test(arguments: [2, 5, 50]) func agreesWithTheExactPosterior(particles: Int) async throws {
    let pmmh = ParticleMarginalMetropolisHastings(
      over: ["phi", "sigma"], inner: SequentialMonteCarlo(particles: particles) { Resample(.systematic) }, chains: 4,
      warmup: 500, draws: 5_000)
    let posterior = try await pmmh.run(Self.series(), seed: 3)
    let exact = Self.exact()
    for (name, truth) in [("phi", exact.phi), ("sigma", exact.sigma), ("last", exact.last)] {
      let chains = try posterior.draws.chains(of: name)
      let mean = chains.flatMap { $0 }.reduce(0, +) / Double(posterior.draws.count)
      let error = Diagnostics.meanMCSE(chains)
      #expect(abs(mean - truth) < 4.5 * error, "\(name): \(mean) +- \(error), expected \(truth)")
    }
    #expect(posterior.acceptanceRates.allSatisfy { $0 > 0.02 && $0 < 0.6 })
    #expect(posterior.warnings.isEmpty)
  }

  /// Without sites: independent populations, accepted by their mass. A finite model, 3 particles, seed 1.
  @Test func withoutSitesPopulationsAreProposals() async throws {
    let model = try SequentialMonteCarloTests.markov([0.8, -0.4, 1.9])
    let pimh = ParticleMarginalMetropolisHastings(
      over: [], inner: SequentialMonteCarlo(particles: 3) { Resample(.multinomial) }, warmup: 0, draws: 5_000)
    let posterior = try await pimh.run(model, seed: 1)
    let chains = try posterior.draws.chains(of: "last")
    let mean = chains.flatMap { $0 }.reduce(0, +) / Double(posterior.draws.count)
    let truth = SequentialMonteCarloTests.exact([0.8, -0.4, 1.9]).last
    #expect(abs(mean - truth) < 4.5 * Diagnostics.meanMCSE(chains))
  }

  @Test func wrongSettingsAndSitesAreErrors() async {
    func expectError(_ text: String, _ sites: [String], particles: Int = 2, draws: Int = 10) async {
      let pmmh = ParticleMarginalMetropolisHastings(
        over: sites, inner: SequentialMonteCarlo(particles: particles), chains: 1, warmup: 0, draws: draws)
      do {
        _ = try await pmmh.run(Self.series(), seed: 1)
        Issue.record("no error that says: \(text)")
      } catch { #expect("\(error)".contains(text), "\(error)") }
    }
    await expectError("there is no `psi`", ["psi"])
    await expectError("draws at each step", ["s/x"])
    await expectError("each site once", ["phi", "phi"])
    await expectError("particles = 0", ["phi"], particles: 0)
    await expectError("draws = 0", ["phi"], draws: 0)
  }
}
