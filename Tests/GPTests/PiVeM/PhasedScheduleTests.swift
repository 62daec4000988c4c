import Foundation
import GP
import NumericCore
import Testing

@Suite struct PhasedScheduleTests {
  /// By finite differences of the log density; fewer communities than nodes, and more.
  @Test(arguments: [2, 6]) func hyperparametersHaveTheirDerivatives(count: Int) throws {
    var stream = RandomStream(RandomKey(seed: 120))
    let (nodes, bins) = (5, 3)
    var time = KroneckerPrior.time(bins: bins, span: 1, initialScale: 1.3, lengthScale: 0.3)
    // Apart from zero in all directions, so that an element may be changed alone.
    for t in 0...bins { time[t, t] += 0.1 }
    var shares = Matrix(rows: nodes, columns: count)
    for i in 0..<nodes { for k in 0..<count { shares[i, k] = 0.2 + stream.uniform() } }
    let y = (0..<2 * nodes * (bins + 1)).map { _ in stream.normal() }
    func density(_ time: Matrix, _ shares: Matrix, _ sigma: Double) throws -> Double {
      try KroneckerPrior(time: time, communities: shares, lambda: 0.8, sigma: sigma).logDensity(at: y).value
    }
    let prior = try KroneckerPrior(time: time, communities: shares, lambda: 0.8, sigma: 0.4)
    let by = prior.hyperparameterGradient(prior.logDensity(at: y).gradient)
    let h = 1e-5
    func expect(_ slope: Double, _ up: Double, _ down: Double) {
      #expect(abs(slope - (up - down) / (2 * h)) < 1e-5 * (1 + abs(slope)))
    }
    expect(by.sigma, try density(time, shares, 0.4 + h), try density(time, shares, 0.4 - h))
    for t in 0...bins {
      for s in 0...t {
        func moved(_ by: Double) -> Matrix {
          var matrix = time
          matrix[t, s] += by
          if s != t { matrix[s, t] += by }
          return matrix
        }
        expect(
          by.time[t, s] + (s == t ? 0 : by.time[s, t]), try density(moved(h), shares, 0.4),
          try density(moved(-h), shares, 0.4))
      }
    }
    for i in 0..<nodes {
      for k in 0..<count {
        func moved(_ by: Double) -> Matrix {
          var matrix = shares
          matrix[i, k] += by
          return matrix
        }
        expect(by.communities[i, k], try density(time, moved(h), 0.4), try density(time, moved(-h), 0.4))
      }
    }
  }

  /// Each phase goes down, and the reference finds about as much likelihood as the library's search.
  @Test func eachPhaseGoesDown() throws {
    var stream = RandomStream(RandomKey(seed: 121))
    let truth = try NetworkTrajectories.draw(
      nodes: 15, bins: 6, span: 1, rate: 300, initialScale: 1, velocityScale: 1, lengthScale: 0.3, using: &stream)
    let events = try truth.events(using: &stream)
    var schedule = PhasedSchedule()
    (schedule.bins, schedule.communities, schedule.steps) = (6, 3, 150)
    let result = try schedule.fit(nodes: 15, events: events)
    #expect(result.history.count == 450)
    for phase in 0..<3 {
      #expect(result.history[150 * phase + 149] < result.history[150 * phase])
    }
    let likelihood = PairLikelihood(nodes: 15, bins: 6, span: 1, events: events)
    let found = likelihood.value(at: result.trajectories.parameters)
    let ratio = likelihood.value(at: truth.parameters) - found
    let degrees = Double(likelihood.parameterCount)
    #expect(abs(ratio) < degrees)
    for i in 0..<15 {
      let sum = (0..<3).reduce(0) { $0 + result.communities[i, $1] }
      #expect(abs(sum - 1) < 1e-12)
    }
    schedule.steps = 0
    #expect(throws: DynamicNetworkError.self) { try schedule.fit(nodes: 15, events: events) }
  }
}
