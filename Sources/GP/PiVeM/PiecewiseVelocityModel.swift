import Foundation
import NumericCore

/// The piecewise-velocity model of a dynamic network (Celikkanat, Nakis and Morup 2022), fitted by its
/// posterior mode.
///
/// log lambda_ij(t) = bias_i + bias_j - |x_i(t) - x_j(t)|^2 in the plane. The prior is that of
/// `KroneckerPrior` with a community a node (C = I), or with `NodeCommunities`. Biases are normal about half
/// the log of the mean rate, so that a node without events stays finite. Settings that are nil are chosen by
/// the log likelihood of events, held out or not by what the fit is for: see `Aim`.
public struct PiecewiseVelocityModel: Sendable {
  /// What settings are chosen for.
  public var aim = Aim.prediction
  /// The number of bins; nil: 20, and twice as many as long as events are likelier, up to 160.
  public var bins: Int? = 20
  /// The standard deviation of velocities, in units of distance over the whole span of time; nil: chosen.
  public var velocityScale: Double?
  /// Candidates for `velocityScale`, ascending.
  public var candidates: [Double] = [0.25, 1, 4, 16]
  /// Of the velocities, in units of the span of time; nil: the width of a bin, and chosen where `velocityScale` is.
  public var lengthScale: Double?
  /// Nodes that move together; nil: none, and learned where `velocityScale` is chosen.
  public var communities: NodeCommunities?
  /// How rates go on after the span; nil: chosen by the likelihood of the last tenth of the time.
  public var forecast: NetworkForecast?
  /// The standard deviation of initial positions.
  public var initialScale = 2.0
  /// The share of independent noise in the velocities.
  public var noise = 0.1
  /// The standard deviation of biases.
  public var biasScale = 5.0
  public var maximumIterations = 300
  /// Ends where the objective changes by less than this, relative to its size.
  public var tolerance = 1e-7
  /// How pairs are sampled in searches; nil: all pairs are summed, which costs less up to some 10^5 nodes.
  public var sampling: PairSampling?
  public var seed: UInt64 = 1
  /// All velocities zero: the static model.
  public var isStatic = false

  public init() {}

  /// The default settings of reconstruction: its aim, and an open number of bins.
  public static var reconstruction: PiecewiseVelocityModel {
    var model = PiecewiseVelocityModel()
    (model.aim, model.bins) = (.reconstruction, nil)
    return model
  }

  /// What is to be told of a network. Where pairs are masked these are, whatever the aim.
  public enum Aim: String, Sendable, CaseIterable {
    /// Events that are not fitted: settings under which held-out events are likeliest.
    case prediction
    /// The fitted events themselves: settings under which these are likeliest. They are the freest ones, the largest of
    /// `candidates` and each node by itself. Such a fit follows the noise of the events, too: it is likelier than the
    /// truth, and other events are less likely than by a fit for prediction.
    case reconstruction
  }

  /// - Parameters:
  ///   - span: events lie in [0, span].
  ///   - masked: pairs that are left out, with their events. What is known of their expected numbers is an exponential
  ///     prior, of the mean number of events of the pairs that have some.
  ///   - structure: which pairs can have events; the others are no part of the likelihood.
  ///   - progress: called at the start of each step.
  /// - Throws: `DynamicNetworkError`, `LinearAlgebraError`. Cost: O(N^2 B) an evaluation, some hundreds of
  ///   them.
  public func fit(
    nodes: Int, events: [NetworkEvent], span: Double = 1, masked: Set<NodePair> = [],
    structure: NetworkStructure = .undirected,
    progress: (FitStep) -> Void = { _ in }
  ) throws -> FittedTrajectories {
    try check(nodes: nodes, events: events, span: span, masked: masked, structure: structure)
    let data = Data(
      nodes: nodes, events: events.filter { !masked.contains($0.pair) }, span: span, masked: masked,
      structure: structure)
    let unit = data.inUnitTime
    var model = self
    model.forecast = forecast?.inTime(by: 1 / span)
    let choice = try model.select(unit, progress)
    progress(.fitting(velocityScale: choice.settings.velocityScale, bins: choice.settings.bins))
    let start = choice.start.resampled(bins: choice.settings.bins, span: 1)
    // By the unit of time the density of an event's time is smaller.
    let density = log(span)
    let shift = Double(data.events.count) * density
    let (trajectories, optimum) = try mode(
      unit, choice.settings, from: start, maximumIterations: maximumIterations, tolerance: tolerance, isNear: true
    ) { progress(.descending(objective: $0 + shift)) }
    return FittedTrajectories(
      trajectories.inTime(by: span), forecast: choice.forecast.inTime(by: span),
      resting: try resting(unit, choice.forecast, bins: choice.settings.bins)?.inTime(by: span),
      settings: choice.settings, optimum: optimum, objective: optimum.value + shift,
      trials: choice.trials.map { FittedTrajectories.Trial($0.settings, score: $0.score - density) },
      data: data, model: self)
  }

