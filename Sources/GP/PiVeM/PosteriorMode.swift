import Foundation
import NumericCore

/// The search for the mode of the posterior of biases and trajectories, by L-BFGS in `PosteriorCoordinates`, or by
/// Adam where the likelihood is estimated from samples.
struct PosteriorMode {
  let likelihood: PairLikelihood
  let coordinates: PosteriorCoordinates
  /// A step costs far more than what is known of the curvature from some more of them.
  private static let memory = 20

  /// The mode near `start`, in the parameters of the likelihood.
  ///
  /// - Parameter progress: is told the objective after each iteration.
  /// - Throws: `DynamicNetworkError.didNotStart`.
  func search(
    from start: [Double], tolerance: Double, maximumIterations: Int, progress: (Double) -> Void = { _ in }
  ) throws -> (parameters: [Double], optimum: Optimum) {
    let posterior = PosteriorObjective(likelihood, coordinates)
    // Steps go down: what is above the value at the start is too far.
    var limit = Double.infinity
    let objective: Objective = { f, gradient in
      guard let f = f.baseAddress, let gradient = gradient.baseAddress else { return 0 }
      let value = posterior(f, gradient: gradient, limit: limit)
      if limit == .infinity { limit = value }
      return value
    }
    var search = LBFGS()
    search.maximumIterations = maximumIterations
    search.memory = Self.memory
    search.changeTolerance = tolerance
    let optimum: Optimum
    do {
      optimum = try search.minimise(from: coordinates.coordinates(of: start), progress: progress, objective)
    } catch {
      throw DynamicNetworkError.didNotStart("\(error)")
    }
    return (coordinates.parameters(of: optimum.position), optimum)
  }

  /// The mode near `start`, by steps along estimated gradients.
  ///
  /// - Returns: with the objective of all pairs at the end.
  /// - Throws: `DynamicNetworkError.didNotStart`, `SamplingError`.
  func search(
    from start: [Double], by sampled: SampledPairLikelihood, steps: Int, using stream: inout RandomStream
  ) throws -> (parameters: [Double], optimum: Optimum) {
    let posterior = PosteriorObjective(likelihood, coordinates)
    var position = coordinates.coordinates(of: start)
    var gradient = position
    var adam = Adam()
    var state = Adam.State(dimension: position.count)
    for step in 0..<steps {
      adam.stepSize = sampled.sampling.stepSize * 0.5 * (1 + cos(Double.pi * Double(step) / Double(steps)))
      try position.withUnsafeBufferPointer { f in
        try gradient.withUnsafeMutableBufferPointer { g in
          guard let f = f.baseAddress, let g = g.baseAddress else { return }
          _ = try posterior.estimate(f, gradient: g, by: sampled, using: &stream)
        }
      }
      adam.step(&position, gradient: gradient, &state)
    }
    return try search(from: coordinates.parameters(of: position), tolerance: 0, maximumIterations: 0)
  }
}
