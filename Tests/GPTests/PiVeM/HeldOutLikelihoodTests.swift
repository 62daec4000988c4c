import Foundation
import GP
import NumericCore
import Testing

@Suite struct HeldOutLikelihoodTests {
  private static func network(_ span: Double) throws -> (truth: NetworkTrajectories, events: [NetworkEvent]) {
    var stream = RandomStream(RandomKey(seed: 70))
    let truth = try NetworkTrajectories.draw(
      nodes: 12, bins: 6, span: span, rate: 200 / span, initialScale: 1, velocityScale: 1.5 / span,
      lengthScale: 0.3 * span, using: &stream)
    return (truth, try truth.events(using: &stream))
  }

  /// The expected number by the sum over pairs, and the densities one by one; forecasts of each kind.
  @Test(arguments: [0, 0.2, Double.infinity], [0, 0.4]) func theForecastIsThatOfItsPairs(
    memory: Double, own: Double
  ) throws {
    let (_, events) = try Self.network(1)
    var model = PiecewiseVelocityModel()
    (model.bins, model.velocityScale) = (5, 1)
    model.forecast = try NetworkForecast(
      memory: memory, background: 0.1, own: own, drift: own / 4, spread: own / 4)
    let masked: Set<NodePair> = [NodePair(0, 1), NodePair(3, 7)]
    let fit = try model.fit(
      nodes: 12, events: events.filter { $0.time <= 0.8 }, span: 0.8, masked: masked)
    let held = try fit.forecastLikelihood(of: events, to: 1, masked: masked)
    var expected = 0.0
    for i in 0..<12 {
      for j in i + 1..<12 where !masked.contains(NodePair(i, j)) {
        expected += fit.expectedCount(i, j, from: 0.8, to: 1)
      }
    }
    #expect(abs(held.expected - expected) < 1e-6 * expected)
    let after = events.filter { $0.time > 0.8 && !masked.contains($0.pair) }
    #expect(held.events == after.count)
    let sum = after.reduce(0) { $0 + fit.logIntensity($1.i, $1.j, at: $1.time) }
    #expect(abs(held.sum - sum) < 1e-9 * abs(sum))
    // At its best multiple of the rate the likelihood is that given the number.
    let factor = Double(held.events) / held.expected
    let best = held.sum + Double(held.events) * log(factor) - factor * held.expected
    #expect(abs(held.givenNumber - best) < 1e-9 * abs(best))
    #expect(throws: DynamicNetworkError.self) { try fit.forecastLikelihood(of: events, to: 0.8) }
  }

  /// Without memory: the mean over normal places about where the last velocities lead, by the midpoint rule
  /// over both coordinates of the difference.
  @Test func nodesThatSpreadHaveTheirMeanIntensity() throws {
    let (_, events) = try Self.network(1)
    var model = PiecewiseVelocityModel()
    (model.bins, model.velocityScale) = (5, 1)
    let (drift, spread) = (0.07, 0.2)
    model.forecast = try NetworkForecast(memory: 0, background: 1e-9, drift: drift, spread: spread)
    let fit = try model.fit(nodes: 12, events: events)
    let path = fit.trajectories
    func place(_ i: Int) -> SIMD2<Double> {
      let last = path.position(i, at: 1)
      return last + drift / 0.4 * (last - path.position(i, at: 0.6))
    }
    let centre = place(3) - place(8)
    let (h, deviation) = (0.02, (2 * spread).squareRoot())
    var mean = 0.0
    for a in stride(from: -7, to: 7, by: h) {
      for b in stride(from: -7, to: 7, by: h) {
        let z = SIMD2(a, b) + h / 2
        let d = centre + deviation * z
        mean += h * h / (2 * Double.pi) * exp(-(z * z).sum() / 2 + path.bias(3) + path.bias(8) - (d * d).sum())
      }
    }
    #expect(abs(fit.forecastRate(3, 8) - mean) < 1e-6 * (1 + mean))
  }

