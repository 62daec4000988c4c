import Foundation
import GP
import NumericCore
import Testing

/// The sums by a grid, held to those of all pairs one by one. Nodes at rest: instants are exact then.
@Suite struct GaussianGridTests {
  private struct Sum {
    let value: Double
    let gradient: [Double]
  }

  private static func sum(_ likelihood: PairLikelihood, _ p: [Double]) -> Sum {
    var gradient = Array(repeating: 0.0, count: p.count)
    let value = p.withUnsafeBufferPointer { q in
      gradient.withUnsafeMutableBufferPointer { likelihood.value(at: q, gradient: $0) }
    }
    return Sum(value: value, gradient: gradient)
  }

  private static func sum(_ nodes: Int, _ p: [Double], _ error: Double, _ sums: PairLikelihood.Sums) -> Sum {
    sum(
      PairLikelihood(
        nodes: nodes, bins: 1, span: 1, events: EmptyCollection(), relativeError: error, sums: sums), p)
  }

  private static let nodes = 1200

  private static func resting(_ biases: [Double], _ x: [Double], _ y: [Double]) -> [Double] {
    biases + x + y + x + y
  }

  enum Layout: CaseIterable {
    case crowded, wide, hubs, twoFarGroups, allAtOnePlace, line

    func parameters(_ n: Int) -> [Double] {
      var stream = RandomStream(RandomKey(seed: 80))
      var (b, x, y) = ([Double](), [Double](), [Double]())
      for i in 0..<n {
        let (u, v, w) = (stream.normal(), stream.normal(), stream.normal())
        switch self {
        case .crowded: (b, x, y) = (b + [w], x + [u], y + [v])
        case .wide: (b, x, y) = (b + [w], x + [6 * u], y + [6 * v])
        case .hubs: (b, x, y) = (b + [i % 100 == 0 ? 12 + w : -3 + w], x + [2 * u], y + [2 * v])
        case .twoFarGroups: (b, x, y) = (b + [w], x + [u + (i % 2 == 0 ? 40 : 0)], y + [v])
        case .allAtOnePlace: (b, x, y) = (b + [w], x + [1e3], y + [-1e3])
        case .line: (b, x, y) = (b + [w], x + [10 * u], y + [0])
        }
      }
      return GaussianGridTests.resting(b, x, y)
    }
  }

  /// Values, derivatives by biases and by places, within the bound of the contract; derivatives by places are
  /// those of a bias times distances that are below the reach of a window.
  @Test(arguments: Layout.allCases, [1e-6, 1e-8, 1e-14]) func agreesWithAllPairsWithinItsBound(
    layout: Layout, error: Double
  ) {
    let n = Self.nodes
    let p = layout.parameters(n)
    let (fast, slow) = (Self.sum(n, p, error, .cheapest), Self.sum(n, p, error, .direct))
    let weights = p[..<n].map { exp($0) }
    let all = weights.reduce(0, +)
    let pairs = (all * all - weights.reduce(0) { $0 + $1 * $1 }) / 2
    let rounding = 1e-13
    #expect(abs(fast.value - slow.value) <= error * pairs + rounding * all * all)
    for i in 0..<n {
      let bound = (error + rounding) * weights[i] * all
      #expect(abs(fast.gradient[i] - slow.gradient[i]) <= bound)
      for d in 1...4 {
        #expect(abs(fast.gradient[d * n + i] - slow.gradient[d * n + i]) <= 20 * bound)
      }
    }
  }

  /// Where the number of events tells how large sums are, the error is relative to that or to the sum, and
  /// hubs are summed one by one.
  @Test(arguments: [0.0, 14], [1e-6, 1e-8]) func hubsAreSummedOneByOne(bias: Double, error: Double) throws {
    let n = Self.nodes
    var p = Layout.crowded.parameters(n)
    for i in stride(from: 3, to: n, by: 200) {
      p[i] = bias
      for d in 1...4 { p[d * n + i] += 5 }
    }
    let events = (0..<1000).map { NetworkEvent(i: 0, j: 1, time: Double($0) / 1000) }
    let likelihoods = [PairLikelihood.Sums.cheapest, .direct].map {
      PairLikelihood(nodes: n, bins: 1, span: 1, events: events, relativeError: error, sums: $0)
    }
    let (fast, slow) = (Self.sum(likelihoods[0], p), Self.sum(likelihoods[1], p))
    let size = max(1000, likelihoods[1].expectedCounts(at: p)[0])
    #expect(abs(fast.value - slow.value) <= error * size)
    for k in p.indices { #expect(abs(fast.gradient[k] - slow.gradient[k]) <= 20 * error * size) }
  }

  @Test func theGradientIsThatOfTheSumAsComputed() {
    let n = Self.nodes
    let p = Layout.crowded.parameters(n)
    let likelihood = PairLikelihood(
      nodes: n, bins: 1, span: 1, events: EmptyCollection(), relativeError: 1e-6)
    let gradient = Self.sum(likelihood, p).gradient
    let h = 1e-5
    for k in [0, 1, 100, n, n + 7, 2 * n + 100, 3 * n + 5, 4 * n + 9] {
      var (up, down) = (p, p)
      up[k] += h
      down[k] -= h
      let slope = (likelihood.value(at: up) - likelihood.value(at: down)) / (2 * h)
      #expect(abs(slope - gradient[k]) < 1e-5 * (1 + abs(gradient[k])))
    }
  }

  /// Nodes of different speeds, which take different numbers of instants, and fast ones parts of a bin; to
  /// the closed form, pair by pair.
  @Test(arguments: [0.5, 3, 40]) func motionAgreesWithTheClosedForm(speed: Double) throws {
    let n = Self.nodes
    var stream = RandomStream(RandomKey(seed: 81))
    let b = (0..<n).map { _ in stream.normal() }
    let x = (0..<4).map { _ in (0..<n).map { _ in 2 * stream.normal() } }
    var p = b + x[0] + x[1]
    for d in 0..<2 {
      for i in 0..<n { p.append(x[d][i] + speed * x[d + 2][i] * (i % 10 == 0 ? 1 : 0.1)) }
    }
    let likelihood = PairLikelihood(nodes: n, bins: 1, span: 1, events: EmptyCollection(), relativeError: 1e-6)
    let fast = Self.sum(likelihood, p)
    let trajectories = try NetworkTrajectories(nodes: n, bins: 1, span: 1, parameters: p)
    var (expected, bound) = (0.0, 0.0)
    var slope = Array(repeating: 0.0, count: n)
    for i in 0..<n {
      for j in i + 1..<n {
        let count = trajectories.expectedCount(i, j, from: 0, to: 1)
        expected += count
        slope[i] += count
        slope[j] += count
        bound += 2e-6 * exp(b[i] + b[j])
      }
    }
    #expect(abs(fast.value - expected) <= bound)
    let all = b.reduce(0) { $0 + exp($1) }
    for i in 0..<n { #expect(abs(fast.gradient[i] - slope[i]) <= 2e-6 * exp(b[i]) * all) }
  }

  /// Nodes too far apart for a grid are summed one by one.
  @Test func anyDistanceIsFine() {
    let n = Self.nodes
    var p = Layout.crowded.parameters(n)
    for d in 1...4 { p[d * n] = 1e9 }
    let (fast, slow) = (Self.sum(n, p, 1e-6, .cheapest), Self.sum(n, p, 1e-6, .direct))
    #expect(fast.value == slow.value && fast.gradient == slow.gradient)
  }
}
