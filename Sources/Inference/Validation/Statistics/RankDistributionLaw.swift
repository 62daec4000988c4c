import Foundation
import NumericCore

/// How many of N independent uniform ranks on 0...largest lie below each of some points: a Markov chain from
/// point to point, whose steps are binomial.
package struct RankDistributionLaw {
  private let count: Int
  private let largest: Int
  /// The points, increasing, from 1 to `largest`: the event is rank < point.
  package let points: [Int]

  /// As many points as asked for, or `largest` if that is less, spread evenly.
  package init(count: Int, largest: Int, points: Int) throws(StatisticsError) {
    guard count >= 1 else { throw .tooFew(of: "ranks", count, expected: 1) }
    try require(largest >= 1, "largest rank", Double(largest), ">= 1")
    try require(points >= 1, "points", Double(points), ">= 1")
    let number = min(points, largest)
    (self.count, self.largest) = (count, largest)
    // point k of K cuts at the share k / (K + 1)
    self.points = (1...number).map { max(1, ($0 * (largest + 1) + (number + 1) / 2) / (number + 1)) }
  }

  /// P(rank < point).
  func probability(below point: Int) -> Double { Double(point) / Double(largest + 1) }

  /// The number of ranks below each point.
  package func counts(_ ranks: [Int]) -> [Int] {
    var histogram = [Int](repeating: 0, count: largest + 1)
    for rank in ranks { histogram[rank] += 1 }
    var (below, next) = (0, 0)
    return points.map { point in
      while next < point {
        below += histogram[next]
        next += 1
      }
      return below
    }
  }

  /// min over the points of 2 min(P(X <= k), P(X >= k)), at most 1.
  package func smallestTail(_ counts: [Int]) -> Double {
    zip(points, counts).map { point, k in
      let law = BinomialTails(trials: count, probability: probability(below: point))
      return min(1, 2 * law.lower(k), 2 * law.upper(k))
    }.min() ?? 1
  }

  /// Tails that differ by less, relatively, are of one probability, computed in two ways.
  private static let rounding = 1e-10

  /// The smallest and the largest number below each point whose tails are larger than gamma.
  func bounds(_ gamma: Double) -> [ClosedRange<Int>?] {
    let gamma = gamma * (1 + Self.rounding)
    return points.map { point in
      let law = BinomialTails(trials: count, probability: probability(below: point))
      let low = first { 2 * law.lower($0) > gamma }
      let high = first { 2 * law.upper($0 + 1) <= gamma }
      return low <= high ? low...high : nil
    }
  }

  /// The first k of 0...count for which what becomes true and stays so is true.
  private func first(_ isTrue: (Int) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isTrue(middle) { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// The probability that the smallest tail is gamma or less: that some number is out of its bounds. What
  /// leaves them is summed, point by point, so that small probabilities keep their accuracy. Cost: O(points
  /// width^2), the width of the bounds, which grows as the root of the number of ranks.
  package func probability(ofTailUpTo gamma: Double) -> Double {
    guard gamma < 1 else { return 1 }
    var (first, inside) = (0, [1.0])
    var (before, left) = (0.0, 0.0)
    for (point, range) in zip(points, bounds(gamma)) {
      guard let range else { return 1 }
      let now = probability(below: point)
      let step = (now - before) / (1 - before)
      var next = [Double](repeating: 0, count: range.count)
      for (offset, mass) in inside.enumerated() where mass > 0 {
        let k = first + offset
        let law = BinomialTails(trials: count - k, probability: step)
        left += mass * (law.lower(range.lowerBound - 1 - k) + law.upper(range.upperBound + 1 - k))
        addStep(from: k, mass, step, range, &next)
      }
      (first, inside, before) = (range.lowerBound, next, now)
    }
    return min(left, 1)
  }

  /// Adds mass times the binomial probabilities of going from k to each number in a range: from the most
  /// probable one downwards and upwards, so that nothing underflows that matters.
  private func addStep(
    from k: Int, _ mass: Double, _ p: Double, _ range: ClosedRange<Int>, _ next: inout [Double]
  ) {
    let start = max(range.lowerBound, k)
    guard start <= range.upperBound else { return }
    let trials = Double(count - k)
    let odds = p / (1 - p)
    let mode = min(max(k + Int((trials + 1) * p), start), range.upperBound)
    let successes = Double(mode - k)
    let atMode = mass * exp(
      logBinomialCoefficient(trials, successes) + successes * log(p) + (trials - successes) * log1p(-p))
    var term = atMode
    for to in mode...range.upperBound {
      next[to - range.lowerBound] += term
      let taken = Double(to - k)
      term *= odds * ((trials - taken) / (taken + 1))
    }
    term = atMode
    for to in stride(from: mode - 1, through: start, by: -1) {
      let taken = Double(to + 1 - k)
      term *= taken / (odds * (trials - taken + 1))
      next[to - range.lowerBound] += term
    }
  }
}
