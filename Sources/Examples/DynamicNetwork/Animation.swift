import Foundation
import GP

/// A page of its own with the nodes in motion, which needs no other file and no network: play, pause, scrub
/// along the events of all time, zoom; names at the pointer, a node found by its name and kept in view;
/// colours and shapes by community.
struct Animation {
  let title: String
  let network: DynamicNetwork
  let trajectories: NetworkTrajectories
  let communities: [Int]

  /// More events than these are thinned evenly: a browser draws those near the time shown in each frame.
  private static let mostEvents = 60_000
  /// Columns of the chart of events along the time line.
  private static let columns = 240

  private struct Content: Encodable {
    let names: [String]
    let groups: [Int]
    let sizes: [Int]
    /// x and y of all nodes in turn, in thousandths: at the first knot, then the changes from knot to knot.
    let knots: [[Int]]
    /// Node, node and time of each event in turn, times in 100,000ths of the span after the event before.
    let events: [Int]
    /// The number of events in equal parts of the span.
    let counts: [Int]
    let start, end: Double
    let total, thinned: Int
  }

  func page() throws -> String {
    // Within a script element "<" could begin its end.
    let json = String(decoding: try JSONEncoder().encode(content), as: UTF8.self)
      .replacingOccurrences(of: "<", with: "\\u003c")
    let heading = title.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
    return Self.head + "<title>\(heading)</title>" + Self.style + "<header><h1>\(heading)</h1>" + Self.body
      + "<script>\n\"use strict\";\nconst data = \(json);\n" + Self.script + "</script>\n</body>\n</html>\n"
  }

  private var content: Content {
    let every = max(1, (network.events.count + Self.mostEvents - 1) / Self.mostEvents)
    var sizes = Array(repeating: 0, count: network.count)
    var counts = Array(repeating: 0, count: Self.columns)
    for e in network.events {
      sizes[e.i] += 1
      sizes[e.j] += 1
      counts[min(Self.columns - 1, Int(e.time * Double(Self.columns)))] += 1
    }
    var events: [Int] = []
    var last = 0
    for k in stride(from: 0, to: network.events.count, by: every) {
      let e = network.events[k]
      let time = Int((1e5 * e.time).rounded())
      events += [e.i, e.j, time - last]
      last = time
    }
    return Content(
      names: (0..<network.count).map(network.label), groups: communities, sizes: sizes, knots: knots,
      events: events, counts: counts, start: network.start, end: network.end, total: network.events.count,
      thinned: every)
  }

  private var knots: [[Int]] {
    var last = Array(repeating: 0, count: 2 * trajectories.nodes)
    return (0...trajectories.bins).map { b in
      let places = (0..<trajectories.nodes).flatMap { i in
        let p = trajectories.position(i, knot: b)
        return [p.x, p.y].map { Int((1000 * min(max($0, -1e9), 1e9)).rounded()) }
      }
      defer { last = places }
      return zip(places, last).map { $0 - $1 }
    }
  }
}
