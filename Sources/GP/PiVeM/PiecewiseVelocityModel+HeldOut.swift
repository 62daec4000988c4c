import Foundation
import NumericCore

/// Events and pairs that are left out of trials, and what they say of a mode.
extension PiecewiseVelocityModel {
  private static let heldOutShare = 0.1
  /// Fewer held-out events tell nothing.
  static let fewestHeldOut = 20
  /// More masked pairs, which are summed one by one, tell little more.
  private static let mostHeldOutPairs = 50_000

  /// A tenth of the events at random, or as many as tell something, and what is left; no events where they would be
  /// more than half.
  func thinned(_ data: Data) throws -> (fitted: Data, left: [NetworkEvent]) {
    let count = max(Int(Double(data.events.count) * Self.heldOutShare), Self.fewestHeldOut)
    guard 2 * count <= data.events.count else { return (data, []) }
    var stream = RandomStream(RandomKey(seed: seed).child("thinned"))
    let events = data.events.shuffled(using: &stream)
    return (
      Data(
        nodes: data.nodes, events: Array(events[count...]), span: data.span, masked: data.masked,
        structure: data.structure), Array(events[..<count])
    )
  }

  /// The log density of the pairs and times of events, given their number. A share of background rates, the
  /// likeliest one, keeps single events of nodes that were hardly seen from being all that counts.
  func densityGivenNumber(
    _ events: [NetworkEvent], _ mode: NetworkTrajectories, _ data: Data
  ) -> Double {
    let likelihood = PairLikelihood(
      nodes: data.nodes, bins: mode.bins, span: mode.span, events: [NetworkEvent](), masked: data.masked,
      structure: data.structure, relativeError: 1e-6)
    let total = likelihood.expectedCounts(at: mode.parameters).reduce(0, +)
    let background = BackgroundRates(
      nodes: data.nodes, events: data.events, span: data.span, structure: data.structure)
    let spread = background.total(masked: data.masked) * mode.span
    return Self.mixture(
      of: [
        events.map { exp(mode.logIntensity($0.i, $0.j, at: $0.time)) / total },
        events.map { background($0.i, $0.j) / spread },
      ], Array(repeating: 1, count: events.count)
    ).score
  }

  /// What comes before the last tenth of the time, or of the events where too few of them are in that; and
  /// the rest.
  func lastEvents(_ data: Data) -> (kept: Data, held: [NetworkEvent]) {
    var end = data.span * (1 - Self.heldOutShare)
    if data.events.count(where: { $0.time > end }) < Self.fewestHeldOut {
      let times = data.events.map(\.time).sorted()
      let time = times[Int(Double(times.count - 1) * (1 - Self.heldOutShare))]
      if time > 0 { end = min(end, time) }
    }
    let kept = data.events.filter { $0.time <= end }
    return (
      Data(nodes: data.nodes, events: kept, span: end, masked: data.masked, structure: data.structure),
      data.events.filter { $0.time > end }
    )
  }

  /// What is left when a tenth of the pairs, or fewer of a large network, is masked as well, and their
  /// events.
  func somePairs(_ data: Data) -> (kept: Data, held: [NetworkEvent]) {
    var stream = RandomStream(RandomKey(seed: seed).child("held out"))
    let share = min(
      Self.heldOutShare, Double(Self.mostHeldOutPairs) / data.pairs)
    var masked = data.masked
    for i in 0..<data.nodes {
      for j in i + 1..<data.nodes where data.structure.joins(i, j) {
        if stream.uniform() < share { masked.insert(NodePair(i, j)) }
      }
    }
    let kept = data.events.filter { !masked.contains($0.pair) }
    return (
      Data(nodes: data.nodes, events: kept, span: data.span, masked: masked, structure: data.structure),
      data.events.filter { masked.contains($0.pair) }
    )
  }
}
