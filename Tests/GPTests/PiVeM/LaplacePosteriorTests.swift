import Foundation
import GP
import NumericCore
import Testing

@Suite struct LaplacePosteriorTests {
  private static func network(
    _ nodes: Int, _ bins: Int, _ seed: UInt64
  ) throws -> (truth: NetworkTrajectories, events: [NetworkEvent]) {
    var stream = RandomStream(RandomKey(seed: seed))
    let truth = try NetworkTrajectories.draw(
      nodes: nodes, bins: bins, span: 1, rate: 40, initialScale: 1, velocityScale: 1.5, lengthScale: 0.25,
      using: &stream)
    return (truth, try truth.events(using: &stream))
  }

  private static func model(_ bins: Int) throws -> PiecewiseVelocityModel {
    var model = PiecewiseVelocityModel()
    (model.bins, model.velocityScale, model.lengthScale, model.initialScale) = (bins, 1.5, 0.25, 1)
    model.forecast = try NetworkForecast(memory: 0, background: 1e-6)
    return model
  }

  /// The prior precision of a node's bias and knots, densely, as knots = A (x_0, v_1, ..., v_B).
  private static func priorPrecision(_ model: PiecewiseVelocityModel, bins: Int, span: Double) throws -> Matrix {
    let (width, noise) = (span / Double(bins), model.noise * model.noise)
    var (velocities, sums) = (Matrix(rows: bins + 1, columns: bins + 1), Matrix(rows: bins + 1, columns: bins + 1))
    velocities[0, 0] = model.initialScale * model.initialScale * (1 + noise)
    let scale = (model.velocityScale ?? 0) / span
    for a in 1...bins {
      for b in 1...bins {
        let d = Double(a - b) / Double(bins) / (model.lengthScale ?? 0)
        velocities[a, b] = scale * scale * (exp(-d * d / 2) + (a == b ? noise : 0))
      }
    }
    for b in 0...bins { for a in 0...b { sums[b, a] = a == 0 ? 1 : width } }
    let knots = try Cholesky(sums * velocities * sums.transposed).inverse
    var precision = Matrix(rows: 2 * bins + 3, columns: 2 * bins + 3)
    precision[0, 0] = 1 / (model.biasScale * model.biasScale)
    for a in 0...bins { for b in 0...bins { for c in 1...2 { precision[2 * a + c, 2 * b + c] = knots[a, b] } } }
    return precision
  }

  /// The precision is that of finite differences of the gradient and of a dense prior, pairs that are masked included;
  /// the span is not 1.
  @Test(arguments: [false, true]) func thePrecisionIsTheHessian(isMasked: Bool) throws {
    let (nodes, bins, span) = (9, 3, 0.8)
    let events = try Self.network(nodes, bins, 5).events.filter { $0.time <= span }
    let model = try Self.model(bins)
    let masked: Set<NodePair> = isMasked ? [NodePair(2, 4), NodePair(0, 2)] : []
    let fit = try model.fit(nodes: nodes, events: events, span: span, masked: masked)
    let kept = events.filter { !masked.contains($0.pair) }
    let share = isMasked ? Double(Set(kept.map(\.pair)).count) / Double(kept.count) : 0
    let likelihood = PairLikelihood(
      nodes: nodes, bins: bins, span: span, events: kept, masked: masked, maskedShare: share, relativeError: 1e-12,
      sums: .direct)
    let i = 2
    let places = [i] + (1...2 * bins + 2).map { $0 * nodes + i }
    func gradient(_ p: [Double]) -> [Double] {
      var gradient = p
      _ = p.withUnsafeBufferPointer { q in
        gradient.withUnsafeMutableBufferPointer { likelihood.value(at: q, gradient: $0) }
      }
      return places.map { gradient[$0] }
    }
    let prior = try Self.priorPrecision(model, bins: bins, span: span)
    let precision = try Cholesky(fit.laplacePosterior(of: [i]).covariance(of: i)).inverse
    let (h, scale) = (1e-4, precision.diagonal.max() ?? 0)
    for (c, place) in places.enumerated() {
      var (up, down) = (fit.trajectories.parameters, fit.trajectories.parameters)
      up[place] += h
      down[place] -= h
      for (r, (a, b)) in zip(gradient(up), gradient(down)).enumerated() {
        #expect(abs((a - b) / (2 * h) + prior[r, c] - precision[r, c]) < 1e-4 * scale)
      }
    }
  }

  /// 90% intervals of intensities and distances of networks of 40 nodes hold the truth in nine cases of ten: within 4
  /// standard errors of a binomial share of the 100 pairs.
  @Test func intervalsHoldTheTruth() throws {
    var (hits, cases) = (0, 0)
    for seed in 200..<205 as Range<UInt64> {
      let (truth, events) = try Self.network(40, 4, seed)
      let fit = try Self.model(4).fit(nodes: 40, events: events)
      for k in 0..<20 {
        let (i, j, time) = (2 * k, 2 * k + 1, 0.1 + 0.2 * Double(k % 5))
        let posterior = try fit.laplacePosterior(of: [i, j])
        let quantities: [(NetworkTrajectories) -> Double] = [
          { $0.logIntensity(i, j, at: time) },
          {
            let d = $0.position(i, at: time) - $0.position(j, at: time)
            return (d * d).sum().squareRoot()
          },
        ]
        for quantity in quantities {
          hits += try posterior.interval(0.9, draws: 200, of: quantity).contains(quantity(truth)) ? 1 : 0
          cases += 1
        }
      }
    }
    #expect(abs(Double(hits) / Double(cases) - 0.9) < 4 * (0.9 * 0.1 / 100).squareRoot())
  }

  /// Draws have the covariance, nodes that were not asked for stay, and a seed gives its interval.
  @Test func drawsAreThoseOfTheCovariance() throws {
    let events = try Self.network(9, 3, 6).events
    let fit = try Self.model(3).fit(nodes: 9, events: events)
    let posterior = try fit.laplacePosterior(of: [1, 4])
    var stream = RandomStream(RandomKey(seed: 8))
    let covariance = posterior.covariance(of: 4)
    var squares = Array(repeating: 0.0, count: covariance.rows)
    let count = 4000
    for _ in 0..<count {
      let draw = posterior.draw(using: &stream)
      #expect(draw.position(2, knot: 1) == fit.trajectories.position(2, knot: 1))
      for r in squares.indices {
        let change = draw.parameters[r * 9 + 4] - fit.trajectories.parameters[r * 9 + 4]
        squares[r] += change * change / Double(count)
      }
    }
    for r in squares.indices {
      #expect(abs(squares[r] - covariance[r, r]) < 4 * covariance[r, r] * (2 / Double(count)).squareRoot())
    }
    #expect(
      try posterior.interval(0.9, seed: 3, of: { $0.bias(1) }) == posterior.interval(0.9, seed: 3, of: { $0.bias(1) }))
    #expect(posterior.covariance(of: 0)[0, 0] == 0)
    #expect(throws: DynamicNetworkError.self) { try fit.laplacePosterior(of: [9]) }
    #expect(throws: DynamicNetworkError.self) { try posterior.interval(1, of: { $0.bias(1) }) }
    #expect(throws: DynamicNetworkError.self) { try posterior.interval(0.9, of: { _ in .nan }) }
  }
}