  /// With an infinite memory a pair's own rate is its number of events over the span.
  @Test func theForecastHoldsAPairsOwnEvents() throws {
    let (_, events) = try Self.network(1)
    var model = PiecewiseVelocityModel()
    (model.bins, model.velocityScale) = (5, 1)
    let rates = try [0, 0.25].map { own in
      model.forecast = try NetworkForecast(memory: .infinity, background: 0.1, own: own)
      return try model.fit(nodes: 12, events: events).forecastRate(2, 5)
    }
    let count = events.count { $0.pair == NodePair(2, 5) }
    model.forecast = try NetworkForecast(memory: .infinity, background: 0.1)
    let fit = try model.fit(nodes: 12, events: events)
    let difference = 0.25 * (Double(count) - fit.trajectories.expectedCount(2, 5, from: 0, to: 1))
    #expect(abs(rates[1] - rates[0] - difference) < 1e-9 * (1 + abs(difference)))
  }

  /// A static forecast is that of the model without motion; expected numbers by the sum over pairs.
  @Test func aStaticForecastIsThatOfRest() throws {
    let (_, events) = try Self.network(1)
    let early = events.filter { $0.time <= 0.8 }
    var model = PiecewiseVelocityModel()
    (model.bins, model.velocityScale) = (5, 1)
    model.forecast = try NetworkForecast(memory: .infinity, background: 0.1, own: 0.2, isStatic: true)
    let fit = try model.fit(nodes: 12, events: early, span: 0.8)
    model.isStatic = true
    let still = try model.fit(nodes: 12, events: early, span: 0.8)
    var (expected, difference) = (0.0, 0.0)
    for i in 0..<12 {
      for j in i + 1..<12 {
        expected += fit.expectedCount(i, j, from: 0.8, to: 1)
        difference += 0.2 * abs(fit.forecastRate(i, j) - still.forecastRate(i, j))
      }
    }
    #expect(difference < 0.01 * expected)
    let held = try fit.forecastLikelihood(of: events, to: 1)
    #expect(abs(held.expected - expected) < 1e-6 * expected)
  }

  /// Nodes move, and in the last tenth of the time meet at the rates of the model without motion: the forecast is
  /// that model's, and is not where they go on as they did.
  @Test func theForecastIsStaticWhereMotionTellsNothing() throws {
    let (_, events) = try Self.network(1)
    var model = PiecewiseVelocityModel()
    (model.bins, model.velocityScale) = (10, 1.5)
    #expect(try !model.fit(nodes: 12, events: events).forecast.isStatic)
    let early = events.filter { $0.time <= 0.9 }
    var rest = model
    rest.isStatic = true
    let still = try rest.fit(nodes: 12, events: early, span: 0.9).trajectories
    var stream = RandomStream(RandomKey(seed: 78))
    var later: [NetworkEvent] = []
    for i in 0..<12 {
      for j in i + 1..<12 {
        for _ in 0..<(try stream.poisson(rate: 0.1 * exp(still.logIntensity(i, j, at: 0.5)))) {
          later.append(NetworkEvent(i: i, j: j, time: 0.9 + 0.1 * stream.uniform()))
        }
      }
    }
    #expect(try model.fit(nodes: 12, events: early + later).forecast.isStatic)
  }

  /// Pairs that meet at rates of their own, which no plane has room for: what is forecast of a pair is nearer
  /// to its own events, and likelier than by trajectories alone.
  @Test func pairsOfTheirOwnKindAreForecastByTheirEvents() throws {
    var stream = RandomStream(RandomKey(seed: 77))
    var events: [NetworkEvent] = []
    for i in 0..<16 {
      for j in i + 1..<16 {
        let rate = exp(3 * stream.normal())
        for _ in 0..<(try stream.poisson(rate: min(rate, 200))) {
          events.append(NetworkEvent(i: i, j: j, time: stream.uniform()))
        }
      }
    }
    let early = events.filter { $0.time <= 0.9 }
    var model = PiecewiseVelocityModel()
    let fit = try model.fit(nodes: 16, events: early, span: 0.9)
    #expect(fit.forecast.own > 0.2)
    let score = try fit.forecastLikelihood(of: events, to: 1).givenNumber
    model.velocityScale = fit.velocityScale
    model.forecast = try NetworkForecast(memory: fit.forecast.memory, background: 0.1)
    let alone = try model.fit(nodes: 16, events: early, span: 0.9).forecastLikelihood(of: events, to: 1).givenNumber
    #expect(score > alone)
  }

