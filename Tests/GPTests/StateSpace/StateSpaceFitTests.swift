import Foundation
import GP
import NumericCore
import Testing

/// Hyper-parameters by the evidence of a filter.
@Suite struct StateSpaceFitTests {
  /// 800 points of a draw from the process itself, seed 21: every hyper-parameter within 4 standard deviations of its
  /// posterior, by the curvature at the optimum, of the one that the draw is from.
  @Test func findsTheHyperparametersOfADraw() throws {
    let kernel =
      try (CentredPeriodicKernel(period: 1, lengthScale: 1.2) * RadialKernel(.matern32, lengthScale: 8))
      .scaled(by: 1.5) + RadialKernel(.matern52, lengthScale: 3).scaled(by: 2)
    let count = 800
    let key = RandomKey(seed: 21)
    let x = Matrix(points: key.child(0).uniforms(count).map { 40 * $0 })
    var covariance = try kernel.covariance(of: x)
    covariance.addToDiagonal(0.1)
    let y = try Cholesky(covariance).lower * key.child(1).normals(count)
    let process = try GaussianProcess(kernel, noiseVariance: 0.1)
    // From elsewhere; the period within what its prior takes for known.
    let truth = kernel.parameters + [log(0.1)]
    var start = kernel.parameters
    for i in start.indices { start[i] += [0.3, 0.01, -0.3, 0.4, -0.5, 0.5][i] }
    let other = try GaussianProcess(kernel.with(parameters: start), noiseVariance: 0.3)
    let fit = try other.fitted(to: x, y, starts: 1, structure: .stateSpace)
    let density = try HyperparameterDensity(
      process, points: x, values: y, priors: fit.priors, structure: .stateSpace)
    let found = fit.process.kernel.parameters + [log(fit.process.noiseVariance)]
    func slopes(_ position: [Double]) throws -> [Double] {
      let posterior = try density.process(at: position).condition(on: x, y, structure: .stateSpace)
      let priors = fit.priors.kernel + [fit.priors.noise]
      return zip(posterior.evidenceGradient(), zip(priors, position)).map { slope, prior in
        slope + (prior.0.mean - prior.1) / (prior.0.standardDeviation * prior.0.standardDeviation)
      }
    }
    var information = Matrix(rows: truth.count, columns: truth.count)
    let step = 1e-4
    for j in truth.indices {
      var (up, down) = (found, found)
      up[j] += step
      down[j] -= step
      for (i, pair) in zip(try slopes(up), try slopes(down)).enumerated() {
        // The two halves of what is symmetric but for the error of differences.
        information[i, j] += 0.5 * (pair.1 - pair.0) / (2 * step)
        information[j, i] += 0.5 * (pair.1 - pair.0) / (2 * step)
      }
    }
    let spread = try Cholesky(information).inverse
    for i in truth.indices {
      #expect(abs(found[i] - truth[i]) < 4 * spread[i, i].squareRoot(), "\(i): \(found[i]) \(truth[i])")
    }
  }

  /// What is found on a few points is what the dense evidence leads to.
  @Test func isTheDenseFit() throws {
    let data = RegressionData(count: 150)
    let process = try GaussianProcess(
      RadialKernel(.matern52, lengthScale: 1).scaled(by: 1), noiseVariance: 0.1, mean: .linear)
    let fast = try process.fitted(to: data.x, data.y, starts: 2, structure: .stateSpace)
    let slow = try process.fitted(to: data.x, data.y, starts: 2, structure: .dense)
    for (a, b) in zip(fast.process.kernel.parameters, slow.process.kernel.parameters) { #expect(abs(a - b) < 1e-3) }
    #expect(abs(fast.logPosterior - slow.logPosterior) < 1e-6 * abs(slow.logPosterior))
  }
}
