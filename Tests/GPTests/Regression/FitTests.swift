import Foundation
import GP
import NumericCore
import Testing

@Suite struct FitTests {
  @Test func densityIsEvidenceAndPriorsWithTheirGradient() throws {
    let data = RegressionData(count: 20, dimension: 2)
    let kernel = try RadialKernel(.rationalQuadratic(shape: 1), lengthScales: [1, 2]).scaled(by: 1)
    let process = try GaussianProcess(kernel, noiseVariance: 0.1, mean: .constant)
    let density = try HyperparameterDensity(process, points: data.x, values: data.y)
    #expect(density.dimension == 5)
    func value(_ theta: [Double]) -> Double {
      var workspace: Void = ()
      return density.logDensity(at: theta.span, workspace: &workspace)
    }
    let priors = density.priors
    let prior = zip(priors.kernel + [priors.noise], density.position).reduce(0) {
      let z = ($1.1 - $1.0.mean) / $1.0.standardDeviation
      return $0 - 0.5 * z * z - log($1.0.standardDeviation * (2 * Double.pi).squareRoot())
    }
    let evidence = try process.condition(on: data.x, data.y).logEvidence
    #expect(abs(value(density.position) - evidence - prior) < 1e-10)
    var gradient = Array(repeating: 0.0, count: 5)
    var workspace: Void = ()
    var span = gradient.mutableSpan
    _ = density.logDensity(at: density.position.span, gradient: &span, workspace: &workspace)
    for i in 0..<5 {
      var (up, down) = (density.position, density.position)
      up[i] += 1e-5
      down[i] -= 1e-5
      let difference = (value(up) - value(down)) / 2e-5
      #expect(abs(gradient[i] - difference) < 1e-6 * max(1, abs(difference)))
    }
    #expect(value([800, 0, 0, 0, 0]) == -.infinity)
  }

  /// Hyper-parameters of data drawn from the process, from a bad start: the truth is no likelier than what is
  /// found, and its noise is found within a factor that 150 data allow (4 standard errors of the logarithm,
  /// sqrt(2 / 150) each, with seed 7).
  @Test func hyperparametersOfAProcessAreFound() throws {
    let x = Matrix(points: RandomKey(seed: 7).uniforms(150).map { 10 * $0 })
    let truth = try GaussianProcess(
      try RadialKernel(.squaredExponential, lengthScale: 0.8).scaled(by: 4), noiseVariance: 0.09)
    var covariance = try truth.kernel.covariance(of: x)
    covariance.addToDiagonal(0.09)
    let y = try Cholesky(covariance).lower * RandomKey(seed: 7).child(1).normals(150)
    let start = try GaussianProcess(
      try RadialKernel(.squaredExponential, lengthScale: 50).scaled(by: 0.01), noiseVariance: 100)
    let fit = try start.fitted(to: x, y)
    #expect(fit.starts.count == 4)
    #expect(fit.logEvidence > (try truth.condition(on: x, y).logEvidence) - 1)
    #expect(abs(log(fit.process.noiseVariance / 0.09)) < 4 * (2.0 / 150).squareRoot())
    #expect(fit.optimum.gradientSize < 1e-2)
    // Any fit is at a maximum of what `starts` compares.
    #expect(fit.logPosterior >= (fit.starts.max() ?? 0) - 1e-6)
  }

  /// Units do not matter: data in other units give the fit in these units.
  @Test func fitIsEquivariantUnderUnits() throws {
    let data = RegressionData(count: 40)
    let kernel = try RadialKernel(.matern52, lengthScale: 1).scaled(by: 1)
    let a = try GaussianProcess(kernel, noiseVariance: 0.1, mean: .constant).fitted(to: data.x, data.y)
    let scaled = Matrix(points: data.x.elements.map { 1e3 * $0 + 5e4 })
    let b = try GaussianProcess(
      try RadialKernel(.matern52, lengthScale: 1e3).scaled(by: 1e8), noiseVariance: 1e7, mean: .constant
    ).fitted(to: scaled, data.y.map { 1e4 * $0 - 7 })
    #expect(abs(a.process.noiseVariance * 1e8 / b.process.noiseVariance - 1) < 1e-2)
    for (p, (q, shift)) in zip(
      a.process.kernel.parameters, zip(b.process.kernel.parameters, [log(1e8), log(1e3)]))
    {
      #expect(abs(p + shift - q) < 1e-2)
    }
  }

  /// Constant and single values, and few of them, fit to something finite.
  @Test func degenerateDataFit() throws {
    let kernel = try RadialKernel(.matern52, lengthScale: 1).scaled(by: 1)
    let process = try GaussianProcess(kernel, noiseVariance: 0.1)
    for (x, y) in [([1.0], [2.0]), ([1, 1], [0, 1]), ([0, 1, 2], [5, 5, 5]), ([0, 1, 2], [0, 0, 0])] {
      let fit = try process.fitted(to: Matrix(points: x), y)
      #expect(fit.logEvidence.isFinite)
      let prediction = try fit.process.condition(on: Matrix(points: x), y).predict(at: Matrix(points: [0.5]))
      #expect(prediction.mean[0].isFinite && prediction.variance[0] >= 0)
    }
  }

  @Test func badSettingsAreNamed() throws {
    let data = RegressionData(count: 5)
    let process = try GaussianProcess(try RadialKernel(.matern12, lengthScale: 1), noiseVariance: 1)
    #expect(throws: RegressionError.invalidSetting(name: "starts", value: 0, expected: ">= 1")) {
      try process.fitted(to: data.x, data.y, starts: 0)
    }
    let prior = NormalPrior(mean: 0, standardDeviation: 0)
    #expect(
      throws: RegressionError.invalidSetting(
        name: "prior standardDeviation", value: 0, expected: "> 0 and finite")
    ) { try process.fitted(to: data.x, data.y, priors: HyperPriors(kernel: [prior], noise: prior)) }
    #expect(
      throws: RegressionError.invalidSetting(
        name: "priors.kernel.count", value: 0, expected: "1, the number of hyper-parameters")
    ) { try process.fitted(to: data.x, data.y, priors: HyperPriors(kernel: [], noise: prior)) }
  }
}
