import Foundation
import GP
import NumericCore
import Testing

/// P1 is u'' = F on [0, 2 pi] with u = sin 100x, of Fang et al. (2024).
@Suite("The reference method")
struct JointMAPSolverTests {
  private func relativeError(
    _ solution: JointMAPSolution, _ exact: (_ point: [Double]) -> Double
  ) throws -> Double {
    let axes = solution.grid.map { grid in
      let (lower, upper) = (grid[0], grid[grid.count - 1])
      return (0..<300).map { min(lower + (upper - lower) * Double($0) / 299, upper) }
    }
    let points = axes.count == 1 ? axes[0].map { [$0] } : axes[1].flatMap { y in axes[0].map { [$0, y] } }
    let values = try solution.values(on: axes)
    #expect(values.count == points.count)
    var (square, total) = (0.0, 0.0)
    for (value, point) in zip(values, points) {
      let truth = exact(point)
      square += (value - truth) * (value - truth)
      total += truth * truth
    }
    return (square / total).squareRoot()
  }

  @Test("the error of P1 falls to 0.3 within 120 steps, and goes on", arguments: StationaryEnvelope.allCases)
  func firstSteps(envelope: StationaryEnvelope) throws {
    var solver = JointMAPSolver(frequencyScale: 20)
    solver.envelope = envelope
    let problem = try CollocationProblem(
      on: 0...(2 * .pi), points: 400, source: { -1e4 * sin(100 * $0) }, boundary: { sin(100 * $0) })
    var run = try solver.start(problem)
    try run.advance(steps: 120)
    let early = try relativeError(run.solution()) { sin(100 * $0[0]) }
    #expect(early < 0.3)
    try run.advance(steps: 280)
    let late = try run.solution()
    #expect(late.steps == 400)
    #expect(try relativeError(late) { sin(100 * $0[0]) } < 0.5 * early)
  }

  /// Adam at a fixed step never settles: the error goes up and down between 1e-6 and some 1e-3. Hence the
  /// median of several states, which selects none of them.
  @Test("P1 at a fifth of the frequency, on a quarter of the points: the error goes below 0.001")
  func convergence() throws {
    let problem = try CollocationProblem(
      on: 0...(2 * .pi), points: 100, source: { -400 * sin(20 * $0) }, boundary: { sin(20 * $0) })
    var run = try JointMAPSolver(frequencyScale: 5).start(problem)
    try run.advance(steps: 9500)
    let errors = try (0..<9).map { _ in
      try run.advance(steps: 100)
      return try relativeError(run.solution()) { sin(20 * $0[0]) }
    }
    #expect(errors.sorted()[4] < 1e-3)
    let solution = try run.solution()
    #expect(solution.relativeResidual < 0.01)
    #expect(solution.warnings.isEmpty)
    // The components left are at the solution's frequency.
    let components = solution.covariances[0].components
    let near = components.filter { abs($0.frequency.magnitude - 10 / .pi) < 0.5 }
    #expect(near.reduce(0) { $0 + $1.weight } > 0.9 * components.reduce(0) { $0 + $1.weight })
  }

  @Test("a product of sines on a square")
  func plane() throws {
    let exact = { @Sendable (point: [Double]) in sin(8 * point[0]) * sin(8 * point[1]) }
    let problem = try CollocationProblem(
      on: 0...(2 * .pi), 0...(2 * .pi), points: (40, 40), source: { x, y in -128 * exact([x, y]) },
      boundary: { x, y in exact([x, y]) })
    let solution = try JointMAPSolver(frequencyScale: 2).solve(problem, steps: 1000)
    #expect(try relativeError(solution, exact) < 0.03)
    #expect(solution.boundaryResidual < 0.01)
  }

  @Test("predictions are K* K^-1 U, in one and in two dimensions")
  func prediction() throws {
    var solver = JointMAPSolver(frequencyScale: 2)
    solver.components = 3
    solver.jitter = 1e-4
    let line = try CollocationProblem(on: 0...2, points: 12, source: { cos($0) }, boundary: { _ in 0.5 })
    let plane = try CollocationProblem(
      on: 0...2, -1...1, points: (12, 9), source: { x, y in cos(x) * y }, boundary: { x, _ in x })
    let points = [[0.03, 0.7, 1.99, 2.4], [-0.9, 0.11]]
    for problem in [line, plane] {
      let solution = try solver.solve(problem, steps: 30)
      // One axis after the other, each by a dense solve.
      var values = try Matrix(
        rows: problem.axes[0].count, columns: problem.source.count / problem.axes[0].count,
        elements: solution.values)
      for axis in problem.axes.indices {
        let (grid, k) = (problem.axes[axis], solution.covariances[axis])
        var covariance = Matrix(rows: grid.count, columns: grid.count)
        var cross = Matrix(rows: points[axis].count, columns: grid.count)
        for (j, y) in grid.enumerated() {
          for (i, x) in grid.enumerated() { covariance[i, j] = try k.value(at: x - y) + (i == j ? 1e-4 : 0) }
          for (i, x) in points[axis].enumerated() { cross[i, j] = try k.value(at: x - y) }
        }
        values = try (cross * Cholesky(covariance).solve(values)).transposed
      }
      let predicted = try solution.values(on: Array(points[..<problem.axes.count]))
      #expect(predicted.count == values.elements.count)
      for (a, b) in zip(predicted, values.elements) { #expect(abs(a - b) < 1e-8) }
    }
  }
}
