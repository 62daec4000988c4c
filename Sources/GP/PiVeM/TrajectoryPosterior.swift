import Inference
import NumericCore

/// Draws of biases and trajectories from the posterior, given the settings of a fit.
///
/// Draws are aligned to the fit: rotation, reflection and shifts, which the likelihood does not see, are
/// undone. What does not depend on them, such as distances, intensities and counts, needs no alignment.
public struct TrajectoryPosterior: Sendable {
  /// Draw after draw of each chain.
  public let chains: [[NetworkTrajectories]]
  /// The log posterior density of each draw, up to a constant.
  public let logDensities: [[Double]]
  /// Draws after which the integrator left its trajectory: more than a few tell of a poor sample.
  public let divergences: Int
  /// The mode around which the chains began.
  public let fit: FittedTrajectories

  public var draws: [NetworkTrajectories] { chains.flatMap { $0 } }

  /// A quantity of each draw, chain by chain, as `Diagnostics` takes them.
  public func values(_ quantity: (NetworkTrajectories) -> Double) -> [[Double]] {
    chains.map { $0.map(quantity) }
  }

  /// The equal-tailed interval of a quantity.
  ///
  /// - Throws: `DynamicNetworkError.invalidSetting` where the probability is not between 0 and 1, or a value
  ///   is not a number.
  public func interval(
    _ probability: Double, of quantity: (NetworkTrajectories) -> Double
  ) throws(DynamicNetworkError) -> ClosedRange<Double> {
    guard probability > 0, probability < 1 else {
      throw .invalidSetting(name: "probability", value: probability, expected: "between 0 and 1")
    }
    let values = draws.map(quantity)
    if let bad = values.first(where: \.isNaN) {
      throw .invalidSetting(name: "quantity", value: bad, expected: "a number")
    }
    let ends = Diagnostics.quantiles(values, [(1 - probability) / 2, (1 + probability) / 2])
    return ends[0]...ends[1]
  }

  /// The expected number of a pair's events in [from, to], of each draw: intensities until the end of the
  /// fit's span, and its forecast after.
  public func expectedCounts(_ i: Int, _ j: Int, from: Double, to: Double) -> [[Double]] {
    values { fit.expectedCount(i, j, from: from, to: to, by: $0) }
  }

  /// A number of a pair's events in [from, to] of each draw: Poisson numbers with the means `expectedCounts`.
  ///
  /// - Throws: `SamplingError` where a mean is too large to draw from.
  public func predictedCounts(
    _ i: Int, _ j: Int, from: Double, to: Double, using stream: inout RandomStream
  ) throws -> [Int] {
    try draws.map { try stream.poisson(rate: fit.expectedCount(i, j, from: from, to: to, by: $0)) }
  }
}

extension FittedTrajectories {
  /// Nodes far from all others are in the tails of intensities, where curvatures change: smaller steps than
  /// usual.
  private static let targetAcceptance = 0.95

  /// Draws from the posterior by the no-U-turn sampler, in the coordinates of the search: biases and
  /// trajectories are drawn, and the settings are those of the fit.
  ///
  /// - Parameters:
  ///   - draws: of a chain.
  ///   - progress: is told now and then how far the chains have come.
  /// - Throws: `InferenceError` where a setting is out of range, `LinearAlgebraError`. Where the task is
  ///   cancelled, what was drawn until then is returned.
  /// - Cost: some tens of gradients a draw and step of warm-up. Memory: a trajectory a draw.
  public func posterior(
    draws: Int = 200, warmup: Int = 200, chains: Int = 2, seed: UInt64 = 1, progress: ProgressHandler? = nil
  ) async throws -> TrajectoryPosterior {
    let density = try PosteriorDensity(data, model: model, settings: settings)
    let key = RandomKey(seed: seed)
    let mode = density.coordinates.coordinates(of: trajectories.parameters)
    // About a standard deviation from the mode, so that chains that agree have found each other.
    let starts = (0..<max(chains, 0)).map { chain in
      zip(mode, key.child("start").child(UInt64(chain)).normals(mode.count)).map { $0 + $1 }
    }
    let sampler = NoUTurnSampler(
      chains: chains, warmup: warmup, draws: draws, targetAcceptance: Self.targetAcceptance)
    let results = try await sampler.sample(density, from: starts, key: key.child("draws"), progress: progress)
    let dimension = density.dimension
    return TrajectoryPosterior(
      chains: try results.map { result in
        try (0..<result.count).map { draw in
          let f = Array(result.positions[draw * dimension..<(draw + 1) * dimension])
          return try NetworkTrajectories(
            unchecked: density.coordinates.parameters(of: f), nodes: nodes, bins: bins, span: span
          ).aligned(to: trajectories)
        }
      },
      logDensities: results.map(\.logDensities),
      divergences: results.reduce(0) { $0 + $1.infos.count { $0.isDivergent } }, fit: self)
  }
}

/// The log posterior density in `PosteriorCoordinates`.
private struct PosteriorDensity: DifferentiableLogDensity {
  let data: PiecewiseVelocityModel.Data
  let model: PiecewiseVelocityModel
  let settings: PiecewiseVelocityModel.Settings
  let coordinates: PosteriorCoordinates
  var dimension: Int { coordinates.dimension }

  init(
    _ data: PiecewiseVelocityModel.Data, model: PiecewiseVelocityModel,
    settings: PiecewiseVelocityModel.Settings
  ) throws {
    (self.data, self.model, self.settings) = (data, model, settings)
    coordinates = PosteriorCoordinates(
      model.likelihood(data, settings), prior: try model.prior(data, settings), communities: settings.communities,
      biasScale: model.biasScale)
  }

  final class Workspace {
    let objective: PosteriorObjective
    let gradient: UnsafeMutableBufferPointer<Double>

    init(_ objective: PosteriorObjective, count: Int) {
      self.objective = objective
      gradient = .allocate(capacity: count)
      gradient.initialize(repeating: 0)
    }

    deinit { gradient.deallocate() }
  }

  func makeWorkspace() -> Workspace {
    Workspace(PosteriorObjective(model.likelihood(data, settings), coordinates), count: dimension)
  }

  func logDensity(at position: Span<Double>, workspace: inout Workspace) -> Double {
    value(at: position, workspace.gradient, workspace.objective)
  }

  func logDensity(
    at position: Span<Double>, gradient: inout MutableSpan<Double>, workspace: inout Workspace
  ) -> Double {
    let value = value(at: position, workspace.gradient, workspace.objective)
    for k in 0..<dimension { gradient[k] = -workspace.gradient[k] }
    return value
  }

  private func value(
    at position: Span<Double>, _ gradient: UnsafeMutableBufferPointer<Double>, _ objective: PosteriorObjective
  ) -> Double {
    position.withUnsafeBufferPointer { f in
      guard let f = f.baseAddress, let g = gradient.baseAddress else { return 0 }
      return -objective(f, gradient: g)
    }
  }
}
