import Foundation
import GP
import NumericCore
import Testing

@Suite struct PairLikelihoodTests {
  private static func value(_ likelihood: PairLikelihood, _ p: [Double]) -> (Double, [Double]) {
    var gradient = Array(repeating: 0.0, count: p.count)
    let value = p.withUnsafeBufferPointer { q in
      gradient.withUnsafeMutableBufferPointer { likelihood.value(at: q, gradient: $0) }
    }
    return (value, gradient)
  }

  private static func parameters(_ count: Int, scale: Double, _ stream: inout RandomStream) -> [Double] {
    (0..<count).map { _ in scale * stream.normal() }
  }

  private static func events(_ nodes: Int, _ count: Int, _ stream: inout RandomStream) throws
    -> [NetworkEvent]
  {
    try (0..<count).map { _ in
      let i = try stream.uniformInteger(below: nodes)
      let j = (i + 1 + (try stream.uniformInteger(below: nodes - 1))) % nodes
      return NetworkEvent(i: i, j: j, time: stream.uniform())
    }
  }

  /// Node counts around the width of the vectors; scales that need few points, many, and the closed form.
  @Test(arguments: [2, 7, 8, 9, 19], [0.05, 0.5, 1.2, 6]) func agreesWithTheReferenceForm(
    nodes: Int, scale: Double
  ) throws {
    var stream = RandomStream(RandomKey(seed: 62))
    let (bins, span) = (3, 1.0)
    let events = try Self.events(nodes, 40, &stream)
    let masked: Set<NodePair> = [NodePair(0, 1)]
    let likelihood = PairLikelihood(nodes: nodes, bins: bins, span: span, events: events, masked: masked)
    let p = Self.parameters(likelihood.parameterCount, scale: scale, &stream)
    func at(_ i: Int, _ b: Int) -> SIMD2<Double> {
      SIMD2(p[(1 + 2 * b) * nodes + i], p[(2 + 2 * b) * nodes + i])
    }
    var (expected, bound) = (0.0, 0.0)
    for i in 0..<nodes {
      for j in i + 1..<nodes {
        for b in 0..<bins {
          let delta = at(i, b) - at(j, b)
          let u = (at(i, b + 1) - at(j, b + 1) - delta) * Double(bins)
          let integral = PairIntegral(bias: p[i] + p[j], delta: delta, velocity: u, width: 1 / Double(bins))
            .zeroth
          if !masked.contains(NodePair(i, j)) { expected += integral }
          let across = (u * u).sum() > 0 ? pow(delta.x * u.y - delta.y * u.x, 2) / (u * u).sum() : 0
          bound += likelihood.relativeError * exp(p[i] + p[j] - across) / Double(bins)
        }
      }
    }
    for e in events where !masked.contains(e.pair) {
      let b = min(bins - 1, Int(e.time * Double(bins)))
      let f = e.time * Double(bins) - Double(b)
      let d = (at(e.i, b) - at(e.j, b)) * (1 - f) + (at(e.i, b + 1) - at(e.j, b + 1)) * f
      expected -= p[e.i] + p[e.j] - (d * d).sum()
    }
    #expect(abs(Self.value(likelihood, p).0 - expected) <= bound + 1e-11 * abs(expected))
  }

  @Test(arguments: [0.05, 0.5, 1.2, 6]) func gradientIsThatOfFiniteDifferences(scale: Double) throws {
    var stream = RandomStream(RandomKey(seed: 63))
    let events = try Self.events(9, 40, &stream)
    let likelihood = PairLikelihood(
      nodes: 9, bins: 3, span: 1, events: events, masked: [NodePair(0, 1), NodePair(2, 5)], maskedShare: 0.3)
    let p = Self.parameters(likelihood.parameterCount, scale: scale, &stream)
    let (value, gradient) = Self.value(likelihood, p)
    let h = 1e-5
    for k in p.indices {
      var (up, down) = (p, p)
      up[k] += h
      down[k] -= h
      let slope = (Self.value(likelihood, up).0 - Self.value(likelihood, down).0) / (2 * h)
      #expect(abs(slope - gradient[k]) < 1e-6 * max(1, abs(gradient[k])) + 1e-9 * abs(value))
    }
  }

  /// A sequence that counts how often it is asked for an event.
  private final class Counted: Sequence {
    let events: [NetworkEvent]
    var asked = 0
    init(_ events: [NetworkEvent]) { self.events = events }
    func makeIterator() -> AnyIterator<NetworkEvent> {
      var next = 0
      return AnyIterator {
        guard next < self.events.count else { return nil }
        self.asked += 1
        next += 1
        return self.events[next - 1]
      }
    }
  }

  @Test func eventsAreVisitedOnce() throws {
    var stream = RandomStream(RandomKey(seed: 64))
    let counted = Counted(try Self.events(5, 1000, &stream))
    let likelihood = PairLikelihood(nodes: 5, bins: 2, span: 1, events: counted)
    #expect(counted.asked == 1000)
    #expect(likelihood.statistics.count <= 20)
    #expect(likelihood.statistics.reduce(0) { $0 + $1.count } == 1000)
    _ = Self.value(likelihood, Self.parameters(likelihood.parameterCount, scale: 0.3, &stream))
    #expect(counted.asked == 1000)
  }

  @Test func anEventAtTheEndBelongsToTheLastBin() {
    let statistics = EventStatistics.gather([NetworkEvent(i: 1, j: 0, time: 1)], bins: 4, span: 1)
    #expect(statistics.map(\.bin) == [3])
    #expect(abs(statistics[0].first - 0.25) < 1e-15)
  }

  /// As many pairs and bins as are summed on all cores.
  @Test func largeNetworksAgreeWithTheReferenceForm() throws {
    let (nodes, bins) = (900, 10)
    var stream = RandomStream(RandomKey(seed: 73))
    let likelihood = PairLikelihood(nodes: nodes, bins: bins, span: 1, events: EmptyCollection())
    let parameters = Self.parameters(likelihood.parameterCount, scale: 1, &stream)
    let counts = likelihood.expectedCounts(at: parameters)
    let trajectories = try NetworkTrajectories(nodes: nodes, bins: bins, span: 1, parameters: parameters)
    var (expected, atEnd) = (0.0, 0.0)
    for i in 0..<nodes {
      for j in i + 1..<nodes {
        expected += trajectories.expectedCount(i, j, from: 0.3, to: 0.4)
        atEnd += exp(trajectories.logIntensity(i, j, at: 1))
      }
    }
    #expect(abs(counts[3] - expected) < 1e-7 * expected)
    #expect(abs(likelihood.rateAtEnd(at: parameters) - atEnd) < 1e-12 * atEnd)
  }
}
