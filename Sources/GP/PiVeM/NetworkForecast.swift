import Foundation
import NumericCore

/// How rates go on after the time that was fitted.
///
/// Velocities have a mean of zero, and nodes that rest where they were last forget all that came before. In
/// data nodes come back to whom they met: the rate of a pair in the future is the mean of its past rate, with
/// weights that decay exponentially into the past. A share `background` is spread in proportion to the
/// products of the nodes' numbers of events, so that no pair is impossible: rate_ij = (1 - background) sum_b
/// v_b mean_b(lambda_ij) + background (n_i + 1/2) (n_j + 1/2) / (2 n span), v_b proportional to exp(-(B - 1 -
/// b) w / memory).
public struct NetworkForecast: Sendable, Equatable {
  /// In the units of time of the events; zero: nodes rest where they are last; infinite: the mean of all
  /// time.
  public var memory: Double
  /// In (0, 1).
  public var background: Double

  /// - Throws: `DynamicNetworkError.invalidSetting`.
  public init(memory: Double, background: Double) throws(DynamicNetworkError) {
    guard memory >= 0 else { throw .invalidSetting(name: "memory", value: memory, expected: ">= 0") }
    guard background > 0, background < 1 else {
      throw .invalidSetting(name: "background", value: background, expected: "between 0 and 1")
    }
    (self.memory, self.background) = (memory, background)
  }

  init(unchecked memory: Double, background: Double) { (self.memory, self.background) = (memory, background) }

  /// Weights of the bins, of sum 1.
  func weights(bins: Int, width: Double) -> [Double] {
    let raw = (0..<bins).map { memory > 0 ? exp(-Double(bins - 1 - $0) * width / memory) : 0 }
    let sum = raw.reduce(0, +)
    return raw.map { sum > 0 ? $0 / sum : 0 }
  }

  /// The recent rate of a pair.
  func recentRate(_ trajectories: NetworkTrajectories, _ i: Int, _ j: Int, weights: [Double]) -> Double {
    guard memory > 0 else { return exp(trajectories.logIntensity(i, j, at: trajectories.span)) }
    let width = trajectories.width
    var rate = 0.0
    for b in weights.indices where weights[b] > 1e-12 {
      rate += weights[b] / width * trajectories.integral(i, j, bin: b, from: 0, to: width)
    }
    return rate
  }
}

/// The rates of pairs in proportion to the products of their nodes' numbers of events.
struct BackgroundRates: Sendable {
  private let degrees: [Double]
  private let factor: Double

  init(nodes: Int, events: some Sequence<NetworkEvent>, span: Double) {
    var degrees = Array(repeating: 0.5, count: nodes)
    var count = 0.0
    for e in events {
      degrees[e.i] += 1
      degrees[e.j] += 1
      count += 1
    }
    self.degrees = degrees
    factor = 1 / (2 * max(count, 1) * span)
  }

  func callAsFunction(_ i: Int, _ j: Int) -> Double { degrees[i] * degrees[j] * factor }

  /// The sum over all pairs but the masked ones.
  func total(masked: some Sequence<NodePair>) -> Double {
    let (sum, squares) = degrees.reduce((0.0, 0.0)) { ($0.0 + $1, $0.1 + $1 * $1) }
    return factor * (sum * sum - squares) / 2 - masked.reduce(0) { $0 + self($1.i, $1.j) }
  }
}
