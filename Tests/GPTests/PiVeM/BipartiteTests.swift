import Foundation
import GP
import NumericCore
import Testing

@Suite struct BipartiteTests {
  /// Every third node is of the second side.
  private static func sides(_ nodes: Int) -> [Bool] { (0..<nodes).map { $0 % 3 == 2 } }

  /// To the closed form, pair by pair: few nodes, and as many as are summed by a grid; slow ones and fast
  /// ones.
  @Test(arguments: [11, 700], [0.3, 30]) func theIntegralIsThatOfPairsAcross(nodes: Int, speed: Double) throws {
    var stream = RandomStream(RandomKey(seed: 95))
    let (bins, sides) = (2, Self.sides(nodes))
    let b = (0..<nodes).map { _ in 0.5 * stream.normal() }
    let start = (0..<2 * nodes).map { _ in 2 * stream.normal() }
    let p = b + start + (0..<bins).flatMap { _ in start.map { $0 + speed * stream.normal() } }
    let likelihood = PairLikelihood(
      nodes: nodes, bins: bins, span: 1, events: EmptyCollection(), masked: [NodePair(0, 2)],
      structure: .bipartite(sides: sides),
      relativeError: 1e-6)
    let trajectories = try NetworkTrajectories(nodes: nodes, bins: bins, span: 1, parameters: p)
    var (expected, bound, atEnd) = (0.0, 0.0, 0.0)
    for i in 0..<nodes {
      for j in i + 1..<nodes where sides[i] != sides[j] && (i, j) != (0, 2) {
        expected += trajectories.expectedCount(i, j, from: 0, to: 1)
        bound += 2e-6 * exp(b[i] + b[j])
        atEnd += exp(trajectories.logIntensity(i, j, at: 1))
      }
    }
    #expect(abs(likelihood.value(at: p) - expected) <= bound)
    #expect(abs(likelihood.rateAtEnd(at: p) - atEnd) <= bound)
  }

  @Test(arguments: [11, 400]) func gradientIsThatOfFiniteDifferences(nodes: Int) throws {
    var stream = RandomStream(RandomKey(seed: 96))
    let likelihood = PairLikelihood(
      nodes: nodes, bins: 2, span: 1,
      events: [NetworkEvent(i: 0, j: 2, time: 0.3), NetworkEvent(i: 4, j: 5, time: 0.9)],
      structure: .bipartite(sides: Self.sides(nodes)), relativeError: 1e-8)
    let p = (0..<likelihood.parameterCount).map { _ in stream.normal() }
    var gradient = p
    let value = p.withUnsafeBufferPointer { q in
      gradient.withUnsafeMutableBufferPointer { likelihood.value(at: q, gradient: $0) }
    }
    let h = 1e-5
    for k in stride(from: 0, to: p.count, by: max(1, p.count / 50)) {
      var (up, down) = (p, p)
      up[k] += h
      down[k] -= h
      let slope = (likelihood.value(at: up) - likelihood.value(at: down)) / (2 * h)
      #expect(abs(slope - gradient[k]) < 1e-6 * max(1, abs(gradient[k])) + 1e-9 * abs(value))
    }
  }

  /// As `aSimulatedNetworkGivesItsTrajectoriesBack`: the likelihood ratio of mode and truth, and expected
  /// counts of pairs across, nearer to the true ones than the counts themselves.
  @Test func aSimulatedNetworkGivesItsRatesBack() throws {
    var stream = RandomStream(RandomKey(seed: 97))
    let (nodes, sides) = (36, Self.sides(36))
    let truth = try NetworkTrajectories.draw(
      nodes: nodes, bins: 6, span: 1, rate: 400, initialScale: 1, velocityScale: 1, lengthScale: 0.25,
      using: &stream)
    let events = try truth.events(structure: .bipartite(sides: sides), using: &stream)
    #expect(events.allSatisfy { sides[$0.i] != sides[$0.j] })
    var model = PiecewiseVelocityModel()
    (model.bins, model.velocityScale, model.lengthScale, model.tolerance) = (6, 1, 0.25, 1e-9)
    let fit = try model.fit(nodes: nodes, events: events, structure: .bipartite(sides: sides))
    let likelihood = PairLikelihood(nodes: nodes, bins: 6, span: 1, events: events, structure: .bipartite(sides: sides))
    let ratio = likelihood.value(at: truth.parameters) - fit.negativeLogLikelihood
    let degrees = Double(likelihood.parameterCount)
    #expect(ratio > 0 && ratio < (degrees + 4 * (2 * degrees).squareRoot()) / 2)
    var (error, pairs, total) = (0.0, 0.0, 0.0)
    for i in 0..<nodes {
      for j in i + 1..<nodes where sides[i] != sides[j] {
        let expected = truth.expectedCount(i, j, from: 0, to: 1)
        error += pow(fit.expectedCount(i, j, from: 0, to: 1) - expected, 2) / expected
        pairs += 1
        total += fit.forecastRate(i, j)
      }
    }
    #expect(error / pairs < 0.5)
    // The forecast's likelihood counts the pairs across alone.
    let held = try fit.forecastLikelihood(of: [NetworkEvent(i: 0, j: 2, time: 1.05)], to: 1.1)
    #expect(abs(held.expected - 0.1 * total) < 1e-6 * held.expected)
    let task = try NetworkTask(
      nodes: nodes, events: events, from: 0, to: 1, structure: .bipartite(sides: sides), using: &stream)
    #expect(task.negatives.allSatisfy { sides[$0.i] != sides[$0.j] })
  }

  @Test func wrongSidesAreNamed() throws {
    let events = (0..<40).map { NetworkEvent(i: 0, j: 1 + $0 % 2, time: Double($0) / 39) }
    let model = PiecewiseVelocityModel()
    for sides in [[false, true], [false, false, false], [false, true, false]] {
      #expect(throws: DynamicNetworkError.self) {
        try model.fit(nodes: 3, events: events, structure: .bipartite(sides: sides))
      }
    }
    let fit = try model.fit(nodes: 3, events: events, structure: .bipartite(sides: [false, true, true]))
    #expect(fit.nodes == 3)
  }
}
