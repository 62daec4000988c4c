import NumericCore
import PPL

/// A step of a Markov chain that leaves a model's posterior as it is: what `KernelLaws` checks.
public protocol MarkovKernel: Sendable {
  /// A step from some values of all of the model's latents.
  ///
  /// - Parameters:
  ///   - values: by site, in column-major order.
  ///   - key: of this step alone.
  /// - Returns: values of the same sites.
  func step<Value>(
    of model: Model<Value>, from values: [String: [Double]], key: RandomKey
  ) throws -> [String: [Double]]
}

/// Transitions of Hamiltonian Monte Carlo with a given step size, on the unconstrained space with the unit
/// metric: what NUTS and HMC do after their warm-up.
public struct HamiltonianStep: MarkovKernel, Hashable {
  public enum Trajectories: Hashable, Sendable {
    /// As of `HamiltonianMonteCarlo`: the mean integration time.
    case `static`(time: Double)
    /// As of `NoUTurnSampler`.
    case noUTurn(maximumTreeDepth: Int)
  }

  public var trajectories: Trajectories
  public var stepSize: Double
  /// The number of transitions that are a step. Each adds to what a fault does.
  public var transitions: Int

  public init(_ trajectories: Trajectories, stepSize: Double, transitions: Int = 1) {
    (self.trajectories, self.stepSize, self.transitions) = (trajectories, stepSize, transitions)
  }

  /// - Throws: `ModelError`, for a discrete latent and for values out of support among it; `InferenceError`
  ///   for a setting out of range.
  public func step<Value>(
    of model: Model<Value>, from values: [String: [Double]], key: RandomKey
  ) throws -> [String: [Double]] {
    guard stepSize > 0, stepSize < .infinity else {
      throw InferenceError.invalidSetting(name: "step size", value: stepSize, expected: "> 0")
    }
    let compiled = try CompiledModel(model)
    let dimension = compiled.density.dimension
    let names = Set(compiled.inferredSites.map(\.path))
    let start = try compiled.start(.values(values.filter { names.contains($0.key) }), key: key.child("start"))
    var system = HamiltonianSystem(compiled.density, metric: DiagonalMetric(dimension: dimension))
    let pool = VectorPool(dimension: dimension, vectors: 3)
    var point = PhasePoint(pool)
    for (i, coordinate) in start.enumerated() { point.position[i] = coordinate }
    system.evaluator.evaluate(&point)
    var stream = RandomStream(key.child("transition"))
    var trajectory: any Trajectory
    switch trajectories {
    case .static(let time): trajectory = StaticTrajectory(dimension: dimension, time: time, jitter: 0.5)
    case .noUTurn(let depth):
      guard (1...30).contains(depth) else {
        throw InferenceError.invalidSetting(name: "maximumTreeDepth", value: Double(depth), expected: "1 to 30")
      }
      trajectory = NoUTurnTrajectory(dimension: dimension, maximumDepth: depth)
    }
    for _ in 0..<max(transitions, 0) {
      system.metric.drawMomentum(point.momentum, using: &stream)
      _ = trajectory.transition(&point, &system, stepSize: stepSize, using: &stream)
    }
    let position = Array(UnsafeBufferPointer(start: point.position, count: dimension))
    let columns = try compiled.generate(positions: position, count: 1, key: key.child("generated"))
    return columns.values(of: columns.variables, draw: 0)
  }
}
