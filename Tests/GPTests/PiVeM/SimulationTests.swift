import Foundation
import GP
import NumericCore
import Testing

@Suite struct SimulationTests {
  private static func pair(_ start: SIMD2<Double>, _ end: SIMD2<Double>, bias: Double) throws
    -> NetworkTrajectories
  {
    try NetworkTrajectories(
      nodes: 2, bins: 1, span: 1, parameters: [bias, 0, start.x, 0, start.y, 0, end.x, 0, end.y, 0])
  }

  /// Motions for each way to draw a time: rest, slow, through zero, away from it, towards it, far and fast.
  /// The largest distance of the distributions of n draws and of the law exceeds 1.95 / sqrt(n) in one case
  /// of a thousand.
  @Test(arguments: [
    (SIMD2(0.3, 0.2), SIMD2(0.3, 0.2)), (SIMD2(0.3, 0.2), SIMD2(0.9, -0.4)), (SIMD2(-3, 0.2), SIMD2(2, 0.1)),
    (SIMD2(0.7, 0.2), SIMD2(5, 1)), (SIMD2(-3, 0.3), SIMD2(-0.8, 0.3)), (SIMD2(-2, 0.1), SIMD2(0.4, 0.1)),
  ]) func timesFollowTheIntensity(start: SIMD2<Double>, end: SIMD2<Double>) throws {
    let wanted = 20_000.0
    let mass = try Self.pair(start, end, bias: 0).expectedCount(0, 1, from: 0, to: 1)
    let trajectories = try Self.pair(start, end, bias: log(wanted / mass))
    var stream = RandomStream(RandomKey(seed: 67))
    let times = try trajectories.events(using: &stream).map(\.time)
    #expect(abs(Double(times.count) - wanted) < 4 * wanted.squareRoot())
    var worst = 0.0
    for (k, time) in times.enumerated() where k % 20 == 0 {
      let law = trajectories.expectedCount(0, 1, from: 0, to: time) / wanted
      worst = max(worst, abs(law - (Double(k) + 0.5) / Double(times.count)))
    }
    #expect(worst < 1.95 / Double(times.count).squareRoot())
  }

  /// Parameters come back up to rotation and reflection, nearer with more events; a rotation that is slow in
  /// time is told by the bends between knots alone, and is what remains. Twice the likelihood ratio of mode
  /// and truth is at most about chi-squared with as many degrees as parameters. Expected counts are nearer to
  /// the true ones than the counts themselves, whose mean squared error over variance is 1.
  @Test func aSimulatedNetworkGivesItsTrajectoriesBack() throws {
    var distances: [Double] = []
    for rate in [300.0, 4800] {
      var stream = RandomStream(RandomKey(seed: 68))
      let truth = try NetworkTrajectories.draw(
        nodes: 30, bins: 8, span: 1, rate: rate, initialScale: 1, velocityScale: 1, lengthScale: 0.25,
        using: &stream)
      let events = try truth.events(using: &stream)
      var model = PiecewiseVelocityModel()
      (model.bins, model.velocityScale, model.lengthScale, model.tolerance) = (8, 1, 0.25, 1e-9)
      let fit = try model.fit(nodes: 30, events: events)
      let likelihood = PairLikelihood(nodes: 30, bins: 8, span: 1, events: events)
      let ratio = likelihood.value(at: truth.parameters) - fit.negativeLogLikelihood
      let degrees = Double(likelihood.parameterCount)
      #expect(ratio > 0 && ratio < (degrees + 4 * (2 * degrees).squareRoot()) / 2)
      distances.append(try fit.trajectories.aligned(to: truth).distance(to: truth))
      var (error, pairs) = (0.0, 0.0)
      for i in 0..<30 {
        for j in i + 1..<30 {
          let expected = truth.expectedCount(i, j, from: 0, to: 1)
          error += pow(fit.expectedCount(i, j, from: 0, to: 1) - expected, 2) / expected
          pairs += 1
        }
      }
      #expect(error / pairs < 0.5)
    }
    #expect(distances[0] < 0.15 && distances[1] < 0.09)
  }

  @Test func alignmentUndoesARotationWithReflection() throws {
    var stream = RandomStream(RandomKey(seed: 69))
    let truth = try NetworkTrajectories.draw(
      nodes: 5, bins: 3, span: 2, rate: 1, initialScale: 1, velocityScale: 1, lengthScale: 1, using: &stream)
    var parameters = truth.parameters
    let (c, s) = (cos(0.7), sin(0.7))
    for b in 0...3 {
      for i in 0..<5 {
        let p = truth.position(i, knot: b)
        parameters[(1 + 2 * b) * 5 + i] = c * p.x + s * p.y + 3
        parameters[(2 + 2 * b) * 5 + i] = s * p.x - c * p.y - 1
      }
    }
    let turned = try NetworkTrajectories(nodes: 5, bins: 3, span: 2, parameters: parameters)
    #expect(try turned.aligned(to: truth).distance(to: truth) < 1e-12)
    let likelihood = PairLikelihood(nodes: 5, bins: 3, span: 2, events: [NetworkEvent(i: 0, j: 1, time: 1)])
    let expected = likelihood.value(at: truth.parameters)
    #expect(abs(likelihood.value(at: parameters) - expected) < 1e-7 * abs(expected))
  }

  @Test func wrongParametersAreNamed() {
    #expect(throws: DynamicNetworkError.self) {
      try NetworkTrajectories(nodes: 2, bins: 1, span: 1, parameters: [0, 0])
    }
    #expect(throws: DynamicNetworkError.self) {
      try NetworkTrajectories(nodes: 2, bins: 1, span: 1, parameters: Array(repeating: .nan, count: 10))
    }
  }
}
