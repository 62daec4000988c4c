import Foundation
import GP
import NumericCore

/// Whether held-out numbers of events are those that a forecast tells, given the number of all of them: Poisson numbers
/// of ten groups of pairs, and of nodes.
struct ForecastCalibration: Codable {
  /// A tenth of the expected events, from the likeliest pairs to the least likely ones.
  struct Group: Codable {
    let pairs: Int
    let expected: Double
    let observed: Int
  }

  let groups: [Group]
  /// The shares of groups and of nodes whose numbers lie in their central intervals of 90%. A number k counts with the
  /// part of [P(K < k), P(K <= k)] that is within [.05, .95], so that .9 is the mean of true forecasts however small
  /// numbers are (Czado, Gneiting and Held 2009).
  let groupsWithin, nodesWithin: Double

  /// More pairs are not told apart.
  private static let mostPairs = 5_000_000.0

  /// Nil where there are no later events, or too many pairs. Cost: O(B) a pair.
  init?(of fit: FittedTrajectories, network: DynamicNetwork, later: [NetworkEvent]) {
    let n = network.count
    guard !later.isEmpty, Double(n) * Double(n) / 2 <= Self.mostPairs else { return nil }
    var pairs: [(pair: NodePair, rate: Double)] = []
    for i in 0..<n {
      for j in i + 1..<n where network.structure.joins(i, j) { pairs.append((NodePair(i, j), fit.forecastRate(i, j))) }
    }
    pairs.sort { ($0.rate, $1.pair.i, $1.pair.j) > ($1.rate, $0.pair.i, $0.pair.j) }
    var counts: [NodePair: Int] = [:]
    for e in later { counts[e.pair, default: 0] += 1 }
    let factor = Double(later.count) / pairs.reduce(0) { $0 + $1.rate }
    var nodes = Array(repeating: (expected: 0.0, observed: 0), count: n)
    var groups = Array(repeating: (pairs: 0, expected: 0.0, observed: 0), count: 10)
    var before = 0.0
    for (pair, rate) in pairs {
      let (expected, observed) = (factor * rate, counts[pair] ?? 0)
      let group = min(groups.count - 1, Int(Double(groups.count) * before / Double(later.count)))
      before += expected
      groups[group].pairs += 1
      groups[group].expected += expected
      groups[group].observed += observed
      for i in [pair.i, pair.j] {
        nodes[i].expected += expected
        nodes[i].observed += observed
      }
    }
    // A pair that is expected to have more than a tenth of all events leaves a group empty.
    let filled = groups.filter { $0.pairs > 0 }
    self.groups = filled.map { Group(pairs: $0.pairs, expected: $0.expected, observed: $0.observed) }
    groupsWithin = Self.mean(filled.map { Self.share($0.observed, mean: $0.expected) })
    nodesWithin = Self.mean(nodes.map { Self.share($0.observed, mean: $0.expected) })
  }

  private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

  /// How much of a number is within the interval of a Poisson number.
  private static func share(_ k: Int, mean: Double) -> Double {
    let below = k > 0 ? regularizedGammaQ(Double(k), mean) : 0
    let upTo = regularizedGammaQ(Double(k) + 1, mean)
    guard upTo > below else { return 0 }
    return max(0, min(upTo, 0.95) - max(below, 0.05)) / (upTo - below)
  }

  var text: String {
    let counts = groups.map { String(format: "%.0f/%d", $0.expected, $0.observed) }.joined(separator: " ")
    return String(
      format: "forecast, expected/observed, from likely to unlikely pairs: %@; in 90%% intervals: %.2f, nodes %.2f",
      counts, groupsWithin, nodesWithin)
  }
}
