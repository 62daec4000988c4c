import Foundation
import GP
import NumericCore
import Testing

@Suite struct UpdateTests {
  private static let (nodes, bins) = (20, 10)

  private static func network() throws -> (truth: NetworkTrajectories, events: [NetworkEvent]) {
    var stream = RandomStream(RandomKey(seed: 90))
    let truth = try NetworkTrajectories.draw(
      nodes: nodes, bins: bins, span: 1, rate: 200, initialScale: 1, velocityScale: 1.5, lengthScale: 0.2,
      using: &stream)
    return (truth, try truth.events(using: &stream))
  }

  /// The model in units of a span of 0.8, and of the whole.
  private static func model(_ bins: Int, _ span: Double) throws -> PiecewiseVelocityModel {
    var model = PiecewiseVelocityModel()
    (model.bins, model.velocityScale, model.lengthScale) = (bins, 1.5 * span, 0.2 / span)
    (model.tolerance, model.maximumIterations) = (1e-11, 2000)
    model.forecast = try NetworkForecast(memory: 0, background: 0.01)
    return model
  }

  @Test func newBinsFollowAndThePastStays() throws {
    let (truth, events) = try Self.network()
    let early = try Self.model(8, 0.8).fit(nodes: 20, events: events.filter { $0.time <= 0.8 }, span: 0.8)
    let later = events.filter { $0.time > 0.8 }
    let updated = try early.extended(by: later, bins: 2)
    #expect(updated.bins == 10 && abs(updated.span - 1) < 1e-12)
    let (old, new) = (early.trajectories.parameters, updated.trajectories.parameters)
    #expect(Array(new[..<old.count]) == old)
    // In the new bins expected counts are nearer to the true ones than those of nodes that rest.
    func error(_ fit: FittedTrajectories) -> Double {
      var sum = 0.0
      for i in 0..<Self.nodes {
        for j in i + 1..<Self.nodes {
          let expected = truth.expectedCount(i, j, from: 0.8, to: 1)
          sum += pow(fit.expectedCount(i, j, from: 0.8, to: 1) - expected, 2) / (expected + 1)
        }
      }
      return sum
    }
    #expect(error(updated) < 0.5 * error(early))
  }

  /// From what was updated the search for the mode of all finds what a fit of all finds, and what is updated
  /// is near.
  @Test func refinementIsTheFitOfAll() throws {
    let (_, events) = try Self.network()
    let early = try Self.model(8, 0.8).fit(nodes: 20, events: events.filter { $0.time <= 0.8 }, span: 0.8)
    let updated = try early.extended(by: events.filter { $0.time > 0.8 }, bins: 2)
    let refined = try updated.refined()
    let whole = try Self.model(10, 1).fit(nodes: 20, events: events)
    #expect(abs(refined.velocityScale - whole.velocityScale) < 1e-9)
    #expect(abs(refined.objective - whole.objective) < 1e-4 * abs(whole.objective))
    #expect(updated.negativeLogLikelihood < refined.negativeLogLikelihood + 0.02 * abs(refined.negativeLogLikelihood))
  }

  @Test func wrongNewEventsAreNamed() throws {
    let (_, events) = try Self.network()
    let fit = try Self.model(8, 0.8).fit(nodes: 20, events: events.filter { $0.time <= 0.8 }, span: 0.8)
    #expect(throws: DynamicNetworkError.self) { try fit.extended(by: [NetworkEvent(i: 0, j: 1, time: 0.5)]) }
    #expect(throws: DynamicNetworkError.self) { try fit.extended(by: [NetworkEvent(i: 0, j: 1, time: 0.95)]) }
    #expect(throws: DynamicNetworkError.self) { try fit.extended(by: [NetworkEvent(i: 0, j: 20, time: 0.85)]) }
    #expect(throws: DynamicNetworkError.self) { try fit.extended(by: [], bins: 0) }
    #expect(try fit.extended(by: []).bins == 9)
  }
}
