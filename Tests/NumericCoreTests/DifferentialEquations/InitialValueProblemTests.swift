import Foundation
import NumericCore
import Testing

@Suite struct InitialValueProblemTests {
  @Test(arguments: [InitialValueProblem.Method.rungeKutta45, .rungeKutta89, .adams])
  func theHarmonicOscillator(method: InitialValueProblem.Method) throws {
    let problem = InitialValueProblem(startTime: 0, start: [1, 0]) { _, y, slope in
      (slope[0], slope[1]) = (y[1], -y[0])
    }
    let times = [0, 0.5, 1, 1, 10]
    let states = try problem.solve(at: times, method: method, relativeTolerance: 1e-10, absoluteTolerance: 1e-12)
    for (j, t) in times.enumerated() {
      #expect(abs(states[0, j] - cos(t)) < 1e-7 && abs(states[1, j] + sin(t)) < 1e-7)
    }
  }

  @Test func wrongInputAndBlowUpAreSaid() {
    let square = InitialValueProblem(startTime: 0, start: [1]) { _, y, slope in slope[0] = y[0] * y[0] }
    #expect(throws: DifferentialEquationError.self) { try square.solve(at: [2], maximumSteps: 2000) }
    #expect(throws: DifferentialEquationError.self) { try square.solve(at: [0.5, 0.1]) }
    let none = InitialValueProblem(startTime: 0, start: [1]) { _, _, slope in slope[0] = .nan }
    #expect(throws: DifferentialEquationError.self) { try none.solve(at: [1]) }
  }
}
