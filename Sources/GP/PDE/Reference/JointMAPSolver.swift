import Foundation

/// The algorithm of Fang et al. ('Solving high frequency and multi-scale PDEs with Gaussian processes', ICLR
/// 2024), as its authors run it: Adam on the joint log density of the values U and of all parameters
/// (`CollocationDensity`).
///
/// It starts at U = 0, equal weights 1 / Q, frequencies on a ramp from 0 to `frequencyScale`, and precisions
/// of 1. Adam moves U by about `stepSize` in a step: u and the covariances are taken to be of order 1. At a
/// fixed step it does not settle, and the error of its last state goes up and down by an order of magnitude.
///
/// Differences from the authors' code: corners of the boundary count once, the floors below keep the density
/// bounded, and the solution is the last state, not the best of some that were compared with the truth.
///
/// This is the reference: `PDE.solve` finds the same kind of solution without the descent, in a few solves.
public struct JointMAPSolver: Sendable {
  public var envelope = StationaryEnvelope.matern52
  /// Q, of the spectral mixture along each axis.
  public var components = 30
  /// The highest of the frequencies to start from, in cycles per unit of length.
  public var frequencyScale: Double
  /// The length scale to start from, in units of length.
  public var lengthScale = 1.0
  /// lambda.
  public var boundaryWeight = 200.0
  /// Added to the diagonal of each covariance.
  public var jitter = 1e-6
  /// The least root mean square of the misfit on the boundary.
  public var boundaryFloor = 1e-8
  /// The least root mean square of the residual, relative to that of the source (to 1 where the source is 0).
  public var residualFloor = 1e-8
  /// Adam's.
  public var stepSize = 0.01

  public init(frequencyScale: Double) { self.frequencyScale = frequencyScale }

  /// Takes a number of Adam's steps from the start; the authors take 1e5 to 1e6 on a line, up to 3e6 on a
  /// square.
  ///
  /// - Throws: as `start` and `JointMAPRun.advance` do; `invalidSetting` for a negative number of steps.
  public func solve(_ problem: CollocationProblem, steps: Int) throws(JointMAPError) -> JointMAPSolution {
    var run = try start(problem)
    try run.advance(steps: steps)
    return try run.solution()
  }

  /// A run at its start, to be advanced as far as one likes.
  ///
  /// - Throws: `invalidSetting`.
  public func start(_ problem: CollocationProblem) throws(JointMAPError) -> JointMAPRun {
    try JointMAPError.requirePositive("length scale", lengthScale)
    try JointMAPError.requirePositive("step size", stepSize)
    guard frequencyScale >= 0, frequencyScale.isFinite else {
      throw .invalidSetting(name: "frequency scale", value: frequencyScale, expected: ">= 0 and finite")
    }
    let squares = problem.source.reduce(0) { $0 + $1 * $1 }
    let scale = squares > 0 ? (squares / Double(problem.source.count)).squareRoot() : 1
    let density = try CollocationDensity(
      problem, envelope: envelope, components: components, boundaryWeight: boundaryWeight,
      boundaryFloor: boundaryFloor, residualFloor: residualFloor * scale, jitter: jitter)
    return JointMAPRun(density, from: position(density), stepSize: stepSize)
  }

  private func position(_ density: CollocationDensity) -> [Double] {
    let mixture = (0..<components).flatMap { q in
      let place = components == 1 ? 0 : Double(q) / Double(components - 1)
      return [-log(Double(components)), log(lengthScale), place * frequencyScale]
    }
    return Array(repeating: 0, count: density.pointCount)
      + Array(repeatElement(mixture, count: density.problem.axes.count).joined()) + [0, 0]
  }
}
