import Foundation
import Inference
import NumericCore
import Testing

/// A transition leaves the law of an exact draw as it is: many chains of one transition each, from exact starts, with
/// one step size for all. What is tested is the mean change of statistics, within 4.5 standard errors; seed 11.
@Suite struct OneTransitionTests {
  typealias Statistics = [@Sendable ([Double]) -> Double]

  struct Setting: Sendable, CustomTestStringConvertible {
    let stepSize: Double
    /// nil: a static trajectory.
    let maximumTreeDepth: Int?
    var testDescription: String { "step \(stepSize), depth \(maximumTreeDepth.map(String.init) ?? "static")" }

    static let all: [Setting] = [0.15, 0.5, 1.0, 1.6].flatMap { stepSize in
      [nil, 1, 2, 3, 10].map { Setting(stepSize: stepSize, maximumTreeDepth: $0) }
    }
  }

  /// Starts, and where one transition led.
  private func oneTransition<Density: DifferentiableLogDensity>(
    _ density: Density, _ setting: Setting, _ draw: (inout RandomStream) -> [Double]
  ) async throws -> [(before: [Double], after: [Double])] where Density.Workspace == Void {
    let count = 20_000
    var stream = RandomStream(RandomKey(seed: 11).child("starts"))
    let starts = (0..<count).map { _ in draw(&stream) }
    let key = RandomKey(seed: 11).child("chains")
    let known = KnownStepSize(base: density)
    let chains: [ChainDraws]
    if let depth = setting.maximumTreeDepth {
      chains = try await NoUTurnSampler(
        chains: count, warmup: 0, draws: 1, maximumTreeDepth: depth, initialStepSize: setting.stepSize / 2,
        concurrentChains: 4
      ).sample(known, from: starts, key: key)
    } else {
      chains = try await HamiltonianMonteCarlo(
        chains: count, warmup: 0, draws: 1, trajectoryLength: 1.3, initialStepSize: setting.stepSize / 2,
        concurrentChains: 4
      ).sample(known, from: starts, key: key)
    }
    #expect(chains.allSatisfy { $0.stepSize == setting.stepSize })
    return zip(starts, chains).map { ($0, $1.positions) }
  }

  private func scores(_ pairs: [(before: [Double], after: [Double])], _ statistics: Statistics) -> [Double] {
    statistics.map { f in score(pairs.map { f($0.after) - f($0.before) }) }
  }

  static let planar: Statistics = [
    { $0[0] }, { $0[1] }, { $0[0] * $0[0] }, { $0[1] * $0[1] }, { $0[0] * $0[1] }, { abs($0[0]) > 1 ? 1 : 0 },
  ]

  @Test(arguments: Setting.all) func aCorrelatedNormalLawIsKept(_ setting: Setting) async throws {
    let density = Gaussian(means: [0, 0], scales: [1, 1], correlation: 0.7)
    let pairs = try await oneTransition(density, setting) { density.draw(using: &$0) }
    let moved = pairs.filter { $0.before != $0.after }.count
    #expect(moved > pairs.count / 10)
    for score in scores(pairs, Self.planar) { #expect(abs(score) < 4.5) }
  }

  /// The logarithm of an exponential number: skewed, with a tail that a long step leaves.
  @Test(arguments: Setting.all) func aSkewedLawIsKept(_ setting: Setting) async throws {
    let density = OnTheLine { x in (x - exp(x), 1 - exp(x)) }
    let pairs = try await oneTransition(density, setting) { [log($0.exponential())] }
    for score in scores(pairs, [{ $0[0] }, { $0[0] * $0[0] }, { abs($0[0]) > 1 ? 1 : 0 }, { min(exp($0[0]), 5) }]) {
      #expect(abs(score) < 4.5)
    }
  }

  /// An exponential law on the half line, not a number beyond: trajectories that cross the edge diverge.
  @Test(arguments: Setting.all) func aLawWithAnEdgeIsKept(_ setting: Setting) async throws {
    let density = OnTheLine { x in x >= 0 ? (-x, -1) : (.nan, .nan) }
    let pairs = try await oneTransition(density, setting) { [$0.exponential()] }
    #expect(pairs.allSatisfy { $0.after[0] >= 0 })
    for score in scores(pairs, [{ $0[0] }, { min($0[0] * $0[0], 25) }, { $0[0] > 1 ? 1 : 0 }]) {
      #expect(abs(score) < 4.5)
    }
  }

  /// The test sees a law that is not the target's: starts that are 5% too wide.
  @Test(arguments: [Setting(stepSize: 0.5, maximumTreeDepth: 10), Setting(stepSize: 0.5, maximumTreeDepth: nil)])
  func anotherLawIsNotKept(_ setting: Setting) async throws {
    let density = Gaussian(means: [0, 0], scales: [1, 1], correlation: 0.7)
    let pairs = try await oneTransition(density, setting) { density.draw(using: &$0).map { 1.05 * $0 } }
    #expect(scores(pairs, Self.planar).contains { abs($0) > 4.5 })
  }
}
