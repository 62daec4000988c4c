import GP
import NumericCore
import Testing

/// Structure changes the cost, not the numbers.
@Suite struct CovarianceSolverTests {
  @Test(arguments: [MeanFunction.zero, .linear]) func toeplitzRegressionIsTheDenseOne(mean: MeanFunction)
    throws
  {
    let data = RegressionData(count: 320, isUniform: true)
    let kernel =
      try RadialKernel(.rationalQuadratic(shape: 2), lengthScale: 3).scaled(by: 2)
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

  @Test(arguments: [[], [3], [0, 7, 8, 29]], [MeanFunction.zero, .linear])
  func gridRegressionIsTheDenseOne(missing: [Int], mean: MeanFunction) throws {
    let grid = try ObservedGrid(axes: [[0, 0.5, 2, 2.2, 4], [1, 2, 2.5], [-1, 1]], missing: missing)
    let x = grid.points
    let noise = RandomKey(seed: 2).normals(30)
    let y = (0..<x.rows).map { x[$0, 0] * x[$0, 1] - x[$0, 2] + 0.1 * noise[$0] }
    let kernel =
      try RadialKernel(.matern52, lengthScale: 2).scaled(by: 2).on(0)
      * (RadialKernel(.squaredExponential, lengthScale: 1) + LinearKernel(centre: 0.3)).on(1)
      * RadialKernel(.rationalQuadratic(shape: 1), lengthScale: 3).on(2)
    let process = try GaussianProcess(kernel, noiseVariance: 0.04, mean: mean)
    let fast = try process.condition(on: x, y, structure: .grid(grid))
    let slow = try process.condition(on: x, y, structure: .dense)
    #expect(abs(fast.logEvidence - slow.logEvidence) < 1e-9)
    for (a, b) in zip(fast.evidenceGradient(), slow.evidenceGradient()) { #expect(abs(a - b) < 1e-8) }
    let new = try ObservedGrid(axes: [[0.1, 5], [2], [-1, 0.5]]).points
    let (p, q) = (try fast.predict(at: new), try slow.predict(at: new))
    for i in 0..<4 {
      #expect(abs(p.mean[i] - q.mean[i]) < 1e-9)
      #expect(abs(p.variance[i] - q.variance[i]) < 1e-9)
    }
    let (l, r) = (fast.leaveOneOut(), slow.leaveOneOut())
    #expect(abs(l.meanNegativeLogDensity - r.meanNegativeLogDensity) < 1e-9)
    let fit = try process.fitted(to: x, y, starts: 1, structure: .grid(grid))
    #expect(
      abs(fit.logEvidence - (try fit.process.condition(on: x, y, structure: .dense).logEvidence)) < 1e-6)
  }

  @Test func gridsThatAreNoneAreRefused() throws {
    #expect(throws: RegressionError.self) { try ObservedGrid(axes: [[1], []]) }
    #expect(throws: RegressionError.self) { try ObservedGrid(axes: [[1, 2]], missing: [2]) }
    #expect(throws: RegressionError.self) { try ObservedGrid(axes: [[1, 2]], missing: [1, 0]) }
    let grid = try ObservedGrid(axes: [[0, 1], [0, 1]])
    let radial = try RadialKernel(.squaredExponential, lengthScales: [1, 1])
    let line = try RadialKernel(.matern32, lengthScale: 1)
    let product = line.on(0) * line.on(1)
    let expected = "under a product of one kernel for each coordinate, in their order"
    #expect(throws: RegressionError.unstructured(expected: expected)) {
      try GaussianProcess(radial, noiseVariance: 1).condition(
        on: grid.points, [0, 1, 2, 3], structure: .grid(grid))
    }
    #expect(
      throws: RegressionError.unstructured(expected: "those of the grid's observed cells, in their order")
    ) {
      try GaussianProcess(product, noiseVariance: 1).condition(
        on: Matrix(rows: 1, columns: 2), [0], structure: .grid(grid))
    }
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
