/// What the likelihood needs of the events of a pair within a bin: their number, and the sums of their times
/// since the bin's start and of the squares.
public struct EventStatistics: Sendable, Equatable {
  private let nodes: SIMD2<Int32>
  private let place: Int32
  public internal(set) var count, first, second: Double
  public var i: Int { Int(nodes.x) }
  public var j: Int { Int(nodes.y) }
  public var bin: Int { Int(place) }

  private init(i: Int, j: Int, bin: Int) {
    (nodes, place) = (SIMD2(Int32(i), Int32(j)), Int32(bin))
    (count, first, second) = (0, 0, 0)
  }

  /// Gathers the statistics of the occupied pairs and bins in one pass over the events.
  ///
  /// Events outside of [0, span] are passed over; one at `span` belongs to the last bin. Cost: one visit an
  /// event, and a sort of them.
  ///
  /// - Returns: in the order of (bin, i, j).
  public static func gather(
    _ events: some Sequence<NetworkEvent>, bins: Int, span: Double
  ) -> [EventStatistics] {
    let width = span / Double(bins)
    var visits: [EventStatistics] = []
    for event in events where event.time >= 0 && event.time <= span {
      var visit = EventStatistics(i: event.i, j: event.j, bin: min(bins - 1, Int(event.time / width)))
      let s = event.time - Double(visit.bin) * width
      (visit.count, visit.first, visit.second) = (1, s, s * s)
      visits.append(visit)
    }
    visits.sort { ($0.place, $0.nodes.x, $0.nodes.y) < ($1.place, $1.nodes.x, $1.nodes.y) }
    var statistics: [EventStatistics] = []
    for visit in visits {
      if let last = statistics.last, last.nodes == visit.nodes, last.place == visit.place {
        let k = statistics.count - 1
        statistics[k].count += visit.count
        statistics[k].first += visit.first
        statistics[k].second += visit.second
      } else {
        statistics.append(visit)
      }
    }
    return statistics
  }
}
