import Foundation
import GP
import Inference
import NumericCore
import PPL
import Testing

/// The code of docs/GaussianProcesses.md.
@Suite struct GaussianProcessGuideTests {
  private let points = RegressionData(count: 25).x
  private let values = RegressionData(count: 25).y
  private let new = Matrix(points: [0.5, 1, 9])

  @Test func kernels() throws {
    let trend = try RadialKernel(.squaredExponential, lengthScale: 20).scaled(by: 4)
    let season = try PeriodicKernel(period: 1).scaled(by: 1)
    let decay = try RadialKernel(.matern52, lengthScale: 30)
    let series = trend + season * decay
    let surface =
      try RadialKernel(.matern32, lengthScale: 1).on(0)
      * RadialKernel(.rationalQuadratic(shape: 1), lengthScale: 2).on(1)
    let relevance = try RadialKernel(.matern52, lengthScales: [1, 10])
    let x = Matrix(points: [0, 0.5, 2])
    let k = try series.covariance(of: x)
    let slope = try trend.derivative(KernelDerivative([1], [1]), [0], [0.5])
    let density = trend.spectralDensity(at: [0.1])
    let gradient = try series.covarianceGradient(of: x, adjoint: k)
    let named = series.hyperparameters
    #expect(k.rows == 3 && gradient.count == series.parameterCount)
    // 4 / 20^2 (1 - r^2 / 20^2) exp(-r^2 / (2 20^2)) at r = 0.5.
    let r2 = 0.25 / 400
    #expect(abs(slope - 0.01 * (1 - r2) * exp(-0.5 * r2)) < 1e-12)
    #expect((density ?? 0) > 0)
    #expect(
      named.map(\.name) == ["variance", "lengthScale", "variance", "period", "lengthScale", "lengthScale"])
    #expect(try relevance.covariance([0, 0], [0, 1]) > relevance.covariance([0, 0], [1, 0]))
    #expect(abs(try surface.covariance([0, 0], [0, 0]) - 1) < 1e-15)
  }

  @Test func regression() throws {
    let process = try GaussianProcess(
      RadialKernel(.matern52, lengthScale: 1).scaled(by: 1), noiseVariance: 0.1, mean: .constant)
    let fit = try process.fitted(to: points, values)
    let posterior = try fit.process.condition(on: points, values)
    let prediction = try posterior.predict(at: new)
    let (lower, upper) = try prediction.interval(0.9, of: .observation)
    let paths = try posterior.samples(at: new, count: 100, key: RandomKey(seed: 1))
    let check = posterior.leaveOneOut()
    #expect(paths.rows == 3 && paths.columns == 100)
    #expect(lower[0] < prediction.mean[0] && prediction.mean[0] < upper[0])
    #expect(check.rootMeanSquareError < 1)
  }

  @Test func terms() throws {
    let wave = try CentredPeriodicKernel(period: 2).scaled(by: 1)
    let both = try GaussianProcess(
      wave + RadialKernel(.matern32, lengthScale: 3), noiseVariance: 0.1, mean: .linear)
    let parts = try both.condition(on: points, values)
    let seasonal = try parts.predict(term: wave, at: new)
    #expect(seasonal.variance.allSatisfy { $0 <= 1 })
  }

  @Test func structure() throws {
    let surface =
      try RadialKernel(.matern32, lengthScale: 1).on(0)
      * RadialKernel(.rationalQuadratic(shape: 1), lengthScale: 2).on(1)
    let grid = try ObservedGrid(axes: [[0, 1, 2, 3], [0, 0.5, 1]], missing: [5])
    let gridded = try GaussianProcess(surface, noiseVariance: 0.01).condition(
      on: grid.points, (0..<11).map { sin(Double($0)) }, structure: .grid(grid))
    let interpolation = try GridInterpolation(
      GaussianProcess(surface, noiseVariance: 0.01, mean: .constant), on: grid, (0..<11).map { sin(Double($0)) })
    let filled = interpolation.mean[5]
    let draws = try interpolation.samples(count: 10, key: RandomKey(seed: 4))
    #expect(gridded.logEvidence.isFinite && filled.isFinite && draws.rows == 12)
  }

  @Test func hyperparameters() async throws {
    let process = try GaussianProcess(
      RadialKernel(.matern52, lengthScale: 1).scaled(by: 1), noiseVariance: 0.1, mean: .constant)
    let target = try HyperparameterDensity(process, points: points, values: values)
    let start = target.position
    let chains = try await NoUTurnSampler(chains: 2, warmup: 200, draws: 200)
      .sample(target, from: [start, start], key: RandomKey(seed: 2))
    let drawn = try target.process(at: Array(chains[0].positions.prefix(target.dimension)))
    #expect(chains.count == 2 && drawn.noiseVariance > 0)
  }

  @Test func language() async throws {
    let kernel = try RadialKernel(.matern52, lengthScale: 1).scaled(by: 1)
    let counts = [2, 4, 9, 3, 1]
    let model = Model {
      let alpha = Latent("alpha", HalfNormal(scale: 1))
      let rho = Latent("rho", InverseGamma(shape: 5, scale: 5))
      let covariance = try kernel.covariance(
        of: Matrix(points: [0, 1, 2, 3, 4]), hyperparameters: [square(alpha), rho], noise: 1e-9)
      let z = Latent("z", Normal(0, 1), count: 5)
      let f = cholesky(covariance) * z
      Observe(counts, from: PoissonLog(logRate: f), as: "count")
      Return(f)
    }
    let sampled = try await NoUTurnSampler(chains: 2, warmup: 300, draws: 300).run(model, seed: 3)
    let f = try sampled.values { $0[2] }
    // The largest count is in the middle: its rate is above 1 in most draws.
    #expect(f.count { $0 > 0 } > f.count / 2)
  }
}
