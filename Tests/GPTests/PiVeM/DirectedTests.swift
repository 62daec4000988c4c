import Foundation
import GP
import NumericCore
import Testing

/// Nodes that send and receive: i sends, n + i receives.
@Suite struct DirectedTests {
  private static let n = 14
  private static let structure = NetworkStructure.directed(nodes: n)

  private static func network(rate: Double) throws -> (truth: NetworkTrajectories, events: [NetworkEvent]) {
    var stream = RandomStream(RandomKey(seed: 98))
    let truth = try NetworkTrajectories.draw(
      nodes: 2 * n, bins: 5, span: 1, rate: rate, initialScale: 1, velocityScale: 1, lengthScale: 0.25,
      using: &stream)
    // Some send and some receive more than others.
    var parameters = truth.parameters
    for i in 0..<2 * n { parameters[i] += 0.5 * stream.normal() }
    let unlike = try NetworkTrajectories(nodes: 2 * n, bins: 5, span: 1, parameters: parameters)
    return (unlike, try unlike.events(structure: structure, using: &stream))
  }

  @Test func nodesSendToOthersAlone() throws {
    let (truth, events) = try Self.network(rate: 300)
    #expect(events.allSatisfy { $0.i < Self.n && $0.j >= Self.n && $0.j - $0.i != Self.n })
    let likelihood = PairLikelihood(
      nodes: 2 * Self.n, bins: 5, span: 1, events: events, structure: Self.structure)
    var (expected, atEnd) = (0.0, 0.0)
    for i in 0..<Self.n {
      for j in 0..<Self.n where j != i {
        expected += truth.expectedCount(i, Self.n + j, from: 0, to: 1)
        atEnd += exp(truth.logIntensity(i, Self.n + j, at: 1))
      }
    }
    let counts = likelihood.expectedCounts(at: truth.parameters)
    #expect(abs(counts.reduce(0, +) - expected) < 1e-7 * expected)
    #expect(abs(likelihood.rateAtEnd(at: truth.parameters) - atEnd) < 1e-9 * atEnd)
    #expect(abs(Double(events.count) - expected) < 4 * expected.squareRoot())
  }

  /// The likelihood ratio of mode and truth, and expected counts nearer to the true ones than counts are.
  @Test func aSimulatedNetworkGivesItsRatesBack() throws {
    let (truth, events) = try Self.network(rate: 400)
    var model = PiecewiseVelocityModel()
    (model.bins, model.velocityScale, model.lengthScale, model.tolerance) = (5, 1, 0.25, 1e-9)
    let fit = try model.fit(nodes: 2 * Self.n, events: events, structure: Self.structure)
    let likelihood = PairLikelihood(
      nodes: 2 * Self.n, bins: 5, span: 1, events: events, structure: Self.structure)
    let ratio = likelihood.value(at: truth.parameters) - fit.negativeLogLikelihood
    let degrees = Double(likelihood.parameterCount)
    #expect(ratio > 0 && ratio < (degrees + 4 * (2 * degrees).squareRoot()) / 2)
    var (error, pairs) = (0.0, 0.0)
    for i in 0..<Self.n {
      for j in 0..<Self.n where j != i {
        let expected = truth.expectedCount(i, Self.n + j, from: 0, to: 1)
        error += pow(fit.expectedCount(i, Self.n + j, from: 0, to: 1) - expected, 2) / expected
        pairs += 1
      }
    }
    #expect(error / pairs < 0.7)
  }

  /// A network of names: who sends to whom is kept, and what a name sends to itself is left out; of two sides
  /// names are apart, so that nothing is.
  @Test func namesHaveRoles() throws {
    let (sources, targets, times) = (["a", "b", "a", "b"], ["b", "a", "a", "c"], [1.0, 2, 3, 4])
    let directed = try DynamicNetwork(sources: sources, targets: targets, times: times, kind: .directed)
    #expect(directed.structure == .directed(nodes: 3) && directed.droppedSelfLoops == 1)
    #expect(directed.count == 6 && directed.names[1] == "b" && directed.names[4] == "b")
    #expect(directed.events.map { [$0.i, $0.j] } == [[0, 4], [1, 3], [1, 5]])
    let bipartite = try DynamicNetwork(sources: sources, targets: targets, times: times, kind: .bipartite)
    #expect(bipartite.names == ["a", "b", "b", "a", "c"] && bipartite.droppedSelfLoops == 0)
    #expect(bipartite.structure == .bipartite(sides: [false, false, true, true, true]))
    #expect(bipartite.events.count == 4)
    let undirected = try DynamicNetwork(sources: sources, targets: targets, times: times)
    #expect(undirected.structure == .undirected && undirected.count == 3)
  }

  @Test func whatCannotBeIsNamed() throws {
    let model = PiecewiseVelocityModel()
    let own = (0..<40).map { NetworkEvent(i: 0, j: 3, time: Double($0) / 39) }
    #expect(throws: DynamicNetworkError.self) {
      try model.fit(nodes: 6, events: own, structure: .directed(nodes: 3))
    }
    #expect(throws: DynamicNetworkError.self) {
      try model.fit(nodes: 5, events: [], structure: .directed(nodes: 3))
    }
  }
}
