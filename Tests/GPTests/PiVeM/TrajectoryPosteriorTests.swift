import Foundation
import GP
import Inference
import NumericCore
import Testing

@Suite struct TrajectoryPosteriorTests {
  private static let (nodes, bins) = (10, 4)

  private static func network(_ seed: UInt64) throws -> (truth: NetworkTrajectories, events: [NetworkEvent]) {
    var stream = RandomStream(RandomKey(seed: seed))
    let truth = try NetworkTrajectories.draw(
      nodes: nodes, bins: bins, span: 1, rate: 40, initialScale: 1, velocityScale: 1.5, lengthScale: 0.25,
      using: &stream)
    return (truth, try truth.events(using: &stream))
  }

  private static func fit(_ events: [NetworkEvent]) throws -> FittedTrajectories {
    var model = PiecewiseVelocityModel()
    (model.bins, model.velocityScale, model.lengthScale, model.initialScale) = (bins, 1.5, 0.25, 1)
    model.forecast = try NetworkForecast(memory: 0, background: 1e-6)
    return try model.fit(nodes: nodes, events: events)
  }

  /// 90% intervals of intensities, distances and expected counts hold the truth of 20 generated networks in
  /// nine cases of ten: within 4 standard errors of a binomial share of the 100 pairs, as what is asked of
  /// one pair depends on each other.
  @Test func intervalsHoldTheTruth() async throws {
    var (hits, cases) = (0, 0)
    for seed in 100..<120 as Range<UInt64> {
      let (truth, events) = try Self.network(seed)
      let posterior = try await Self.fit(events).posterior(draws: 150, warmup: 150, chains: 1, seed: seed)
      for (k, (i, j)) in [(0, 1), (2, 5), (3, 9), (4, 7), (6, 8)].enumerated() {
        let time = 0.1 + 0.2 * Double(k)
        let quantities: [(NetworkTrajectories) -> Double] = [
          { $0.logIntensity(i, j, at: time) },
          { $0.expectedCount(i, j, from: 0, to: 1) },
          {
            let d = $0.position(i, at: time) - $0.position(j, at: time)
            return (d * d).sum().squareRoot()
          },
        ]
        for quantity in quantities {
          hits += try posterior.interval(0.9, of: quantity).contains(quantity(truth)) ? 1 : 0
          cases += 1
        }
      }
    }
    let share = Double(hits) / Double(cases)
    #expect(abs(share - 0.9) < 4 * (0.9 * 0.1 / 100).squareRoot())
  }

  @Test func chainsAgreeAndPredict() async throws {
    let (_, events) = try Self.network(7)
    let fit = try Self.fit(events)
    let posterior = try await fit.posterior(draws: 200, warmup: 200, chains: 2, seed: 3)
    #expect(posterior.draws.count == 400)
    #expect(posterior.divergences < 4)
    let counts = posterior.expectedCounts(0, 1, from: 0, to: 1)
    #expect(Diagnostics.rHat(counts) < 1.05)
    #expect(Diagnostics.rHat(posterior.values { $0.logIntensity(2, 3, at: 0.5) }) < 1.05)
    // The total is that of the events, but for the pull of the prior: a gamma law of about as many.
    var total = Array(repeating: 0.0, count: 400)
    for i in 0..<Self.nodes {
      for j in i + 1..<Self.nodes {
        for (d, v) in posterior.expectedCounts(i, j, from: 0, to: 1).joined().enumerated() { total[d] += v }
      }
    }
    let mean = total.reduce(0, +) / 400
    #expect(abs(mean - Double(events.count)) < 4 * Double(events.count).squareRoot())
    // Forecasts go on: the mean of predicted numbers is that of expected ones.
    var stream = RandomStream(RandomKey(seed: 5))
    let predicted = try posterior.predictedCounts(0, 1, from: 1, to: 6, using: &stream)
    let expected = posterior.expectedCounts(0, 1, from: 1, to: 6).joined().reduce(0, +) / 400
    let found = Double(predicted.reduce(0, +)) / 400
    #expect(abs(found - expected) < 4 * (expected / 400).squareRoot() + 1e-12)
    #expect(throws: DynamicNetworkError.self) { try posterior.interval(1, of: { $0.bias(0) }) }
    #expect(throws: DynamicNetworkError.self) { try posterior.interval(0.9, of: { _ in .nan }) }
  }

  /// A seed gives its draws, and draws lie around the mode after alignment.
  @Test func aSeedGivesItsDraws() async throws {
    let (_, events) = try Self.network(8)
    let fit = try Self.fit(events)
    let (a, b) = (
      try await fit.posterior(draws: 20, warmup: 50, chains: 2, seed: 3),
      try await fit.posterior(draws: 20, warmup: 50, chains: 2, seed: 3)
    )
    #expect(a.chains == b.chains)
    await #expect(throws: InferenceError.self) { try await fit.posterior(draws: 0) }
    for draw in a.draws {
      let again = try draw.aligned(to: fit.trajectories)
      #expect(again.distance(to: draw) < 1e-9)
    }
  }
}
