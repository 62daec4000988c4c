import Foundation
import GP
import NumericCore
import Testing

@Suite struct CountForecastTests {
  private static let nodes = 80

  /// Events of pairs whose rates are products of the nodes' factors, which are gamma variates of mean 1, drawn again
  /// for each stretch of time.
  private static func network(
    seed: UInt64, dispersion: Double, stretches: Int
  ) throws -> [NetworkEvent] {
    var stream = RandomStream(RandomKey(seed: seed).child("bursts"))
    let popularity = (0..<nodes).map { _ in exp(0.5 * stream.normal()) }
    var events: [NetworkEvent] = []
    for s in 0..<stretches {
      let factors = try popularity.map {
        dispersion > 0 ? try $0 * dispersion * exp(stream.logGammaVariate(shape: 1 / dispersion)) : $0
      }
      for i in 0..<nodes {
        for j in i + 1..<nodes {
          for _ in 0..<(try stream.poisson(rate: 6 / Double(stretches) * factors[i] * factors[j])) {
            events.append(NetworkEvent(i: i, j: j, time: (Double(s) + stream.uniform()) / Double(stretches)))
          }
        }
      }
    }
    return events
  }

  /// The mean share of the nodes' later numbers within central intervals of 90%, given the number of all, by the law of
  /// the forecast and by Poisson's: a number counts with the part of [P(K < k), P(K <= k)] that is within.
  private static func within(
    _ fit: FittedTrajectories, _ events: [NetworkEvent], to: Double
  ) throws -> (law: Double, poisson: Double) {
    let later = events.filter { $0.time > fit.span && $0.time <= to }
    let laws = try (0..<nodes).map { try fit.forecastCount(ofNode: $0, from: fit.span, to: to) }
    let factor = 2 * Double(later.count) / laws.reduce(0) { $0 + $1.mean }
    func share(_ dispersion: (CountLaw) -> Double) throws -> Double {
      try (0..<nodes).reduce(0) { sum, i in
        let law = try CountLaw(mean: factor * laws[i].mean, dispersion: dispersion(laws[i]))
        let k = later.count { $0.i == i || $0.j == i }
        let (below, upTo) = (law.probability(upTo: k - 1), law.probability(upTo: k))
        return upTo > below ? sum + max(0, min(upTo, 0.95) - max(below, 0.05)) / (upTo - below) : sum
      } / Double(nodes)
    }
    return (try share(\.dispersion), try share { _ in 0 })
  }

