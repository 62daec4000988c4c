import NumericCore

/// Intervals of pairs to be told apart: those around events, and those of random pairs and times without an
/// event.
///
/// Celikkanat, Nakis and Morup (2022), section 4: an interval reaches `halfWidth` to both sides of a time; up
/// to `limit` of each kind, at random without replacement. Times are those of the events, in units of the
/// whole span. Reconstruction: the events that were fitted; prediction: those after; completion: those of
/// pairs that were masked.
public struct NetworkTask: Sendable {
  public struct Interval: Sendable, Equatable {
    public let i, j: Int
    public let from, to: Double
  }

  public let positives, negatives: [Interval]

  /// - Parameters:
  ///   - events: those of the window [from, to] to be told from non-events.
  ///   - pairs: nil: all; otherwise only events and non-events of these pairs.
  ///   - structure: which pairs can have events; others are none.
  /// - Throws: `DynamicNetworkError.noEvents` where the window holds none; `.invalidSetting` where hardly an
  ///   interval without an event is to be found. Cost: O(n log n) in the events, and `limit` draws.
  public init(
    nodes: Int, events: [NetworkEvent], from: Double, to: Double, pairs: Set<NodePair>? = nil,
    structure: NetworkStructure = .undirected, halfWidth: Double = 0.001, limit: Int = 10_000,
    using stream: inout RandomStream
  ) throws {
    let inside = events.filter { $0.time >= from && $0.time <= to && (pairs?.contains($0.pair) ?? true) }
    guard !inside.isEmpty else { throw DynamicNetworkError.noEvents }
    var times: [NodePair: [Double]] = [:]
    for e in inside { times[e.pair, default: []].append(e.time) }
    func interval(_ pair: NodePair, _ time: Double) -> Interval {
      Interval(i: pair.i, j: pair.j, from: max(from, time - halfWidth), to: min(to, time + halfWidth))
    }
    positives = inside.shuffled(using: &stream).prefix(limit).map { interval($0.pair, $0.time) }
    // A set has no order of its own, and a seed shall give one task.
    let choices = pairs?.sorted { ($0.i, $0.j) < ($1.i, $1.j) }
    var negatives: [Interval] = []
    // A hundred draws a negative: with fewer than one interval in a hundred free, the task makes no sense.
    var draws = 100 * positives.count
    while negatives.count < positives.count {
      draws -= 1
      guard draws > 0 else {
        throw DynamicNetworkError.invalidSetting(
          name: "negatives found", value: Double(negatives.count), expected: "\(positives.count)")
      }
      let pair: NodePair
      if let choices {
        pair = choices[try stream.uniformInteger(below: choices.count)]
      } else {
        pair = NodePair(try stream.uniformInteger(below: nodes), try stream.uniformInteger(below: nodes))
      }
      guard structure.joins(pair.i, pair.j) else { continue }
      let candidate = interval(pair, from + (to - from) * stream.uniform())
      let known = times[pair] ?? []
      if !known.contains(where: { $0 >= candidate.from && $0 <= candidate.to }) {
        negatives.append(candidate)
      }
    }
    self.negatives = negatives
  }

  /// The areas of the fit's expected counts in the intervals.
  public func scores(of fit: FittedTrajectories) throws -> RankingScores {
    func counts(_ intervals: [Interval]) -> [Double] {
      intervals.map { fit.expectedCount($0.i, $0.j, from: $0.from, to: $0.to) }
    }
    return try RankingScores(positives: counts(positives), negatives: counts(negatives))
  }

  /// The areas of the expected counts of the pairs over the whole of the fit's window: the score of the
  /// authors' code for prediction.
  public func scoresOverTraining(of fit: FittedTrajectories) throws -> RankingScores {
    func counts(_ intervals: [Interval]) -> [Double] {
      intervals.map { fit.expectedCount($0.i, $0.j, from: 0, to: fit.span) }
    }
    return try RankingScores(positives: counts(positives), negatives: counts(negatives))
  }

  /// The intervals as lines `source,target,from,to,event`, event 1 or 0; times in units of `network`'s.
  public func csv(of network: DynamicNetwork) -> String {
    let scale = network.end - network.start
    func lines(_ intervals: [Interval], _ event: Int) -> [String] {
      intervals.map {
        let names = [$0.i, $0.j].map { network.cell($0) }
        let times = [$0.from, $0.to].map { "\(network.start + scale * $0)" }
        return (names + times + ["\(event)"]).joined(separator: ",")
      }
    }
    return (["source,target,from,to,event"] + lines(positives, 1) + lines(negatives, 0)).joined(
      separator: "\n") + "\n"
  }
}
