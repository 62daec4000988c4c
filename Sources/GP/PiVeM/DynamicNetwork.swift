import Foundation
import NumericCore

/// What keeps events from being a dynamic network, or a network from being fitted.
public enum DynamicNetworkError: Error, Equatable, Sendable, CustomStringConvertible {
  case lengthsDiffer(sources: Int, targets: Int, times: Int)
  case notFinite(event: Int, time: Double)
  case noEvents
  case selfLoopsOnly(count: Int)
  case allAtOneTime(Double)
  case invalidSetting(name: String, value: Double, expected: String)
  case didNotStart(String)

  public var description: String {
    switch self {
    case .lengthsDiffer(let s, let t, let times):
      "\(s) sources, \(t) targets and \(times) times, expected as many of each"
    case .notFinite(let event, let time): "event \(event + 1): time = \(time), expected a finite number"
    case .noEvents: "there are no events, expected at least two between different nodes"
    case .selfLoopsOnly(let count):
      "each of the \(count) events joins a node to itself, expected two different nodes"
    case .allAtOneTime(let time): "all events are at time \(time), expected a span of time"
    case .invalidSetting(let name, let value, let expected):
      "\(name) = \(Int(exactly: value).map(String.init) ?? "\(value)"), expected \(expected)"
    case .didNotStart(let reason): "the fit did not start: \(reason)"
    }
  }
}

/// An event between the nodes i < j, at a time within [0, 1].
public struct NetworkEvent: Sendable, Equatable {
  public let i, j: Int
  public let time: Double
  public var pair: NodePair { NodePair(i, j) }

  public init(i: Int, j: Int, time: Double) { (self.i, self.j, self.time) = (min(i, j), max(i, j), time) }
}

/// Events in continuous time between named nodes.
///
/// Names are labels: a node is what events speak of, so that an id of 10^9 makes no network of 10^9 nodes.
/// Times are mapped to [0, 1]: first event to last. Self-loops are dropped and counted.
public struct DynamicNetwork: Sendable {
  /// What sources and targets are.
  public enum Kind: String, Sendable, CaseIterable {
    /// Nodes alike: who is named first does not matter.
    case undirected
    /// Nodes of two sides, such as people and things: a name of both is two nodes.
    case bipartite
    /// Senders and receivers: each name is two nodes, as `NetworkStructure.directed` has them.
    case directed
  }

  /// In the order of first appearance: of all names; of those of sources, then of targets, where there are
  /// two sides; or of all names twice, where nodes send and receive.
  public let names: [String]
  public let structure: NetworkStructure
  /// In the order of time.
  public let events: [NetworkEvent]
  public let start, end: Double
  public let droppedSelfLoops: Int
  public var count: Int { names.count }

  /// - Throws: `DynamicNetworkError`.
  public init(
    sources: [String], targets: [String], times: [Double], kind: Kind = .undirected
  ) throws(DynamicNetworkError) {
    guard sources.count == targets.count, sources.count == times.count else {
      throw .lengthsDiffer(sources: sources.count, targets: targets.count, times: times.count)
    }
    if let bad = times.firstIndex(where: { !$0.isFinite }) { throw .notFinite(event: bad, time: times[bad]) }
    guard !times.isEmpty else { throw .noEvents }
    let kept = times.indices.filter { kind == .bipartite || sources[$0] != targets[$0] }
    guard !kept.isEmpty else { throw .selfLoopsOnly(count: times.count) }
    let (start, end) = kept.reduce((Double.infinity, -Double.infinity)) {
      (min($0.0, times[$1]), max($0.1, times[$1]))
    }
    guard end > start else { throw .allAtOneTime(start) }
    let chosen = (kept.map { sources[$0] }, kept.map { targets[$0] })
    let senders: [String: Int]
    let receivers: [String: Int]
    switch kind {
    case .undirected:
      (names, senders) = Self.places(zip(chosen.0, chosen.1).flatMap { [$0, $1] })
      (receivers, structure) = (senders, .undirected)
    case .bipartite:
      let (left, right) = (Self.places(chosen.0), Self.places(chosen.1))
      (names, senders) = (left.names + right.names, left.places)
      receivers = right.places.mapValues { $0 + left.names.count }
      structure = .bipartite(sides: names.indices.map { $0 >= left.names.count })
    case .directed:
      let all = Self.places(zip(chosen.0, chosen.1).flatMap { [$0, $1] })
      (names, senders) = (all.names + all.names, all.places)
      receivers = all.places.mapValues { $0 + all.names.count }
      structure = .directed(nodes: all.names.count)
    }
    var events: [NetworkEvent] = []
    events.reserveCapacity(kept.count)
    for (k, e) in kept.enumerated() {
      guard let i = senders[chosen.0[k]], let j = receivers[chosen.1[k]] else { continue }
      // Halves keep the difference of huge times from overflow.
      let time = (times[e] / 2 - start / 2) / (end / 2 - start / 2)
      events.append(NetworkEvent(i: i, j: j, time: min(max(time, 0), 1)))
    }
    self.events = events.sorted { $0.time < $1.time }
    (self.start, self.end, droppedSelfLoops) = (start, end, times.count - kept.count)
  }

  /// Names in the order of first appearance, and where they are in it.
  private static func places(_ labels: [String]) -> (names: [String], places: [String: Int]) {
    var names: [String] = []
    var places: [String: Int] = [:]
    for label in labels where places[label] == nil {
      places[label] = names.count
      names.append(label)
    }
    return (names, places)
  }

  /// A node's name as a cell of comma-separated values.
  public func cell(_ i: Int) -> String { Self.cell(names[i]) }

  /// A node's name, with its role where nodes send and receive.
  public func label(_ i: Int) -> String {
    guard case .directed(let nodes) = structure else { return names[i] }
    return names[i] + (i < nodes ? " (sends)" : " (receives)")
  }

  /// A text as a cell of comma-separated values.
  public static func cell(_ name: String) -> String {
    guard name.contains(where: { ",\"\r\n".contains($0) || $0.isWhitespace }) || name.isEmpty else {
      return name
    }
    return "\"" + name.replacingOccurrences(of: "\"", with: "\"\"") + "\""
  }
}
