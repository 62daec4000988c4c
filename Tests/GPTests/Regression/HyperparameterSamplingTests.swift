import Foundation
import GP
import Inference
import NumericCore
import Testing

@Suite struct HyperparameterSamplingTests {
  /// One hyper-parameter, the logarithm of a length scale, by NUTS (seed 12) and by quadrature: mean and
  /// variance within 5 standard errors, where the effective sample size is at least a quarter of the draws.
  @Test func drawsAreFromThePosterior() async throws {
    let data = RegressionData(count: 15)
    let process = try GaussianProcess(RadialKernel(.matern12, lengthScale: 1), noiseVariance: 0)
    let density = try HyperparameterDensity(
      process, points: data.x, values: data.y,
      priors: HyperPriors(
        kernel: [NormalPrior(mean: 0, standardDeviation: 2)],
        noise: NormalPrior(mean: 0, standardDeviation: 1)))
    #expect(density.dimension == 1)
    func value(_ theta: Double) -> Double {
      var workspace: Void = ()
      return density.logDensity(at: [theta].span, workspace: &workspace)
    }
    let top = value(0)
    func moment(_ f: (Double) -> Double) throws -> Double {
      try integrate(from: -12, to: 12, relativeTolerance: 1e-8) { f($0) * exp(value($0) - top) }.value
    }
    let mass = try moment { _ in 1 }
    let mean = try moment { $0 } / mass
    let variance = try moment { ($0 - mean) * ($0 - mean) } / mass
    let sampler = NoUTurnSampler(chains: 2, warmup: 500, draws: 2000)
    let chains = try await sampler.sample(density, from: [[0], [1]], key: RandomKey(seed: 12))
    let draws = chains.flatMap(\.positions)
    let average = draws.reduce(0, +) / Double(draws.count)
    let spread = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(draws.count)
    let size = Double(draws.count) / 4
    #expect(abs(average - mean) < 5 * (variance / size).squareRoot())
    #expect(abs(spread - variance) < 5 * variance * (2 / size).squareRoot())
  }
}
