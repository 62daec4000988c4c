import Foundation
import NumericCore

/// How rates go on after the time that was fitted.
///
/// Velocities have a mean of zero, and nodes that rest where they were last forget all that came before. In
/// data nodes come back to whom they met: the rate of a pair in the future is the mean of its past rate, with
/// weights that decay exponentially into the past. A share `own` is that of the pair's own events with the
/// same weights, since no plane has room for all that pairs are to each other, and a share `background` is
/// spread in proportion to the products of the nodes' numbers of events, so that no pair is impossible:
///
///     rate_ij = (1 - own - background) sum_b v_b mean_b(lambda_ij) + own sum_b v_b n_ijb / w
///               + background (n_i + 1/2) (n_j + 1/2) / (2 n span),
///
/// v_b proportional to exp(-(B - 1 - b) w / memory).
///
/// With a memory of zero the recent rate is that of nodes that are last seen at x_B: they go on with the mean
/// velocity of the last two bins for a time `drift`, and are then normal about that place with a variance
/// `spread` in either coordinate, whose mean intensity is exp(bias_i + bias_j - |x_i - x_j|^2 / c) / c, c = 1
/// + 4 spread.
///
/// Where nodes move so fast that their places tell less of what comes than a mean of all time, the recent rate is
/// that of the model without motion.
public struct NetworkForecast: Sendable, Equatable {
  /// In the units of time of the events; zero: nodes rest where they are last; infinite: the mean of all
  /// time.
  public var memory: Double
  /// In (0, 1).
  public var background: Double
  /// In [0, 1 - background).
  public var own: Double
  /// In the units of time of the events.
  public var drift: Double
  public var spread: Double
  /// Whether the recent rate is that of the mode without motion, of the same events, in place of the trajectories'.
  public var isStatic: Bool
  /// How much the numbers of events of nodes, and of pairs, vary beyond Poisson about what the rates tell, given the
  /// number of all events: none unless a fit learns it, by the events by which it chooses the forecast.
  public var nodeDispersion = CountDispersion.poisson
  public var pairDispersion = CountDispersion.poisson

  /// - Throws: `DynamicNetworkError.invalidSetting`.
  public init(
    memory: Double, background: Double, own: Double = 0, drift: Double = 0, spread: Double = 0,
    isStatic: Bool = false, nodeDispersion: CountDispersion = .poisson, pairDispersion: CountDispersion = .poisson
  ) throws(DynamicNetworkError) {
    guard memory >= 0 else { throw .invalidSetting(name: "memory", value: memory, expected: ">= 0") }
    guard background > 0, background < 1 else {
      throw .invalidSetting(name: "background", value: background, expected: "between 0 and 1")
    }
    guard own >= 0, own + background < 1 else {
      throw .invalidSetting(name: "own", value: own, expected: "from 0 to below \(1 - background)")
    }
    for (name, value) in [("drift", drift), ("spread", spread)] {
      guard value >= 0, value.isFinite else { throw .invalidSetting(name: name, value: value, expected: ">= 0") }
    }
    self.init(unchecked: memory, background: background, own: own, drift: drift, spread: spread)
    self.isStatic = isStatic
    (self.nodeDispersion, self.pairDispersion) = (nodeDispersion, pairDispersion)
  }

  init(unchecked memory: Double, background: Double, own: Double = 0, drift: Double = 0, spread: Double = 0) {
    (self.memory, self.background, self.own) = (memory, background, own)
    (self.drift, self.spread, isStatic) = (drift, spread, false)
  }

  /// The same where all times are `factor` times as long.
  func inTime(by factor: Double) -> NetworkForecast {
    var result = self
    (result.memory, result.drift) = (factor * memory, factor * drift)
    result.nodeDispersion = nodeDispersion.inTime(by: factor)
    result.pairDispersion = pairDispersion.inTime(by: factor)
    return result
  }

  /// The rate of a pair, or of all, of its parts.
  func rate(recent: Double, own ownRate: Double, background backgroundRate: Double) -> Double {
    (1 - own - background) * recent + own * ownRate + background * backgroundRate
  }

  /// Weights of the bins, of sum 1; the last bin alone where nodes rest.
  func weights(bins: Int, width: Double) -> [Double] {
    let raw = (0..<bins).map { $0 == bins - 1 ? 1 : memory > 0 ? exp(-Double(bins - 1 - $0) * width / memory) : 0 }
    let sum = raw.reduce(0, +)
    return raw.map { $0 / sum }
  }

