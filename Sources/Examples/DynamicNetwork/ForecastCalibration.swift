import Foundation
import GP

/// Whether held-out numbers of events are those that a forecast tells, given the number of all of them: of ten groups
/// of pairs, and of nodes. A pair's factor is the product of its nodes' and one of its own, so that the numbers of pairs
/// that share a node vary together: with s_i the sum of the expected numbers m of the group's pairs of node i, that of a
/// group has the variance sum m + phi sum_i s_i^2 + psi sum m^2, phi of nodes and psi what pairs have beyond two of them.
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
  /// The same by Poisson numbers.
  let groupsWithinPoisson, nodesWithinPoisson: Double
  /// The mean negative log probability of the nodes' numbers, and that by Poisson numbers.
  let nodesNegativeLog, nodesNegativeLogPoisson: Double

  /// More pairs are not told apart.
  private static let mostPairs = 5_000_000.0

  /// Nil where there are no later events, or too many pairs. Cost: O(B) a pair.
  ///
  /// - Parameters:
  ///   - later: the events in (fit.span, end].
  /// - Throws: `DynamicNetworkError.invalidSetting` where an expected number is none.
  init?(of fit: FittedTrajectories, network: DynamicNetwork, later: [NetworkEvent], end: Double) throws {
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
    var groups = Array(repeating: PairGroup(nodes: n), count: 10)
    var before = 0.0
    for (pair, rate) in pairs {
      let (expected, observed) = (factor * rate, counts[pair] ?? 0)
      let group = min(groups.count - 1, Int(Double(groups.count) * before / Double(later.count)))
      before += expected
      groups[group].add(pair, expected: expected, observed: observed)
      for i in [pair.i, pair.j] {
        nodes[i].expected += expected
        nodes[i].observed += observed
      }
    }
    // A pair that is expected to have more than a tenth of all events leaves a group empty.
    let filled = groups.filter { $0.pairs > 0 }
    self.groups = filled.map { Group(pairs: $0.pairs, expected: $0.expected, observed: $0.observed) }
    let (ofNodes, ofPairs) = (
      fit.forecast.nodeDispersion.over(end - fit.span), fit.forecast.pairDispersion.over(end - fit.span)
    )
    let groupCounts = try filled.map {
      try Count($0.observed, mean: $0.expected, dispersion: $0.dispersion(ofNodes: ofNodes, ofPairs: ofPairs))
    }
    let nodeCounts = try nodes.map { try Count($0.observed, mean: $0.expected, dispersion: ofNodes) }
    groupsWithin = Self.mean(groupCounts.map { $0.within($0.law) })
    groupsWithinPoisson = Self.mean(groupCounts.map { $0.within($0.poisson) })
    nodesWithin = Self.mean(nodeCounts.map { $0.within($0.law) })
    nodesWithinPoisson = Self.mean(nodeCounts.map { $0.within($0.poisson) })
    nodesNegativeLog = -Self.mean(nodeCounts.map { $0.law.logProbability(of: $0.observed) })
    nodesNegativeLogPoisson = -Self.mean(nodeCounts.map { $0.poisson.logProbability(of: $0.observed) })
  }

  /// Pairs that are counted together.
  private struct PairGroup {
    var pairs = 0
    var expected = 0.0
    var observed = 0
    private var squares = 0.0
    /// The expected numbers of each node's pairs.
    private var byNode: [Double]

    init(nodes: Int) { byNode = Array(repeating: 0, count: nodes) }

    mutating func add(_ pair: NodePair, expected: Double, observed: Int) {
      pairs += 1
      self.expected += expected
      self.observed += observed
      squares += expected * expected
      byNode[pair.i] += expected
      byNode[pair.j] += expected
    }

    func dispersion(ofNodes: Double, ofPairs: Double) -> Double {
      let together = byNode.reduce(0) { $0 + $1 * $1 }
      return (ofNodes * together + max(0, ofPairs - 2 * ofNodes) * squares) / (expected * expected)
    }
  }

  private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

  /// A number of events, with its law and that of Poisson.
  private struct Count {
    let observed: Int
    let law, poisson: CountLaw

    init(_ observed: Int, mean: Double, dispersion: Double) throws {
      self.observed = observed
      law = try CountLaw(mean: mean, dispersion: dispersion)
      poisson = try CountLaw(mean: mean)
    }

    /// How much of the number is within the interval of a law.
    func within(_ law: CountLaw) -> Double {
      let (below, upTo) = (law.probability(upTo: observed - 1), law.probability(upTo: observed))
      guard upTo > below else { return 0 }
      return max(0, min(upTo, 0.95) - max(below, 0.05)) / (upTo - below)
    }
  }

  var text: String {
    let counts = groups.map { String(format: "%.0f/%d", $0.expected, $0.observed) }.joined(separator: " ")
    let within = String(
      format: "in 90%% intervals (Poisson): groups %.2f (%.2f), nodes %.2f (%.2f)", groupsWithin, groupsWithinPoisson,
      nodesWithin, nodesWithinPoisson)
    let density = String(
      format: "negative log probability of a node's number %.2f (%.2f)", nodesNegativeLog, nodesNegativeLogPoisson)
    return "forecast, expected/observed, from likely to unlikely pairs: \(counts); \(within); \(density)"
  }
}