  /// The unit of time is arbitrary: rates scale with it, objectives shift by it, and expected numbers stay the same.
  @Test func theFitDoesNotDependOnTheUnitOfTime() throws {
    let (_, events) = try Self.network(1)
    var model = PiecewiseVelocityModel()
    (model.bins, model.tolerance) = (5, 1e-10)
    let one = try model.fit(nodes: 12, events: events)
    let hundred = try model.fit(
      nodes: 12, events: events.map { NetworkEvent(i: $0.i, j: $0.j, time: 100 * $0.time) }, span: 100)
    #expect(one.velocityScale == hundred.velocityScale)
    #expect(abs(one.forecast.memory * 100 - hundred.forecast.memory) < 1e-9 || one.forecast.memory.isInfinite)
    let bursts = (one.forecast.pairDispersion.bursts, hundred.forecast.pairDispersion.bursts)
    #expect(abs(100 * bursts.0 - bursts.1) < 1e-6 * (1 + bursts.1))
    #expect(abs(one.objective + Double(events.count) * log(100) - hundred.objective) < 1e-9 * abs(hundred.objective))
    for (i, j) in [(0, 1), (2, 9), (4, 5)] {
      let (a, b) = (
        one.expectedCount(i, j, from: 0.2, to: 1.1), hundred.expectedCount(i, j, from: 20, to: 110)
      )
      #expect(abs(a - b) < 1e-9 * (1 + a))
    }
  }

  /// Nodes that move are told from nodes that rest: the moving model wins on the last events, and the choice
  /// of scales finds motion.
  @Test func motionIsFoundWhereThereIsMotion() throws {
    let (_, events) = try Self.network(1)
    let early = events.filter { $0.time <= 0.9 }
    var model = PiecewiseVelocityModel()
    model.bins = 9
    let moving = try model.fit(nodes: 12, events: early, span: 0.9).forecastLikelihood(of: events, to: 1)
    model.isStatic = true
    let still = try model.fit(nodes: 12, events: early, span: 0.9).forecastLikelihood(of: events, to: 1)
    #expect(moving.givenNumber > still.givenNumber)
  }

  @Test func completionTellsMeetingsOfMaskedPairs() throws {
    let (truth, events) = try Self.network(1)
    var masked = Set<NodePair>()
    for i in 0..<12 { masked.insert(NodePair(i, (i + 1 + i % 5) % 12)) }
    var model = PiecewiseVelocityModel()
    (model.bins, model.velocityScale) = (6, 1.5)
    let fit = try model.fit(nodes: 12, events: events, masked: masked)
    var stream = RandomStream(RandomKey(seed: 71))
    let task = try NetworkTask(nodes: 12, events: events, from: 0, to: 1, pairs: masked, using: &stream)
    #expect((task.positives + task.negatives).allSatisfy { masked.contains(NodePair($0.i, $0.j)) })
    #expect(try task.scores(of: fit).rocAUC > 0.6)
    let held = fit.completionLikelihood(of: events, pairs: masked)
    let count = events.count { masked.contains($0.pair) }
    #expect(held.events == count)
    let perfect = masked.reduce(0) { $0 + truth.expectedCount($1.i, $1.j, from: 0, to: 1) }
    #expect(held.expected > 0.5 * perfect && held.expected < 2 * perfect)
  }

  /// The choice of scales for masked pairs is not worse than rest on other masked pairs.
  @Test func motionIsNotChosenAgainstMaskedPairs() throws {
    // Two groups whose nodes meet in bursts of one pair: motion explains the bursts, and tells nothing of
    // other pairs.
    var stream = RandomStream(RandomKey(seed: 76))
    var events: [NetworkEvent] = []
    for _ in 0..<60 {
      let (group, start) = (6 * (try stream.uniformInteger(below: 2)), 0.98 * stream.uniform())
      let i = try stream.uniformInteger(below: 6)
      let j = (i + 1 + (try stream.uniformInteger(below: 5))) % 6
      for k in 0..<20 {
        events.append(NetworkEvent(i: group + i, j: group + j, time: start + 1e-3 * Double(k)))
      }
    }
    let masked: Set<NodePair> = [
      NodePair(0, 1), NodePair(2, 3), NodePair(6, 8), NodePair(7, 9), NodePair(1, 7),
    ]
    var model = PiecewiseVelocityModel()
    let chosen = try model.fit(nodes: 12, events: events, masked: masked)
    model.isStatic = true
    let still = try model.fit(nodes: 12, events: events, masked: masked)
    func score(_ fit: FittedTrajectories) -> Double {
      fit.completionLikelihood(of: events, pairs: masked).total
    }
    let held = events.count { masked.contains($0.pair) }
    #expect(score(chosen) > score(still) - 0.05 * Double(held))
  }
}
