import Foundation
import GP
import NumericCore
import Testing

/// Joint draws by a filter.
@Suite struct StateSpacePathTests {
  private static func kernels() throws -> [any Kernel] {
    let smooth = try RadialKernel(.matern52, lengthScale: 2)
    return [
      try (CentredPeriodicKernel(period: 1.3) * smooth).scaled(by: 0.7) + RadialKernel(.matern12, lengthScale: 1),
      try smooth * LinearKernel(slopeVariance: 0.4, centre: 1) + ConstantKernel(),
    ]
  }

  /// Mean and covariance of 4,000 draws within 5 standard errors of those of the dense posterior; seed 12. Before,
  /// at, between and after the data, one point twice.
  @Test(arguments: [0, 1], [MeanFunction.zero, .linear])
  func drawsHaveTheMomentsOfThePosterior(number: Int, mean: MeanFunction) throws {
    let data = RegressionData(count: 12)
    let process = try GaussianProcess(try Self.kernels()[number], noiseVariance: 0.1, mean: mean)
    let posterior = try process.condition(on: data.x, data.y, structure: .stateSpace)
    let dense = try process.condition(on: data.x, data.y, structure: .dense)
    let new = Matrix(points: [2.1, -0.5, data.x[3, 0], 2.1, 7])
    let count = 4000
    let draws = try posterior.samples(at: new, count: count, key: RandomKey(seed: 12))
    let (expected, covariance) = (try dense.predict(at: new).mean, try dense.covariance(at: new))
    for i in 0..<5 {
      let average = (0..<count).reduce(0) { $0 + draws[i, $1] } / Double(count)
      #expect(abs(average - expected[i]) < 5 * (covariance[i, i] / Double(count)).squareRoot())
      for j in 0...i {
        let product =
          (0..<count).reduce(0) { $0 + (draws[i, $1] - expected[i]) * (draws[j, $1] - expected[j]) } / Double(count)
        let spread = covariance[i, i] * covariance[j, j] + covariance[i, j] * covariance[i, j]
        #expect(abs(product - covariance[i, j]) < 5 * (spread / Double(count)).squareRoot())
      }
    }
    #expect((0..<count).allSatisfy { abs(draws[0, $0] - draws[3, $0]) < 1e-9 })
    // The joint covariance itself, by solves of the filter.
    let joint = try posterior.covariance(at: new)
    for i in 0..<5 { for j in 0..<5 { #expect(abs(joint[i, j] - covariance[i, j]) < 1e-6) } }
  }
}
