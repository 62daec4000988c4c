import Foundation
import NumericCore

/// The schedule of Celikkanat, Nakis and Morup (2022), section 3.3: a reference for the search of
/// `PiecewiseVelocityModel`, which is faster by far.
///
/// Three equal phases of Adam, each begun afresh, on the negative log likelihood less the log density of
/// `KroneckerPrior`: initial positions and biases; velocities as well; and the prior's length scale, initial
/// scale, noise and communities (the row-wise softmax of free numbers) as well. All pairs are summed at each
/// step.
public struct PhasedSchedule: Sendable {
  public var bins = 100
  public var communities = 10
  /// lambda, which stays as it is.
  public var scale = 1.0
  public var stepSize = 0.1
  /// Of a phase.
  public var steps = 100
  public var seed: UInt64 = 1

  public init() {}

  /// Where the schedule ended.
  public struct Result: Sendable {
    public let trajectories: NetworkTrajectories
    /// The negative log posterior density before each step.
    public let history: [Double]
    /// In units of time; of initial positions; of noise.
    public let lengthScale, initialScale, noise: Double
    /// The shares of communities of each node, N by K.
    public let communities: Matrix
  }

  /// - Throws: `DynamicNetworkError`, `LinearAlgebraError`. Cost: a likelihood with gradient and O(B^3 + N B
  ///   K) a step.
  public func fit(nodes: Int, events: [NetworkEvent], span: Double = 1) throws -> Result {
    for (name, value) in [
      ("bins", Double(bins)), ("communities", Double(communities)), ("scale", scale), ("stepSize", stepSize),
      ("steps", Double(steps)),
    ] {
      guard value > 0, value.isFinite else {
        throw DynamicNetworkError.invalidSetting(name: name, value: value, expected: "> 0")
      }
    }
    try PiecewiseVelocityModel().check(
      nodes: nodes, events: events, span: span, masked: [], structure: .undirected)
    let objective = PhasedObjective(
      likelihood: PairLikelihood(nodes: nodes, bins: bins, span: span, events: events), communities: communities,
      scale: scale)
    var stream = RandomStream(RandomKey(seed: seed).child("phases"))
    let rate = 2 * Double(events.count) / (Double(nodes) * Double(nodes - 1) * span)
    var theta = Array(repeating: 0.5 * log(rate), count: nodes)
    theta += (0..<2 * nodes).map { _ in stream.normal() }
    theta += Array(repeating: 0, count: 2 * nodes * bins) + [log(span / 10), 0, 0]
    theta += (0..<nodes * communities).map { _ in stream.normal() }
    var history: [Double] = []
    let adam = Adam(stepSize: stepSize)
    for end in [3 * nodes, objective.hyperparameters, theta.count] {
      var state = Adam.State(dimension: theta.count)
      for _ in 0..<steps {
        var (value, gradient) = try objective(theta)
        for k in end..<theta.count { gradient[k] = 0 }
        history.append(value)
        adam.step(&theta, gradient: gradient, &state)
      }
    }
    let prior = theta[objective.hyperparameters...].prefix(3).map { exp($0) }
    return Result(
      trajectories: try NetworkTrajectories(
        nodes: nodes, bins: bins, span: span, parameters: objective.parameters(theta)),
      history: history, lengthScale: prior[0], initialScale: prior[1], noise: prior[2],
      communities: objective.shares(theta))
  }
}

/// The negative log posterior over [biases, initial positions, velocities, log length scale, log initial
/// scale, log noise, free numbers of communities].
struct PhasedObjective {
  let likelihood: PairLikelihood
  let communities: Int
  let scale: Double
  /// The place of the first hyper-parameter.
  var hyperparameters: Int { likelihood.parameterCount }
  private var rows: Int { 2 * likelihood.nodes }
  private var width: Double { likelihood.span / Double(likelihood.bins) }

  /// Biases and knots.
  func parameters(_ theta: [Double]) -> [Double] {
    var p = Array(theta[..<hyperparameters])
    for k in likelihood.nodes + rows..<p.count { p[k] = p[k - rows] + width * p[k] }
    return p
  }

  /// The softmax of each node's free numbers.
  func shares(_ theta: [Double]) -> Matrix {
    var result = Matrix(rows: likelihood.nodes, columns: communities)
    for i in 0..<likelihood.nodes {
      let free = theta[hyperparameters + 3 + i * communities..<hyperparameters + 3 + (i + 1) * communities]
      let top = free.max() ?? 0
      let sum = free.reduce(0) { $0 + exp($1 - top) }
      for (k, x) in free.enumerated() { result[i, k] = exp(x - top) / sum }
    }
    return result
  }

  func callAsFunction(_ theta: [Double]) throws -> (value: Double, gradient: [Double]) {
    let (n, bins) = (likelihood.nodes, likelihood.bins)
    let p = parameters(theta)
    var slopes = p
    var value = p.withUnsafeBufferPointer { p in
      slopes.withUnsafeMutableBufferPointer { likelihood.value(at: p, gradient: $0) }
    }
    // A knot moves with all velocities before it.
    for k in (n..<n + rows * bins).reversed() { slopes[k] += slopes[k + rows] }
    for k in n + rows..<slopes.count { slopes[k] *= width }

    let (length, initial, noise) = (
      exp(theta[hyperparameters]), exp(theta[hyperparameters + 1]), exp(theta[hyperparameters + 2])
    )
    let time = KroneckerPrior.time(
      bins: bins, span: likelihood.span, initialScale: initial, lengthScale: length)
    let shares = shares(theta)
    let prior = try KroneckerPrior(time: time, communities: shares, lambda: scale, sigma: noise)
    let (density, byPlaces) = prior.logDensity(at: Array(theta[n..<hyperparameters]))
    value -= density
    for k in byPlaces.indices { slopes[n + k] -= byPlaces[k] }
    let by = prior.hyperparameterGradient(byPlaces)
    var byLength = 0.0
    for t in 1...bins {
      for s in 1...bins {
        let d = Double(t - s) * width / length
        byLength += by.time[t, s] * time[t, s] * d * d
      }
    }
    slopes += [-byLength, -2 * by.time[0, 0] * time[0, 0], -by.sigma * noise]
    for i in 0..<n {
      let mean = (0..<communities).reduce(0) { $0 + by.communities[i, $1] * shares[i, $1] }
      for k in 0..<communities { slopes.append(-shares[i, k] * (by.communities[i, k] - mean)) }
    }
    return (value, slopes)
  }
}
