import Foundation
import GP
import NumericCore
import Testing

@Suite struct NodeCommunitiesTests {
  private static func network(
    _ communities: NodeCommunities?, nodes: Int, bins: Int, rate: Double, seed: UInt64
  ) throws -> (truth: NetworkTrajectories, events: [NetworkEvent]) {
    var stream = RandomStream(RandomKey(seed: seed))
    let truth = try NetworkTrajectories.draw(
      nodes: nodes, bins: bins, span: 1, rate: rate, initialScale: 1, velocityScale: 1.5, lengthScale: 0.25,
      communities: communities, using: &stream)
    return (truth, try truth.events(using: &stream))
  }

  /// The settings that networks are drawn with.
  private static func model(_ bins: Int, _ communities: NodeCommunities?) throws -> PiecewiseVelocityModel {
    var model = PiecewiseVelocityModel()
    (model.bins, model.velocityScale, model.lengthScale, model.initialScale) = (bins, 1.5, 0.25, 1)
    model.communities = communities
    model.forecast = try NetworkForecast(memory: 0, background: 1e-6)
    return model
  }

  @Test func groupsAreNamedBySize() throws {
    let communities = try NodeCommunities(groups: [7, 3, 3, 9, 7, 3], share: 0.5)
    #expect(communities.groups == [1, 0, 0, 2, 1, 0] && communities.count == 3)
    for share in [0, 1, .nan] {
      #expect(throws: DynamicNetworkError.self) { try NodeCommunities(groups: [0, 0], share: share) }
    }
    var model = PiecewiseVelocityModel()
    model.communities = communities
    #expect(throws: DynamicNetworkError.self) { try model.fit(nodes: 2, events: [NetworkEvent(i: 0, j: 1, time: 0.5)]) }
  }

  /// G = share C C^T + (1 - share) I.
  private static func covariance(_ communities: NodeCommunities) -> Matrix {
    let (groups, share) = (communities.groups, communities.share)
    var matrix = Matrix(rows: groups.count, columns: groups.count)
    for i in groups.indices {
      for j in groups.indices { matrix[i, j] = (groups[i] == groups[j] ? share : 0) + (i == j ? 1 - share : 0) }
    }
    return matrix
  }