  /// The mode without motion, where a forecast is static.
  func resting(_ data: Data, _ forecast: NetworkForecast, bins: Int) throws -> NetworkTrajectories? {
    forecast.isStatic ? try still(data).resampled(bins: bins, span: data.span) : nil
  }

  /// What a fit does.
  public enum FitStep: Sendable, Equatable {
    case trying(velocityScale: Double, bins: Int)
    case fitting(velocityScale: Double, bins: Int)
    /// After an iteration of the last search.
    case descending(objective: Double)
  }

  struct Data: Sendable {
    let nodes: Int
    let events: [NetworkEvent]
    let span: Double
    let masked: Set<NodePair>
    let structure: NetworkStructure
    /// How many pairs there are.
    var pairs: Double { structure.pairs(nodes: nodes) }
    /// One over the mean number of events of the pairs that have some; 0 where no pair is masked.
    let maskedShare: Double

    init(
      nodes: Int, events: [NetworkEvent], span: Double, masked: Set<NodePair>, structure: NetworkStructure
    ) {
      (self.nodes, self.events, self.span) = (nodes, events, span)
      (self.masked, self.structure) = (masked, structure)
      maskedShare =
        masked.isEmpty ? 0 : min(1, Double(Set(events.map(\.pair)).count) / Double(max(events.count, 1)))
    }

    /// The same over a span of 1. Times are rounded to far less than they tell, so that those of one network in two
    /// units of time do not differ in their last places, by which long searches part.
    var inUnitTime: Data {
      let steps = 0x1p32
      return Data(
        nodes: nodes,
        events: events.map { NetworkEvent(i: $0.i, j: $0.j, time: ($0.time / span * steps).rounded() / steps) },
        span: 1, masked: masked, structure: structure)
    }
  }

  /// In units of the whole span.
  struct Settings: Equatable {
    var bins: Int
    var velocityScale, lengthScale: Double
    var communities: NodeCommunities?

    /// The same velocities and bins of about the same width over a part of the span.
    func over(_ part: Double) -> Settings {
      Settings(
        bins: max(1, Int((Double(bins) * part).rounded())), velocityScale: velocityScale * part,
        lengthScale: lengthScale / part, communities: communities)
    }
  }

  /// The mode near a start.
  ///
  /// - Parameters:
  ///   - isNear: whether nodes are that near to the mode that their distances tell its curvature.
  ///   - progress: is told the objective after each iteration.
  func mode(
    _ data: Data, _ settings: Settings, from start: NetworkTrajectories, maximumIterations: Int,
    tolerance: Double, isNear: Bool = false, progress: (Double) -> Void = { _ in }
  ) throws -> (NetworkTrajectories, Optimum) {
    let (parameters, optimum) = try search(data, settings, isNear: isNear)(
      start.parameters, maximumIterations, tolerance, progress)
    return (
      NetworkTrajectories(unchecked: parameters, nodes: data.nodes, bins: settings.bins, span: data.span),
      optimum
    )
  }

  /// What searches from parameters.
  typealias Search = (
    _ start: [Double], _ iterations: Int, _ tolerance: Double, _ progress: (Double) -> Void
  ) throws -> (parameters: [Double], optimum: Optimum)