  /// Over as long as a factor lasts, and over half of that; and over many factors, which are bursts.
  @Test(arguments: [(0.3, 10), (4, 300), (0, 10)]) func intervalsHoldWhatComes(
    dispersion: Double, stretches: Int
  ) throws {
    var (laws, poisson, dispersions) = ([0.0, 0.0], [0.0, 0.0], [0.0, 0.0])
    let seeds: [UInt64] = [201, 202, 203, 204, 205, 206]
    for seed in seeds {
      let events = try Self.network(seed: seed, dispersion: dispersion, stretches: stretches)
      var model = PiecewiseVelocityModel()
      (model.bins, model.isStatic) = (9, true)
      let fit = try model.fit(nodes: Self.nodes, events: events.filter { $0.time <= 0.9 }, span: 0.9)
      for (k, to) in [0.95, 1].enumerated() {
        let within = try Self.within(fit, events, to: to)
        laws[k] += within.law / Double(seeds.count)
        poisson[k] += within.poisson / Double(seeds.count)
        dispersions[k] += fit.forecast.nodeDispersion.over(to - 0.9) / Double(seeds.count)
      }
    }
    for k in 0..<2 {
      // Of 480 nodes, whose dispersion is known within some tenths for each seed.
      #expect(laws[k] > 0.85 && laws[k] < 0.95)
      if dispersion > 0 { #expect(poisson[k] < 0.75) } else { #expect(dispersions[k] < 0.01) }
    }
  }

  /// Nodes whose first events are among those that tell the dispersion say nothing of the others, whose numbers are
  /// Poisson.
  @Test func nodesThatAreNewTellNoDispersion() throws {
    let events = try Self.network(seed: 207, dispersion: 0, stretches: 10)
    var model = PiecewiseVelocityModel()
    (model.bins, model.isStatic) = (9, true)
    let fit = try model.fit(nodes: Self.nodes, events: events.filter { $0.i >= 4 || $0.time > 0.95 })
    #expect(fit.forecast.nodeDispersion.over(0.1) < 0.05)
  }

  /// Counts over the halves of a time, whose factors are sums of a gamma variate of both and one of each: gamma factors
  /// of variance lasting + 2 bursts, and of covariance lasting.
  @Test(arguments: [0, 0.4], [0, 0.6]) func dispersionsAreFound(lasting: Double, bursts: Double) throws {
    var stream = RandomStream(RandomKey(seed: 210))
    func gamma(_ shape: Double) throws -> Double { shape > 0 ? try exp(stream.logGammaVariate(shape: shape)) : 0 }
    let variance = lasting + 2 * bursts
    var (whole, halves) = (CountSample(), CountSample())
    for k in 0..<20_000 {
      let mean = k.isMultiple(of: 2) ? 0.3 : 8
      let shared = variance > 0 ? try gamma(lasting / (variance * variance)) : 0
      let parts = try (0..<2).map { _ in
        let factor = variance > 0 ? variance * (shared + (try gamma(2 * bursts / (variance * variance)))) : 1
        return try stream.poisson(rate: mean * factor)
      }
      whole.add(parts[0] + parts[1], mean: 2 * mean)
      for part in parts { halves.add(part, mean: mean) }
    }
    let found = CountDispersion(of: whole, halves: halves, time: 3)
    // Standard errors are near 0.01. Where both are there, the mean factor of the halves is not gamma.
    let error = lasting > 0 && bursts > 0 ? 0.35 : 0.05
    #expect(abs(found.lasting - lasting) < 0.02 + error * lasting)
    #expect(abs(found.bursts / 3 - bursts) < 0.02 + error * bursts)
    #expect(abs(found.over(6) - (found.lasting + found.bursts / 6)) < 1e-12)
  }

  /// Some counts near their means tell no dispersion, and a few far from them do.
  @Test func fewCountsArePoissonUnlessTheyTellOtherwise() {
    func dispersion(_ counts: [(Int, Double)]) -> CountDispersion {
      var (whole, halves) = (CountSample(), CountSample())
      for (count, mean) in counts {
        whole.add(count, mean: mean)
        for half in [count / 2, count - count / 2] { halves.add(half, mean: mean / 2) }
      }
      return CountDispersion(of: whole, halves: halves, time: 1)
    }
    #expect(dispersion([]) == .poisson)
    #expect(dispersion([(2, 1), (0, 1), (1, 2), (4, 2), (0, 0.5)]) == .poisson)
    #expect(dispersion([(40, 10), (2, 12), (1, 10), (30, 8)]).lasting > 0.2)
  }

  /// The mean of a node is the sum of those of its pairs, as in a bipartite network, and the laws are those of the
  /// forecast's dispersions over the time.
  @Test func lawsAreThoseOfRatesAndDispersions() throws {
    let sides = (0..<12).map { $0 < 5 }
    var stream = RandomStream(RandomKey(seed: 211))
    var events: [NetworkEvent] = []
    for i in 0..<5 {
      for j in 5..<12 { for _ in 0..<5 { events.append(NetworkEvent(i: i, j: j, time: stream.uniform())) } }
    }
    var model = PiecewiseVelocityModel()
    (model.bins, model.isStatic) = (4, true)
    model.forecast = try NetworkForecast(
      memory: .infinity, background: 0.1, own: 0.3, nodeDispersion: CountDispersion(lasting: 0.2, bursts: 0.1),
      pairDispersion: CountDispersion(lasting: 0.5))
    let fit = try model.fit(nodes: 12, events: events, structure: .bipartite(sides: sides))
    let node = try fit.forecastCount(ofNode: 2, from: 1.5, to: 2)
    let pairs = try (5..<12).map { try fit.forecastCount(2, $0, from: 1.5, to: 2) }
    #expect(abs(node.mean - pairs.reduce(0) { $0 + $1.mean }) < 1e-12 * node.mean)
    #expect(abs(pairs[0].mean - fit.expectedCount(2, 5, from: 1.5, to: 2)) < 1e-12)
    #expect(abs(node.dispersion - 0.4) < 1e-12 && pairs[0].dispersion == 0.5)
    #expect(throws: DynamicNetworkError.self) { try fit.forecastCount(2, 3, from: 1, to: 2) }
    for (i, from, to) in [(12, 1, 2), (-1, 1, 2), (0, 0.5, 2), (0, 1, 1), (0, .nan, 2), (0, 1, .infinity)] {
      #expect(throws: DynamicNetworkError.self) { try fit.forecastCount(ofNode: i, from: from, to: to) }
      #expect(throws: DynamicNetworkError.self) { try fit.forecastCount(i, 7, from: from, to: to) }
    }
  }
}
