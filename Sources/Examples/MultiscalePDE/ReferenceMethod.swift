import CommandSupport
import Foundation
import GP
import Inference

/// The paper's own method on P1 with 400 points: its error step by step, and what a step costs.
struct ReferenceMethod: Encodable {
  struct Row: Encodable {
    let steps: Int
    /// Relative L2 error on the test grid.
    let error: Double
  }
  let rows: [Row]
  /// Of the last states, each `stride` steps after the one before: at a fixed step Adam does not settle.
  let medianError: Double
  let secondsPerStep: Double

  /// In seconds, of the code that was published with the paper, on one core.
  static let publishedStep = 2.7
  /// What errors are asked for: early, and in the end.
  static let marks = (early: (steps: 120, error: 0.3), late: 1e-3)
  private static let states = 9
  private static let stride = 100

  /// - Parameter steps: at least 1000.
  init(steps: Int, progress: (String) -> Void) throws {
    let exact: @Sendable (Double) -> Double = { sin(100 * $0) }
    let ends = [0, 2 * Double.pi]
    let problem = try CollocationProblem(
      on: ends[0]...ends[1], points: 400, source: { -1e4 * exact($0) }, boundary: exact)
    let x = evenly(Outcome.testPoints(dimensions: 1), ends)
    let truth = x.map(exact)
    var run = try JointMAPSolver(frequencyScale: 20).start(problem)
    var seconds = 0.0
    func error(after step: Int) throws -> Double {
      seconds += try timed { try run.advance(steps: step - run.steps) }.cpuSeconds
      let error = try relativeError(run.solution().values(on: [x]), truth)
      progress("reference method, step \(step): error \(error)")
      return error
    }
    let last = Self.states * Self.stride
    let early = [Self.marks.early.steps, 400, 1000, 3000, 10_000, 30_000, 100_000]
    rows = try early.filter { $0 < steps - last }.map { Row(steps: $0, error: try error(after: $0)) }
    let late = try (0..<Self.states).map { try error(after: steps - Self.stride * (Self.states - 1 - $0)) }
    medianError = late.sorted()[Self.states / 2]
    secondsPerStep = seconds / Double(steps)
  }

  func text() -> String {
    """
    The paper's method on P1, 400 points, as its authors run it: relative errors

    \(aligned([["step", "error"]] + rows.map { ["\($0.steps)", String(format: "%.1e", $0.error)] }))

    Median over the last \(Self.states) states, \(Self.stride) steps apart: \(String(format: "%.1e", medianError)) \
    (asked: \(Self.marks.early.error) at \(Self.marks.early.steps) steps, \(Self.marks.late) in the end)
    A step: \(String(format: "%.1f", 1e3 * secondsPerStep)) CPU ms, \
    \(String(format: "%.0f", Self.publishedStep / secondsPerStep)) times less than the \(Self.publishedStep) s of the \
    published code (asked: 50)
    """
  }
}
