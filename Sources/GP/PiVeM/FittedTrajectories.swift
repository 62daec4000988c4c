import Foundation
import NumericCore

/// A fitted piecewise-velocity model: trajectories over [0, span], and how rates go on after it.
public struct FittedTrajectories: Sendable {
  public let trajectories: NetworkTrajectories
  public let forecast: NetworkForecast
  /// The negative log likelihood of the events fitted.
  public let negativeLogLikelihood: Double
  /// The objective of the search: the negative log likelihood, plus half the squares of all coordinates in
  /// which the prior is standard normal.
  public let objective: Double
  /// The settings in use: chosen by the fit where the model leaves them open.
  public var velocityScale: Double { settings.velocityScale }
  public var lengthScale: Double { settings.lengthScale }
  /// Nodes that move together; nil: each node by itself.
  public var communities: NodeCommunities? { settings.communities }
  public let iterations: Int
  public let convergence: Convergence
  /// The settings tried, in the order of trial.
  public let trials: [Trial]
  let background: BackgroundRates
  let own: OwnRates
  /// The mode without motion, where the forecast is static.
  let resting: NetworkTrajectories?
  /// What was fitted, by what.
  let data: PiecewiseVelocityModel.Data
  let model: PiecewiseVelocityModel
  let settings: PiecewiseVelocityModel.Settings
  private let weights: [Double]

  /// A choice of settings, and its score an event: the log density of the pairs and times of a tenth of the events,
  /// given their number, by a fit to the others; for reconstruction that of the fitted events; or where pairs are masked,
  /// the log likelihood of events of other pairs.
  public struct Trial: Sendable, Equatable {
    let settings: PiecewiseVelocityModel.Settings
    public let score: Double
    public var bins: Int { settings.bins }
    public var velocityScale: Double { settings.velocityScale }
    public var lengthScale: Double { settings.lengthScale }
    public var communities: NodeCommunities? { settings.communities }

    init(_ settings: PiecewiseVelocityModel.Settings, score: Double) {
      (self.settings, self.score) = (settings, score)
    }
  }

  init(
    _ trajectories: NetworkTrajectories, forecast: NetworkForecast, resting: NetworkTrajectories?,
    settings: PiecewiseVelocityModel.Settings, optimum: Optimum, objective: Double, trials: [Trial],
    data: PiecewiseVelocityModel.Data, model: PiecewiseVelocityModel
  ) {
    (self.trajectories, self.forecast, self.trials) = (trajectories, forecast, trials)
    self.resting = resting
    (self.data, self.model) = (data, model)
    background = BackgroundRates(nodes: data.nodes, events: data.events, span: data.span, structure: data.structure)
    negativeLogLikelihood = PairLikelihood(
      nodes: data.nodes, bins: trajectories.bins, span: data.span, events: data.events, masked: data.masked,
      structure: data.structure
    ).value(at: trajectories.parameters)
    self.settings = settings
    self.objective = objective
    (iterations, convergence) = (optimum.iterations, optimum.convergence)
    weights = forecast.weights(bins: trajectories.bins, width: trajectories.width)
    own = OwnRates(events: data.events, span: data.span, weights: weights)
  }

  public var nodes: Int { trajectories.nodes }
  public var bins: Int { trajectories.bins }
  public var span: Double { trajectories.span }

  /// The rate of a pair after `span`, the same at all times. Cost: O(bins).
  public func forecastRate(_ i: Int, _ j: Int) -> Double { forecastRate(i, j, by: trajectories) }

  /// The forecast of other trajectories with as many bins; the same for all where it is static.
  func forecastRate(_ i: Int, _ j: Int, by other: NetworkTrajectories) -> Double {
    forecast.rate(
      recent: forecast.recentRate(resting ?? other, i, j, weights: weights), own: own(i, j),
      background: background(i, j))
  }

  /// The expected number of events of a pair in [from, to], from >= 0: the integral of its intensity until
  /// `span`, and of its forecast after.
  public func expectedCount(_ i: Int, _ j: Int, from: Double, to: Double) -> Double {
    expectedCount(i, j, from: from, to: to, by: trajectories)
  }

  func expectedCount(_ i: Int, _ j: Int, from: Double, to: Double, by other: NetworkTrajectories) -> Double {
    let later = to - max(from, span)
    return other.expectedCount(i, j, from: from, to: to)
      + (later > 0 ? later * forecastRate(i, j, by: other) : 0)
  }

  /// log lambda_ij(t), of the forecast after `span`.
  public func logIntensity(_ i: Int, _ j: Int, at time: Double) -> Double {
    time > span ? log(forecastRate(i, j)) : trajectories.logIntensity(i, j, at: time)
  }
}
