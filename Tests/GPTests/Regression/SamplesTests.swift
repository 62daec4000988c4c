import Foundation
import GP
import NumericCore
import Testing

@Suite struct SamplesTests {
  /// Mean and covariance of draws, within 5 standard errors; seed 11.
  @Test(
    arguments: [GaussianProcessPosterior.SamplingMethod.cholesky, .matheron], [MeanFunction.zero, .linear])
  func drawsHaveTheMomentsOfThePosterior(
    method: GaussianProcessPosterior.SamplingMethod, mean: MeanFunction
  ) throws {
    let data = RegressionData(count: 12)
    let kernel = try RadialKernel(.squaredExponential, lengthScale: 1).scaled(by: 2)
    let posterior = try GaussianProcess(kernel, noiseVariance: 0.1, mean: mean).condition(on: data.x, data.y)
    let new = Matrix(points: [0.5, 2, 2.1, 7])
    let count = 20_000
    let draws = try posterior.samples(at: new, count: count, method: method, key: RandomKey(seed: 11))
    let (expected, covariance) = (try posterior.predict(at: new).mean, try posterior.covariance(at: new))
    for i in 0..<4 {
      let average = (0..<count).reduce(0) { $0 + draws[i, $1] } / Double(count)
      #expect(abs(average - expected[i]) < 5 * (covariance[i, i] / Double(count)).squareRoot())
      for j in 0...i {
        let product =
          (0..<count).reduce(0) {
            $0 + (draws[i, $1] - expected[i]) * (draws[j, $1] - expected[j])
          } / Double(count)
        // The variance of a product of two normal variates.
        let spread = covariance[i, i] * covariance[j, j] + covariance[i, j] * covariance[i, j]
        #expect(abs(product - covariance[i, j]) < 5 * (spread / Double(count)).squareRoot())
      }
    }
  }

  @Test func negativeCountIsRefused() throws {
    let data = RegressionData(count: 5)
    let posterior = try GaussianProcess(try RadialKernel(.matern12, lengthScale: 1), noiseVariance: 1)
      .condition(on: data.x, data.y)
    #expect(throws: RegressionError.invalidSetting(name: "count", value: -1, expected: ">= 0")) {
      try posterior.samples(at: data.x, count: -1, key: RandomKey(seed: 1))
    }
  }
}
