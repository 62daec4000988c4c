import NumericCore

/// A descent of Adam on a joint density, step by step.
public struct JointMAPRun: Sendable {
  public let density: CollocationDensity
  /// U and all parameters, in the order of `CollocationDensity`.
  public private(set) var position: [Double]
  /// How many steps were taken.
  public private(set) var steps = 0
  private let adam: Adam
  private var moments: Adam.State
  private var gradient: [Double]
  private var workspace: CollocationDensity.Workspace

  init(_ density: CollocationDensity, from position: [Double], stepSize: Double) {
    (self.density, self.position, adam) = (density, position, Adam(stepSize: stepSize))
    moments = Adam.State(dimension: position.count)
    gradient = position
    workspace = density.makeWorkspace()
  }

  /// Takes further steps. Cost: each an evaluation of the density with its gradient.
  ///
  /// - Throws: `diverged` where the density is not finite; `invalidSetting` for a negative number of steps.
  public mutating func advance(steps count: Int) throws(JointMAPError) {
    guard count >= 0 else {
      throw .invalidSetting(name: "steps", value: Double(count), expected: ">= 0")
    }
    for _ in 0..<count {
      let value = Self.evaluate(density, at: position, &gradient, &workspace)
      guard value.isFinite else { throw .diverged(step: steps, jitter: density.jitter) }
      for i in gradient.indices { gradient[i] = -gradient[i] }
      adam.step(&position, gradient: gradient, &moments)
      steps += 1
    }
  }

  private static func evaluate(
    _ density: CollocationDensity, at position: [Double], _ gradient: inout [Double],
    _ workspace: inout CollocationDensity.Workspace
  ) -> Double {
    var span = gradient.mutableSpan
    return density.logDensity(at: position.span, gradient: &span, workspace: &workspace)
  }

  /// Where the run is now.
  ///
  /// - Throws: `diverged` where the density is not finite.
  public func solution() throws(JointMAPError) -> JointMAPSolution {
    try JointMAPSolution(density, at: position, steps: steps)
  }
}
