import Foundation
import GP
import NumericCore
import Testing

@Suite struct SampledPairLikelihoodTests {
  private static func network(
    _ structure: NetworkStructure, _ nodes: Int
  ) throws -> (parameters: [Double], events: [NetworkEvent]) {
    var stream = RandomStream(RandomKey(seed: 80))
    let truth = try NetworkTrajectories.draw(
      nodes: nodes, bins: 3, span: 1, rate: 3, initialScale: 1, velocityScale: 1.5, lengthScale: 0.3, using: &stream)
    return (truth.parameters, try truth.events(structure: structure, using: &stream))
  }

  private static let structures: [NetworkStructure] = [
    .undirected, .directed(nodes: 8), .bipartite(sides: (0..<16).map { $0 % 3 == 0 }),
  ]

  /// With all nodes in the batch and as many controls as there are pairs, the estimate is the likelihood.
  @Test(arguments: structures) func theWholeSampleIsTheLikelihood(structure: NetworkStructure) throws {
    let (p, events) = try Self.network(structure, 16)
    var sampling = PairSampling()
    (sampling.batch, sampling.controls) = (100, 100)
    let (value, gradient) = try Self.estimate(structure, events, p, sampling, seed: 1)
    let (exact, slopes) = Self.exact(structure, events, p)
    #expect(abs(value - exact) < 1e-6 * abs(exact))
    for k in p.indices { #expect(abs(gradient[k] - slopes[k]) < 1e-5 * max(1, abs(slopes[k]))) }
  }

  /// The means of values and gradients over 4,000 draws of 5 nodes and 3 controls are those of all pairs: within 4.5
  /// Monte Carlo standard errors for each of the numbers, some hundred.
  @Test(arguments: structures) func estimatesAreUnbiased(structure: NetworkStructure) throws {
    let (p, events) = try Self.network(structure, 16)
    var sampling = PairSampling()
    (sampling.batch, sampling.controls) = (5, 3)
    let likelihood = SampledPairLikelihood(
      nodes: 16, bins: 3, span: 1, events: events, structure: structure, sampling: sampling)
    var stream = RandomStream(RandomKey(seed: 81))
    let draws = 4000
    var (sums, squares) = (Array(repeating: 0.0, count: p.count + 1), Array(repeating: 0.0, count: p.count + 1))
    var gradient = p
    for _ in 0..<draws {
      let value = try p.withUnsafeBufferPointer { q in
        try gradient.withUnsafeMutableBufferPointer { try likelihood.value(at: q, gradient: $0, using: &stream) }
      }
      for (k, x) in (gradient + [value]).enumerated() {
        sums[k] += x
        squares[k] += x * x
      }
    }
    let (exact, slopes) = Self.exact(structure, events, p)
    for (k, expected) in (slopes + [exact]).enumerated() {
      let mean = sums[k] / Double(draws)
      let error = (max(0, squares[k] / Double(draws) - mean * mean) / Double(draws)).squareRoot()
      #expect(abs(mean - expected) < 4.5 * error + 1e-6 * max(1, abs(expected)))
    }
  }

  /// A fit by samples, evaluated with all pairs, comes within 2% of that by all pairs.
  @Test func aFitBySamplesIsNearThatOfAllPairs() throws {
    let (_, events) = try Self.network(.undirected, 40)
    var model = PiecewiseVelocityModel()
    (model.bins, model.velocityScale, model.forecast) = (3, 1.5, try NetworkForecast(memory: 0, background: 0.1))
    let full = try model.fit(nodes: 40, events: events)
    var sampling = PairSampling()
    (sampling.batch, sampling.controls, sampling.steps) = (20, 10, 400)
    model.sampling = sampling
    let sampled = try model.fit(nodes: 40, events: events)
    #expect(abs(sampled.objective - full.objective) < 0.02 * abs(full.objective))
    #expect(try model.fit(nodes: 40, events: events).trajectories == sampled.trajectories)
    #expect(throws: DynamicNetworkError.self) {
      try model.fit(nodes: 40, events: events, masked: [NodePair(0, 1)])
    }
    model.sampling?.controls = 0
    #expect(throws: DynamicNetworkError.self) { try model.fit(nodes: 40, events: events) }
  }

  private static func estimate(
    _ structure: NetworkStructure, _ events: [NetworkEvent], _ p: [Double], _ sampling: PairSampling, seed: UInt64
  ) throws -> (Double, [Double]) {
    let likelihood = SampledPairLikelihood(
      nodes: 16, bins: 3, span: 1, events: events, structure: structure, sampling: sampling, relativeError: 1e-9)
    var (gradient, stream) = (p, RandomStream(RandomKey(seed: seed)))
    let value = try p.withUnsafeBufferPointer { q in
      try gradient.withUnsafeMutableBufferPointer { try likelihood.value(at: q, gradient: $0, using: &stream) }
    }
    return (value, gradient)
  }

  private static func exact(
    _ structure: NetworkStructure, _ events: [NetworkEvent], _ p: [Double]
  ) -> (Double, [Double]) {
    let likelihood = PairLikelihood(
      nodes: 16, bins: 3, span: 1, events: events, structure: structure, relativeError: 1e-9)
    var gradient = p
    let value = p.withUnsafeBufferPointer { q in
      gradient.withUnsafeMutableBufferPointer { likelihood.value(at: q, gradient: $0) }
    }
    return (value, gradient)
  }
}