  /// The least |e|^2 of what is mixed to y is y^T G^-1 y, densely.
  @Test func theMixtureHasTheCovariance() throws {
    let communities = try NodeCommunities(groups: [0, 0, 1, 0, 2, 1], share: 0.7)
    var stream = RandomStream(RandomKey(seed: 5))
    let y = (0..<12).map { _ in stream.normal() }
    let e = communities.unmixed(y)
    #expect(e.count == 2 * 9)
    for (a, b) in zip(communities.mixed(e), y) { #expect(abs(a - b) < 1e-12) }
    let factor = try Cholesky(Self.covariance(communities))
    let quadratic = [0, 6].reduce(0) { sum, row in
      let part = Array(y[row..<row + 6])
      return sum + zip(part, factor.solve(part)).reduce(0) { $0 + $1.0 * $1.1 }
    }
    #expect(abs(e.reduce(0) { $0 + $1 * $1 } - quadratic) < 1e-10 * quadratic)
  }

  /// At the mode the objective is the negative log likelihood and half the quadratic form of the dense covariance of
  /// biases and knots, and the derivatives of both cancel.
  @Test func theModeIsThatOfTheDensePrior() throws {
    let (nodes, bins) = (7, 3)
    let communities = try NodeCommunities(groups: [0, 0, 0, 1, 1, 2, 2], share: 0.6)
    let events = try Self.network(communities, nodes: nodes, bins: bins, rate: 40, seed: 11).events
    var model = try Self.model(bins, communities)
    (model.maximumIterations, model.tolerance) = (3000, 1e-15)
    let fit = try model.fit(nodes: nodes, events: events)
    let likelihood = PairLikelihood(nodes: nodes, bins: bins, span: 1, events: events, relativeError: 1e-12)
    let p = fit.trajectories.parameters
    var slopes = p
    let value = p.withUnsafeBufferPointer { p in
      slopes.withUnsafeMutableBufferPointer { likelihood.value(at: p, gradient: $0) }
    }
    // Knots are x_0 + w (v_1 + ... + v_b).
    var time = KroneckerPrior.time(bins: bins, span: 1, initialScale: 1, lengthScale: 0.25)
    for b in 0...bins { time[b, b] += model.noise * model.noise * (b == 0 ? time[0, 0] : 1) }
    var sums = Matrix(rows: bins + 1, columns: bins + 1)
    for b in 0...bins { for a in 0...b { sums[b, a] = a == 0 ? 1 : 1.5 / Double(bins) } }
    let inTime = try Cholesky(sums * time * sums.transposed).inverse
    let inNodes = try Cholesky(Self.covariance(communities)).inverse
    var prior = Array(repeating: 0.0, count: p.count)
    let centre = 0.5 * log(Double(events.count) / Double(nodes * (nodes - 1) / 2))
    for i in 0..<nodes { prior[i] = (p[i] - centre) / (model.biasScale * model.biasScale) }
    var quadratic = (0..<nodes).reduce(0) { $0 + prior[$1] * (p[$1] - centre) }
    for b in 0...bins {
      for c in 0..<2 {
        for i in 0..<nodes {
          let k = (1 + 2 * b + c) * nodes + i
          for a in 0...bins {
            for j in 0..<nodes { prior[k] += inTime[b, a] * inNodes[i, j] * p[(1 + 2 * a + c) * nodes + j] }
          }
          quadratic += prior[k] * p[k]
        }
      }
    }
    // The fit sums pairs to 2e-3 of what an instant has at most.
    #expect(abs(fit.objective - value - 0.5 * quadratic) < 1e-4 * abs(value))
    let size = slopes.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let left = zip(slopes, prior).reduce(0) { $0 + ($1.0 + $1.1) * ($1.0 + $1.1) }.squareRoot()
    #expect(left < 0.02 * size)
  }

  /// Groups of points about centres that are far apart are told, with the share of the variance between them; points
  /// that have no groups, or are one point, are left alone.
  @Test func groupsOfPointsAreTold() throws {
    var stream = RandomStream(RandomKey(seed: 3))
    let (nodes, size, share) = (40, 30, 0.8)
    let groups = (0..<nodes).map { $0 % 8 }
    let communities = try NodeCommunities(groups: groups, share: share)
    let y = communities.mixed((0..<size * communities.movers).map { _ in stream.normal() })
    let found = try #require(NodeCommunities.mostProbable(of: y, nodes: nodes))
    #expect(found.groups == communities.groups)
    // The variance between has 240 degrees of freedom, that within 960.
    #expect(abs(found.share - share) < 4 * share * (1 - share) * (2.0 / 240 + 2.0 / 960).squareRoot())
    let alone = (0..<size * nodes).map { _ in stream.normal() }
    #expect(NodeCommunities.mostProbable(of: alone, nodes: nodes) == nil)
    #expect(NodeCommunities.mostProbable(of: Array(repeating: 0, count: size * nodes), nodes: nodes) == nil)
    #expect(NodeCommunities.mostProbable(of: Array(repeating: 1, count: size * nodes), nodes: nodes) == nil)
    #expect(NodeCommunities.mostProbable(of: [1, 2], nodes: 2) == nil)
  }

  /// A fit finds the communities of generated networks, but for some that are split or near to each other, and forecasts
  /// better for them.
  @Test(arguments: 1...2 as ClosedRange<UInt64>) func aFitFindsThem(seed: UInt64) throws {
    let communities = try NodeCommunities(groups: (0..<60).map { $0 % 10 }, share: 0.98)
    let events = try Self.network(communities, nodes: 60, bins: 40, rate: 200, seed: seed).events
    let early = events.filter { $0.time <= 0.9 }
    let fit = try PiecewiseVelocityModel().fit(nodes: 60, events: early, span: 0.9)
    let found = try #require(fit.communities).groups
    func areTogether(_ i: Int, _ j: Int) -> (truly: Bool, found: Bool) {
      (communities.groups[i] == communities.groups[j], found[i] == found[j])
    }
    let pairs = (0..<60).flatMap { i in (0..<i).map { areTogether(i, $0) } }
    let both = Double(pairs.count { $0.truly && $0.found })
    #expect(both > 0.75 * Double(pairs.count { $0.truly }) && both > 0.75 * Double(pairs.count { $0.found }))
    var model = PiecewiseVelocityModel()
    model.communities = try NodeCommunities(groups: Array(0..<60), share: 0.5)
    let alone = try model.fit(nodes: 60, events: early, span: 0.9)
    func score(_ fit: FittedTrajectories) throws -> Double {
      try fit.forecastLikelihood(of: events, to: 1).givenNumber
    }
    #expect(try score(fit) > score(alone))
  }

  /// New bins follow the communities' prior: the mode of all, from there on, is little better; and 90% intervals of the
  /// approximate posterior hold the truth in nine cases of ten, within 4 standard errors of a share of the 100 pairs.
  @Test func updatesAndIntervalsKnowThem() throws {
    let communities = try NodeCommunities(groups: (0..<40).map { $0 % 10 }, share: 0.9)
    var (hits, cases) = (0, 0)
    for seed in 300..<305 as Range<UInt64> {
      let (truth, events) = try Self.network(communities, nodes: 40, bins: 4, rate: 40, seed: seed)
      let fit = try Self.model(4, communities).fit(nodes: 40, events: events)
      #expect(fit.communities == communities)
      for k in 0..<20 {
        let (i, j, time) = (2 * k, 2 * k + 1, 0.1 + 0.2 * Double(k % 5))
        let posterior = try fit.laplacePosterior(of: [i, j])
        hits +=
          try posterior.interval(0.9, draws: 200, of: { $0.logIntensity(i, j, at: time) })
            .contains(truth.logIntensity(i, j, at: time)) ? 1 : 0
        cases += 1
      }
    }
    #expect(abs(Double(hits) / Double(cases) - 0.9) < 4 * (0.9 * 0.1 / 100).squareRoot())
    let (_, events) = try Self.network(communities, nodes: 40, bins: 8, rate: 40, seed: 310)
    var model = try Self.model(6, communities)
    (model.velocityScale, model.lengthScale) = (1.5 * 0.75, 0.25 / 0.75)
    let early = try model.fit(nodes: 40, events: events.filter { $0.time <= 0.75 }, span: 0.75)
    let updated = try early.extended(by: events.filter { $0.time > 0.75 }, bins: 2)
    let refined = try updated.refined()
    #expect(refined.communities == communities)
    #expect(updated.negativeLogLikelihood < refined.negativeLogLikelihood + 0.02 * abs(refined.negativeLogLikelihood))
  }
}
