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

/// Undirected events in continuous time between named nodes.
///
/// Names are labels: a node is what events speak of, so that an id of 10^9 makes no network of 10^9 nodes.
/// Times are mapped to [0, 1]: first event to last. Self-loops are dropped and counted.
public struct DynamicNetwork: Sendable {
  /// In the order of first appearance.
  public let names: [String]
  /// In the order of time.
  public let events: [NetworkEvent]
  public let start, end: Double
  public let droppedSelfLoops: Int
  public var count: Int { names.count }

  /// - Throws: `DynamicNetworkError`.
  public init(sources: [String], targets: [String], times: [Double]) throws(DynamicNetworkError) {
    guard sources.count == targets.count, sources.count == times.count else {
      throw .lengthsDiffer(sources: sources.count, targets: targets.count, times: times.count)
    }
    if let bad = times.firstIndex(where: { !$0.isFinite }) { throw .notFinite(event: bad, time: times[bad]) }
    guard !times.isEmpty else { throw .noEvents }
    let kept = times.indices.filter { sources[$0] != targets[$0] }
    guard !kept.isEmpty else { throw .selfLoopsOnly(count: times.count) }
    let (first, last) = kept.reduce((Double.infinity, -Double.infinity)) {
      (min($0.0, times[$1]), max($0.1, times[$1]))
    }
    guard last > first else { throw .allAtOneTime(first) }
    var index: [String: Int] = [:]
    var names: [String] = []
    func node(_ name: String) -> Int {
      if let known = index[name] { return known }
      index[name] = names.count
      names.append(name)
      return names.count - 1
    }
    var events: [NetworkEvent] = []
    events.reserveCapacity(kept.count)
    for e in kept {
      // Halves keep the difference of huge times from overflow.
      let time = (times[e] / 2 - first / 2) / (last / 2 - first / 2)
      events.append(NetworkEvent(i: node(sources[e]), j: node(targets[e]), time: min(max(time, 0), 1)))
    }
    self.names = names
    self.events = events.sorted { $0.time < $1.time }
    (start, end, droppedSelfLoops) = (first, last, times.count - kept.count)
  }

  /// A node's name as a cell of comma-separated values.
  public func cell(_ i: Int) -> String {
    let name = names[i]
    guard name.contains(where: { ",\"\r\n".contains($0) || $0.isWhitespace }) || name.isEmpty else {
      return name
    }
    return "\"" + name.replacingOccurrences(of: "\"", with: "\"\"") + "\""
  }
}