  private var widening: Double { 1 + 4 * spread }

  /// Where a node is expected to be.
  private func place(_ trajectories: NetworkTrajectories, _ i: Int) -> SIMD2<Double> {
    let bins = trajectories.bins
    let back = min(2, bins)
    let (last, before) = (trajectories.position(i, knot: bins), trajectories.position(i, knot: bins - back))
    return last + drift / (Double(back) * trajectories.width) * (last - before)
  }

  /// The recent rate of all pairs, those that `likelihood` leaves out apart.
  func recentRate(_ trajectories: NetworkTrajectories, _ likelihood: PairLikelihood, weights: [Double]) -> Double {
    guard memory == 0 else {
      let counts = likelihood.expectedCounts(at: trajectories.parameters)
      return zip(weights, counts).reduce(0) { $0 + $1.0 * $1.1 } / trajectories.width
    }
    // The mean intensity is an intensity of other biases and places.
    var parameters = trajectories.parameters
    let (n, end) = (trajectories.nodes, (1 + 2 * trajectories.bins) * trajectories.nodes)
    for i in 0..<n {
      parameters[i] -= 0.5 * log(widening)
      let p = place(trajectories, i) / widening.squareRoot()
      (parameters[end + i], parameters[end + n + i]) = (p.x, p.y)
    }
    return likelihood.rateAtEnd(at: parameters)
  }

  /// The recent rate of a pair.
  func recentRate(_ trajectories: NetworkTrajectories, _ i: Int, _ j: Int, weights: [Double]) -> Double {
    guard memory > 0 else {
      let d = place(trajectories, i) - place(trajectories, j)
      return exp(trajectories.bias(i) + trajectories.bias(j) - (d * d).sum() / widening) / widening
    }
    let width = trajectories.width
    var rate = 0.0
    for b in weights.indices where weights[b] > 1e-12 {
      rate += weights[b] / width * trajectories.integral(i, j, bin: b, from: 0, to: width)
    }
    return rate
  }
}

/// The rates of pairs by their own events.
struct OwnRates: Sendable {
  private let rates: [NodePair: Double]
  let total: Double

  /// - Parameter weights: of bins of equal width of [0, span], of sum 1.
  init(events: some Sequence<NetworkEvent>, span: Double, weights: [Double]) {
    let width = span / Double(weights.count)
    var rates: [NodePair: Double] = [:]
    var total = 0.0
    for e in events {
      let rate = weights[min(weights.count - 1, Int(e.time / width))] / width
      guard rate > 0 else { continue }
      rates[e.pair, default: 0] += rate
      total += rate
    }
    (self.rates, self.total) = (rates, total)
  }

  func callAsFunction(_ i: Int, _ j: Int) -> Double { rates[NodePair(i, j)] ?? 0 }
}

/// The rates of pairs in proportion to the products of their nodes' numbers of events; across the sides alone
/// where there are two.
struct BackgroundRates: Sendable {
  private let degrees: [Double]
  private let factor: Double
  private let structure: NetworkStructure

  init(nodes: Int, events: some Sequence<NetworkEvent>, span: Double, structure: NetworkStructure) {
    var degrees = Array(repeating: 0.5, count: nodes)
    var count = 0.0
    for e in events {
      degrees[e.i] += 1
      degrees[e.j] += 1
      count += 1
    }
    self.degrees = degrees
    self.structure = structure
    factor = 1 / ((structure == .undirected ? 2 : 1) * max(count, 1) * span)
  }

  func callAsFunction(_ i: Int, _ j: Int) -> Double { degrees[i] * degrees[j] * factor }

  /// The sum over all pairs but the masked ones.
  func total(masked: some Sequence<NodePair>) -> Double {
    let all: Double
    if let sides = structure.sides {
      let first = zip(degrees, sides).reduce(0) { $0 + ($1.1 ? 0 : $1.0) }
      all = first * (degrees.reduce(0, +) - first)
    } else {
      let (sum, squares) = degrees.reduce((0.0, 0.0)) { ($0.0 + $1, $0.1 + $1 * $1) }
      all = (sum * sum - squares) / 2
    }
    let excluded = structure.excluded.reduce(0) { $0 + self($1.i, $1.j) }
    return factor * all - excluded - masked.reduce(0) { $0 + self($1.i, $1.j) }
  }
}