  /// Searches with at most so many iterations, or as large a share of the steps of samples, and a tolerance.
  func search(_ data: Data, _ settings: Settings, isNear: Bool = false) throws -> Search {
    let likelihood = likelihood(data, settings)
    let prior = try prior(data, settings)
    func mode(near start: [Double]) -> PosteriorMode {
      PosteriorMode(
        likelihood: likelihood,
        coordinates: PosteriorCoordinates(
          likelihood, prior: prior, communities: settings.communities, biasScale: biasScale,
          around: isNear ? start : nil))
    }
    guard let sampling else {
      return { try mode(near: $0).search(from: $0, tolerance: $2, maximumIterations: $1, progress: $3) }
    }
    let sampled = SampledPairLikelihood(
      nodes: data.nodes, bins: settings.bins, span: data.span, events: data.events, structure: data.structure,
      sampling: sampling, relativeError: Self.relativeError)
    var stream = RandomStream(RandomKey(seed: seed).child("pairs"))
    return { start, iterations, _, _ in
      let steps = max(1, sampling.steps * min(iterations, self.maximumIterations) / self.maximumIterations)
      return try mode(near: start).search(from: start, by: sampled, steps: steps, using: &stream)
    }
  }

  /// A pair's expected number is known by far less than to one in five hundred, which is a bound: in the sum of all
  /// pairs of contact data errors were below one in ten thousand.
  private static let relativeError = 2e-3

  func likelihood(_ data: Data, _ settings: Settings) -> PairLikelihood {
    PairLikelihood(
      nodes: data.nodes, bins: settings.bins, span: data.span, events: data.events, masked: data.masked,
      maskedShare: data.maskedShare, structure: data.structure, relativeError: Self.relativeError)
  }

  func prior(_ data: Data, _ settings: Settings) throws -> TrajectoryPrior {
    try TrajectoryPrior(
      bins: settings.bins, span: data.span, velocityScale: settings.velocityScale / data.span,
      lengthScale: settings.lengthScale * data.span, initialScale: initialScale, noise: noise)
  }

  func check(
    nodes: Int, events: [NetworkEvent], span: Double, masked: Set<NodePair>,
    structure: NetworkStructure
  ) throws(DynamicNetworkError) {
    func positive(_ name: String, _ value: Double?) throws(DynamicNetworkError) {
      if let value, !(value > 0 && value.isFinite) {
        throw .invalidSetting(name: name, value: value, expected: "> 0")
      }
    }
    guard nodes >= 2 else { throw .invalidSetting(name: "nodes", value: Double(nodes), expected: ">= 2") }
    if let bins, bins < 1 { throw .invalidSetting(name: "bins", value: Double(bins), expected: ">= 1") }
    guard maximumIterations >= 1 else {
      throw .invalidSetting(name: "maximumIterations", value: Double(maximumIterations), expected: ">= 1")
    }
    guard !candidates.isEmpty else {
      throw .invalidSetting(name: "number of candidates", value: 0, expected: ">= 1")
    }
    for (name, value) in [
      ("span", span), ("velocityScale", velocityScale), ("initialScale", initialScale),
      ("lengthScale", lengthScale),
      ("noise", noise), ("biasScale", biasScale), ("tolerance", tolerance),
    ] { try positive(name, value) }
    for c in candidates { try positive("candidate", c) }
    try sampling?.check()
    if sampling != nil, !masked.isEmpty {
      throw .invalidSetting(
        name: "number of masked pairs", value: Double(masked.count), expected: "0 where pairs are sampled")
    }
    if let bad = events.firstIndex(where: { !($0.time >= 0 && $0.time <= span) }) {
      throw .invalidSetting(
        name: "time of event \(bad)", value: events[bad].time, expected: "within [0, \(span)]")
    }
    if let bad = events.first(where: { $0.i < 0 || $0.j >= nodes || $0.i == $0.j }) {
      throw .invalidSetting(
        name: "node", value: Double(bad.i < 0 ? bad.i : bad.j),
        expected: "two different nodes in 0..<\(nodes)")
    }
    if let bad = masked.first(where: { $0.i < 0 || $0.j >= nodes || $0.i == $0.j }) {
      throw .invalidSetting(
        name: "node of a masked pair", value: Double(bad.i < 0 ? bad.i : bad.j),
        expected: "two different nodes in 0..<\(nodes)")
    }
    try structure.check(nodes: nodes)
    try communities?.check(nodes: nodes)
    if let bad = events.first(where: { !structure.joins($0.i, $0.j) }) {
      throw .invalidSetting(
        name: "node", value: Double(bad.j), expected: "one that node \(bad.i) can have events with")
    }
    guard events.contains(where: { !masked.contains($0.pair) }) else { throw .noEvents }
  }
}
