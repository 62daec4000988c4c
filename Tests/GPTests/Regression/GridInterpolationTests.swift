import Foundation
import GP
import NumericCore
import Testing

@Suite struct GridInterpolationTests {
  private let axes = [[0, 0.5, 1.1, 2, 2.2, 4], [1, 2, 2.5, 3.5]]
  private let missing = [0, 3, 4, 5, 11, 12, 17, 20]

  private func process(_ mean: MeanFunction) throws -> GaussianProcess {
    let kernel =
      try RadialKernel(.matern52, lengthScale: 1.5).scaled(by: 2).on(0)
      * RadialKernel(.squaredExponential, lengthScale: 1).on(1)
    return try GaussianProcess(kernel, noiseVariance: 0.05, mean: mean)
  }

  private func values(_ x: Matrix) -> [Double] { (0..<x.rows).map { sin(x[$0, 0]) + 0.5 * x[$0, 1] } }

  @Test(arguments: [MeanFunction.zero, .constant, .linear], [true, false])
  func meanIsTheDenseOne(mean: MeanFunction, isComplete: Bool) throws {
    let grid = try ObservedGrid(axes: axes, missing: isComplete ? [] : missing)
    let y = values(grid.points)
    let fast = try GridInterpolation(process(mean), on: grid, y, tolerance: 1e-12)
    let dense = try process(mean).condition(on: grid.points, y).predict(at: ObservedGrid(axes: axes).points)
    for (a, b) in zip(fast.mean, dense.mean) { #expect(abs(a - b) < 1e-9) }
    // Without missing cells the preconditioner is the inverse.
    #expect(isComplete ? fast.iterations <= 2 : fast.iterations <= 2 * missing.count)
  }

  /// Means and variances of 4,000 draws within 5 standard errors; seed 13.
  @Test func drawsAreFromThePosterior() throws {
    let grid = try ObservedGrid(axes: axes, missing: missing)
    let y = values(grid.points)
    let count = 4_000
    let draws = try GridInterpolation(process(.constant), on: grid, y).samples(
      count: count, key: RandomKey(seed: 13))
    let exact = try process(.constant).condition(on: grid.points, y).predict(
      at: ObservedGrid(axes: axes).points)
    for i in 0..<24 {
      let (mean, variance) = (exact.mean[i], exact.variance[i])
      let average = (0..<count).reduce(0) { $0 + draws[i, $1] } / Double(count)
      let spread =
        (0..<count).reduce(0) { $0 + (draws[i, $1] - mean) * (draws[i, $1] - mean) } / Double(count)
      #expect(abs(average - mean) < 5 * (variance / Double(count)).squareRoot())
      #expect(abs(spread - variance) < 5 * variance * (2 / Double(count)).squareRoot())
    }
  }

  @Test func badSettingsAreNamed() throws {
    let grid = try ObservedGrid(axes: axes)
    let y = values(grid.points)
    #expect(throws: RegressionError.invalidSetting(name: "tolerance", value: 0, expected: "in (0, 1)")) {
      try GridInterpolation(process(.zero), on: grid, y, tolerance: 0)
    }
    #expect(throws: RegressionError.invalidSetting(name: "noiseVariance", value: 0, expected: "> 0")) {
      try GridInterpolation(GaussianProcess(process(.zero).kernel, noiseVariance: 0), on: grid, y)
    }
    #expect(throws: RegressionError.countMismatch(points: 24, values: 1)) {
      try GridInterpolation(process(.zero), on: grid, [1])
    }
  }
}
