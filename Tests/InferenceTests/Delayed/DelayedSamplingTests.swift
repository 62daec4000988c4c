import Foundation
import Inference
import NumericCore
import PPL
import Testing

/// Delayed sampling denotes what plain sampling does, with less variance.
@Suite struct DelayedSamplingTests {
  private static let data = [0.4, -1.1, 0.9]

  /// A branch, a square and a `map` need numbers of normal, beta and gamma variables halfway.
  private static func mixed() -> Model<(x: Random<Double>, z: Random<Double>, p: Random<Double>)> {
    Model {
      let x = Latent("x", Normal(0.2, 1))
      Observe(data[0], from: Normal(x, 0.8))
      let p = Latent("p", Beta(2, 2))
      let coin = Latent("coin", Bernoulli(p))
      let z = coin.flatMap { coin in coin ? Latent("z", Normal(x, 1)) : Latent("z", Normal(0.3, 0.5)).map { $0 * $0 } }
      Observe(data[1], from: Normal(z + x, 0.6))
      Factor(-0.3 * square(x))
      let rate = Latent("rate", Gamma(shape: 2, rate: 1))
      Observe(3, from: Poisson(rate: rate * exp(0.2 * x)))
      Observe(true, from: Bernoulli(p))
      Observe(data[2], from: Normal(x + rate, 0.7))
      Return((x: x, z: z, p: p))
    }
  }

  /// Evidence and integrals of both against each other: z-tests of differences, 4.5 standard errors; seeds 1 and 2.
  @Test func mixedProgramsDenoteTheSame() async throws {
    func integrals(_ posterior: ParticlePosterior) throws -> [[Double]] {
      let columns = try ["x", "z", "p"].map { try #require(posterior.draws[$0]?[0]) }
      let functions: [(Int) -> Double] = [
        { _ in 1 }, { columns[0][$0] }, { columns[1][$0] }, { columns[2][$0] }, { columns[0][$0] * columns[1][$0] },
        { columns[0][$0] * columns[0][$0] }, { columns[2][$0] * columns[1][$0] },
      ]
      let size = posterior.islands[0].logWeights.count
      return functions.map { f in
        posterior.islands.indices.map { island in
          (0..<size).reduce(0) { $0 + exp(posterior.islands[island].logWeights[$1]) * f(island * size + $1) }
        }
      }
    }
    let plain = SequentialMonteCarlo(particles: 4, islands: 20_000) { Resample(.systematic) }
    let delayed = SequentialMonteCarlo(particles: 4, islands: 10_000, delaysSampling: true) { Resample(.systematic) }
    let a = try integrals(await plain.run(Self.mixed(), seed: 1)), b = try integrals(await delayed.run(Self.mixed(), seed: 2))
    for (number, (a, b)) in zip(a, b).enumerated() {
      let test = try StatisticalTest.means(of: a, and: b)
      #expect(abs(test.statistic) < 4.5, "integral \(number): \(test)")
      if number == 0 { #expect(Diagnostics.standardDeviation(b) < 0.7 * Diagnostics.standardDeviation(a)) }
    }
  }

  /// Random finite programs, which have nothing to delay, and those of the law kit.
  @Test func lawsHold() async throws {
    let delayed = LikelihoodWeighting(particles: 2_000, delaysSampling: true)
    let verdict = try await ProgramLaws(seeds: 0..<3).verdict(on: delayed, seed: 1)
    #expect(verdict.passes, "\(verdict)")
  }

  /// Kalman's evidence by likelihood weighting, whatever the number of particles, and by a filter that resamples.
  @Test func linearSeriesAreExact() async throws {
    let model = Model {
      let scan = Scan("chain", over: Self.data, from: Latent("first", Normal(0, 1))) { x, y in
        let next = Latent("x", Normal(0.9 * x, 0.5))
        Observe(y, from: Normal(next, 0.6), as: "y")
        Return(next)
      }
      scan
      Return(scan.final)
    }
    let weighting = try await LikelihoodWeighting(particles: 3, delaysSampling: true).run(model, seed: 1)
    let filter = try await SequentialMonteCarlo(particles: 5, islands: 2, delaysSampling: true) {
      Resample(.systematic)
    }.run(model, seed: 2)
    let exact = try await SequentialMonteCarlo(particles: 20_000, islands: 8) { Resample(.systematic) }.run(model, seed: 3)
    #expect(abs(weighting.logEvidence - filter.logEvidence) < 1e-12)
    #expect(abs(filter.effectiveSampleFraction - 1) < 1e-12)
    let error = try #require(exact.logEvidenceError)
    #expect(abs(filter.logEvidence - exact.logEvidence) < 4.5 * error)
  }

  /// Parameters are walked over, and the states are summed out: the estimate at a state has no variance, so that the chain
  /// is that of the marginal posterior, whose mean is that of Kalman's evidence over a grid of 2,000 points.
  @Test func innerPopulations() async throws {
    let model = Model {
      let phi = Latent("phi", Uniform(0, 1))
      let scan = Scan("chain", over: Self.data, from: Latent("first", Normal(0, 1))) { x, y in
        let next = Latent("x", Normal(phi * x, 0.5))
        Observe(y, from: Normal(next, 0.6), as: "y")
        Return(next)
      }
      scan
      Return((phi: phi, last: scan.final))
    }
    func mean(_ delaysSampling: Bool, particles: Int, seed: UInt64) async throws -> (mean: Double, error: Double) {
      let sampler = ParticleMarginalMetropolisHastings(
        over: ["phi"],
        inner: SequentialMonteCarlo(particles: particles, delaysSampling: delaysSampling) { Resample(.systematic) },
        warmup: 200, draws: 1_500)
      let row = try #require(try await sampler.run(model, seed: seed).summary().rows.first { $0.name == "phi" })
      return (row.mean, row.meanMCSE)
    }
    let (plain, delayed) = (try await mean(false, particles: 10, seed: 1), try await mean(true, particles: 1, seed: 2))
    let exact = 0.384003247793
    for estimate in [plain, delayed] { #expect(abs(estimate.mean - exact) < 4.5 * estimate.error, "\(plain) \(delayed)") }
  }

  @Test func movesDoNotGoWithIt() async throws {
    let smc = SequentialMonteCarlo(particles: 2, delaysSampling: true) { Rejuvenate(SingleSiteMetropolis()) }
    await #expect(throws: ModelError.delayedTraces) { try await smc.run(Self.mixed(), seed: 1) }
  }
}

extension ParticlePosterior {
  fileprivate var effectiveSampleFraction: Double { weighted.effectiveSampleSize / Double(logWeights.count) }
}
