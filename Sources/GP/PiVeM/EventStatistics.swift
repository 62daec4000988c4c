/// What the likelihood needs of the events of a pair within a bin: their number, and the sums of their times
/// since the bin's start and of the squares.
public struct EventStatistics: Sendable, Equatable {
  public let i, j, bin: Int
  public internal(set) var count, first, second: Double

  /// Gathers the statistics of the occupied pairs and bins in one pass over the events.
  ///
  /// Events outside of [0, span] are passed over; one at `span` belongs to the last bin. Cost: one visit an
  /// event, and a sort of the occupied cells.
  ///
  /// - Returns: in the order of (bin, i, j).
  public static func gather(
    _ events: some Sequence<NetworkEvent>, bins: Int, span: Double
  ) -> [EventStatistics] {
    var places: [Cell: Int] = [:]
    var statistics: [EventStatistics] = []
    let width = span / Double(bins)
    for event in events where event.time >= 0 && event.time <= span {
      let bin = min(bins - 1, Int(event.time / width))
      let s = event.time - Double(bin) * width
      let cell = Cell(i: event.i, j: event.j, bin: bin)
      let place = places[cell] ?? statistics.count
      if place == statistics.count {
        places[cell] = place
        statistics.append(EventStatistics(i: event.i, j: event.j, bin: bin, count: 0, first: 0, second: 0))
      }
      statistics[place].count += 1
      statistics[place].first += s
      statistics[place].second += s * s
    }
    return statistics.sorted { ($0.bin, $0.i, $0.j) < ($1.bin, $1.i, $1.j) }
  }

  /// The sum over the events of bias - |delta + s velocity|^2, s the time since the bin's start.
  func logIntensity(_ bias: Double, _ delta: SIMD2<Double>, _ velocity: SIMD2<Double>) -> Double {
    count * (bias - (delta * delta).sum()) - 2 * first * (delta * velocity).sum()
      - second * (velocity * velocity).sum()
  }

  private struct Cell: Hashable { let i, j, bin: Int }
}
