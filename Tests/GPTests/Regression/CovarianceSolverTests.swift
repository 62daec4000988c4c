import GP
import NumericCore
import Testing

/// Structure changes the cost, not the numbers.
@Suite struct CovarianceSolverTests {
  @Test(arguments: [MeanFunction.zero, .linear]) func toeplitzRegressionIsTheDenseOne(mean: MeanFunction) throws {
    let data = RegressionData(count: 320, isUniform: true)
    let kernel = try RadialKernel(.rationalQuadratic(shape: 2), lengthScale: 3).scaled(by: 2)
      + RadialKernel(.matern32, lengthScale: 1)
    let process = try GaussianProcess(kernel, noiseVariance: 0.04, mean: mean)
    let fast = try process.condition(on: data.x, data.y, structure: .toeplitz)
    let slow = try process.condition(on: data.x, data.y, structure: .dense)
    #expect(abs(fast.logEvidence - slow.logEvidence) < 1e-8)
    for (a, b) in zip(fast.evidenceGradient(), slow.evidenceGradient()) { #expect(abs(a - b) < 1e-7) }
    let new = Matrix(points: [9, 20.1, 60, 95])
    let (p, q) = (try fast.predict(at: new), try slow.predict(at: new))
    for i in 0..<4 {
      #expect(abs(p.mean[i] - q.mean[i]) < 1e-8)
      #expect(abs(p.variance[i] - q.variance[i]) < 1e-8)
    }
    let (l, r) = (fast.leaveOneOut(), slow.leaveOneOut())
    #expect(abs(l.meanNegativeLogDensity - r.meanNegativeLogDensity) < 1e-9)
    // More than 300 equally spaced points: what is automatic is Toeplitz.
    #expect(try process.condition(on: data.x, data.y).logEvidence == fast.logEvidence)
  }

  @Test func pointsWithoutStructureAreRefused() throws {
    let kernel = try RadialKernel(.matern32, lengthScale: 1)
    for points: [Double] in [[0, 1, 3], [0, -1, -2], [0, 0, 0]] {
      #expect(throws: RegressionError.unstructured(expected: "ascending and equally spaced on the line")) {
        try ToeplitzSolver(kernel, noise: 1, at: Matrix(points: points))
      }
    }
    #expect(throws: RegressionError.unstructured(expected: "under a stationary kernel")) {
      try ToeplitzSolver(LinearKernel(), noise: 1, at: Matrix(points: [0, 1]))
    }
  }
}
