import Foundation
import GP
import Testing

@Suite("Wrong input of the reference method")
struct JointMAPErrorTests {
  @Test("problems that are not stated well are refused")
  func problems() throws {
    #expect(throws: JointMAPError.gridTooSmall(axis: 1, points: 3, needed: 4)) {
      try CollocationProblem(on: 0...1, 0...1, points: (4, 3), source: { x, _ in x }, boundary: { _, y in y })
    }
    #expect(throws: JointMAPError.invalidInterval(axis: 0, lower: 1, upper: 1)) {
      try CollocationProblem(on: 1...1, points: 9, source: { $0 }, boundary: { $0 })
    }
    #expect(throws: JointMAPError.invalidInterval(axis: 0, lower: 0, upper: .infinity)) {
      try CollocationProblem(on: 0...(.infinity), points: 9, source: { $0 }, boundary: { $0 })
    }
    #expect(throws: JointMAPError.nonFinite(what: "source", point: [0], value: .infinity)) {
      try CollocationProblem(on: 0...1, points: 9, source: { 1 / $0 }, boundary: { $0 })
    }
    #expect(throws: JointMAPError.nonFinite(what: "boundary value", point: [1], value: -.infinity)) {
      try CollocationProblem(on: 0...1, points: 9, source: { $0 }, boundary: { log(1 - $0) })
    }
  }

  @Test("settings that are out of range are named")
  func settings() throws {
    let problem = try CollocationProblem(on: 0...1, points: 9, source: { $0 }, boundary: { $0 })
    func error(_ change: (inout JointMAPSolver) -> Void) -> JointMAPError? {
      var solver = JointMAPSolver(frequencyScale: 3)
      change(&solver)
      do {
        _ = try solver.start(problem)
        return nil
      } catch {
        return error
      }
    }
    func invalid(_ name: String, _ value: Double, _ expected: String = "> 0 and finite") -> JointMAPError {
      .invalidSetting(name: name, value: value, expected: expected)
    }
    #expect(error { _ in } == nil)
    #expect(error { $0.components = 0 } == invalid("components", 0, ">= 1"))
    #expect(error { $0.frequencyScale = -1 } == invalid("frequency scale", -1, ">= 0 and finite"))
    #expect(error { $0.lengthScale = 0 } == invalid("length scale", 0))
    #expect(error { $0.boundaryWeight = 0 } == invalid("boundary weight", 0))
    #expect(error { $0.jitter = -1e-6 } == invalid("jitter", -1e-6))
    #expect(error { $0.boundaryFloor = 0 } == invalid("boundary floor", 0))
    #expect(error { $0.residualFloor = 0 } == invalid("residual floor", 0))
    #expect(error { $0.stepSize = .infinity } == invalid("step size", .infinity))
    var run = try JointMAPSolver(frequencyScale: 3).start(problem)
    #expect(throws: invalid("steps", -1, ">= 0")) { try run.advance(steps: -1) }
  }

  @Test("a run whose density overflows says so")
  func divergence() throws {
    // The first step moves every coordinate by 400, and weights overflow.
    let problem = try CollocationProblem(on: 0...1, points: 9, source: { $0 }, boundary: { $0 })
    var solver = JointMAPSolver(frequencyScale: 3)
    solver.stepSize = 1000
    #expect(throws: JointMAPError.diverged(step: 1, jitter: solver.jitter)) {
      try solver.solve(problem, steps: 10)
    }
  }

  @Test("points to predict at are checked, and frequencies beyond the grid's are told")
  func solution() throws {
    let problem = try CollocationProblem(on: 0...1, points: 9, source: { $0 }, boundary: { $0 })
    let solution = try JointMAPSolver(frequencyScale: 3).solve(problem, steps: 0)
    #expect(throws: JointMAPError.wrongPointCount(axes: 2, expected: 1)) {
      try solution.values(on: [[0], [0]])
    }
    #expect(throws: JointMAPError.nonFinitePoint(axis: 0, index: 1, value: -.infinity)) {
      try solution.values(on: [[0, -.infinity]])
    }
    #expect(solution.warnings.isEmpty)
    // 9 points on [0, 1] resolve 4 cycles.
    let coarse = try JointMAPSolver(frequencyScale: 8).solve(problem, steps: 0)
    #expect(coarse.warnings.count == 1)
    #expect(coarse.warnings[0].contains("resolve 4.0 cycles"))
  }
}
