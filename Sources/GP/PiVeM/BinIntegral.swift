import Foundation
import NumericCore

/// Where the derivatives of a bin's terms go: those by biases, and those by its knots, which are x, y of all
/// nodes at its start and x, y at its end.
struct BinSlopes {
  let biases, knots: UnsafeMutablePointer<Double>
  let nodes: Int

  /// The difference of two nodes' positions at the start of a bin and of their velocities.
  static func motion(
    _ i: Int, _ j: Int, _ places: UnsafePointer<Double>, _ nodes: Int, _ width: Double
  ) -> (delta: SIMD2<Double>, velocity: SIMD2<Double>) {
    let (y0, x1, y1) = (places + nodes, places + 2 * nodes, places + 3 * nodes)
    let delta = SIMD2(places[i] - places[j], y0[i] - y0[j])
    return (delta, (SIMD2(x1[i] - x1[j], y1[i] - y1[j]) - delta) / width)
  }

  /// Adds the derivatives by a pair's bias, start and velocity to those by biases and knots.
  func add(_ i: Int, _ j: Int, bias: Double, start: SIMD2<Double>, velocity: SIMD2<Double>, _ width: Double) {
    biases[i] += bias
    biases[j] += bias
    let end = velocity / width
    let begin = start - end
    let (y0, x1, y1) = (knots + nodes, knots + 2 * nodes, knots + 3 * nodes)
    knots[i] += begin.x
    knots[j] -= begin.x
    y0[i] += begin.y
    y0[j] -= begin.y
    x1[i] += end.x
    x1[j] -= end.x
    y1[i] += end.y
    y1[j] -= end.y
  }
}

/// The integral of the intensities of all pairs over one bin, with the workspace of one core.
final class BinIntegral {
  private static let gauss = [2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24].map { GaussLegendre($0) }
  /// How many equal parts of a bin the largest of them is used on, beyond the bin as a whole.
  private static let parts = [2, 4, 8]
  /// Nanoseconds of a pair's closed form, beside those of `IntensitySum`.
  private static let closedFormCost = 100.0

  /// Points of a bin, in units of its width, and the largest motion of a pair at which their bound is the
  /// relative error.
  private struct Rule {
    let length: Double
    let nodes, weights: [Double]
  }

  private let nodes: Int
  /// The number of nodes of the first side, where pairs are across two sides.
  private let split: Int?
  private let width: Double
  private let sum: IntensitySum
  private let radii: UnsafeMutableBufferPointer<Double>
  private let order: UnsafeMutableBufferPointer<Int>
  /// Of the nodes in that order: where they start, and how far they move.
  private let starts, motions: (x: UnsafeMutablePointer<Double>, y: UnsafeMutablePointer<Double>)
  /// The derivatives by their biases, starts and motions.
  private let byBias: UnsafeMutablePointer<Double>
  private let byStart, byMotion: (x: UnsafeMutablePointer<Double>, y: UnsafeMutablePointer<Double>)
  /// In the order of their numbers of points.
  private let rules: [Rule]
  /// The rules of few points, for single pairs: largest motions, and where points and weights are, one after the other.
  private let fewPoints: UnsafeMutableBufferPointer<(length: Double, points: Range<Int>)>
  private let points, weights: UnsafeMutablePointer<Double>
  /// More points cost more than the closed form.
  private static let mostPoints = 16
  /// Of each rule: the first row that it is enough for, the least cost of the rows from there on, and the
  /// rule that takes over in that.
  private let plan: UnsafeMutableBufferPointer<(row: Int, cost: Double, next: Int)>

  init(
    nodes: Int, width: Double, relativeError: Double, rate: Double, sums: PairLikelihood.Sums, sides: [Bool]?
  ) {
    (self.nodes, self.width) = (nodes, width)
    let whole = Self.gauss.map { rule in
      let n = rule.nodes.count
      // log((2n)!^2 / (n!)^3) by a sum of logarithms.
      let factorials = (1...2 * n).reduce(0) { $0 + ($1 <= n ? -1 : 2) * log(Double($1)) }
      let length = exp((log(relativeError) + log(Double(2 * n + 1)) + factorials) / Double(2 * n))
      return Rule(length: length, nodes: rule.nodes, weights: rule.weights)
    }
    let largest = whole[whole.count - 1]
    rules = whole + Self.parts.map { count in
      let size = 1 / Double(count)
      return Rule(
        length: Double(count) * largest.length,
        nodes: (0..<count).flatMap { part in largest.nodes.map { (Double(part) + $0) * size } },
        weights: (0..<count).flatMap { _ in largest.weights.map { $0 * size } })
    }
    let few = rules.filter { $0.nodes.count <= Self.mostPoints }
    fewPoints = .allocate(capacity: few.count)
    points = .allocate(capacity: 2 * Self.mostPoints * few.count)
    weights = points + Self.mostPoints * few.count
    var used = 0
    for (k, rule) in few.enumerated() {
      fewPoints.initializeElement(at: k, to: (rule.length, used..<used + rule.nodes.count))
      for q in rule.nodes.indices {
        (points + used).initialize(to: rule.nodes[q])
        (weights + used).initialize(to: rule.weights[q])
        used += 1
      }
    }
    plan = .allocate(capacity: rules.count)
    plan.initialize(repeating: (0, 0, 0))
    split = sides.map { $0.count { !$0 } }
    sum = IntensitySum(nodes: nodes, split: split, relativeError: relativeError, scale: rate, sums: sums)
    radii = .allocate(capacity: nodes)
    radii.initialize(repeating: 0)
    order = .allocate(capacity: nodes)
    // Those of the first side come first.
    let places = sides.map { sides in sides.indices.sorted { (sides[$0] ? 1 : 0, $0) < (sides[$1] ? 1 : 0, $1) } }
    for i in 0..<nodes { order.initializeElement(at: i, to: places?[i] ?? i) }
    let columns = UnsafeMutablePointer<Double>.allocate(capacity: 9 * nodes)
    columns.initialize(repeating: 0, count: 9 * nodes)
    byBias = columns
    (starts, motions) = ((columns + nodes, columns + 2 * nodes), (columns + 3 * nodes, columns + 4 * nodes))
    (byStart, byMotion) = ((columns + 5 * nodes, columns + 6 * nodes), (columns + 7 * nodes, columns + 8 * nodes))
  }

  deinit {
    byBias.deallocate()
    radii.deallocate()
    order.deallocate()
    plan.deallocate()
    fewPoints.deallocate()
    points.deallocate()
  }

  /// The sum of the intensities at one instant.
  func rate(_ biases: UnsafePointer<Double>, _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>) -> Double {
    for k in 0..<nodes { (sum.biases[k], sum.x[k], sum.y[k]) = (biases[order[k]], x[order[k]], y[order[k]]) }
    return sum(rows: 0..<(split ?? nodes))
  }

  /// The integral of all pairs.
  ///
  /// Nodes are taken in the order of how far they move from the mean motion, farthest first, r_0 >= r_1 >=
  /// ...: no pair (i, j > i) in that order moves farther against each other than r_i + r_{i + 1}, so that few
  /// fast nodes do not make all pairs dear.
  func all(_ biases: UnsafePointer<Double>, _ places: UnsafePointer<Double>, _ slopes: BinSlopes) -> Double {
    let n = nodes
    findRadii(places)
    if let split { return across(split, biases, places, slopes) }
    sort()
    var (total, rule) = (0.0, makePlan())
    for k in 0..<firstRow(rule) {
      for l in k + 1..<n { total += pair(order[k], order[l], 1, biases, places, slopes) }
    }
    gather(biases, places)
    while rule >= 0 {
      let next = plan[rule].next
      let rows = plan[rule].row..<firstRow(next)
      if !rows.isEmpty { total += integrate(rules[rule], rows) }
      rule = next
    }
    scatter(to: slopes)
    return total
  }

  /// The first row that a rule is enough for; -1: no row is left.
  private func firstRow(_ rule: Int) -> Int { rule < 0 ? nodes - 1 : plan[rule].row }

  /// Shares the rows out to rules, each of which is enough for its rows, at the least cost: a rule for few
  /// rows is not worth its pass over the others. The rows before those of the rule that is returned are left
  /// to the closed form.
  private func makePlan() -> Int {
    var row = nodes - 1
    for (k, rule) in rules.enumerated() {
      while row > 0, radii[order[row - 1]] + radii[order[row]] <= rule.length { row -= 1 }
      plan[k] = (row, .infinity, -1)
      for next in -1..<k {
        let end = firstRow(next)
        let cost =
          (row < end ? Double(rule.nodes.count) * sum.cost(rows: row..<end) : 0)
          + (next < 0 ? 0 : plan[next].cost)
        if cost < plan[k].cost { (plan[k].cost, plan[k].next) = (cost, next) }
      }
    }
    func cost(_ first: Int) -> Double {
      let rows = Double(firstRow(first))
      return Self.closedFormCost * rows * (Double(nodes) - rows / 2) + (first < 0 ? 0 : plan[first].cost)
    }
    return (-1..<rules.count).min { cost($0) < cost($1) } ?? -1
  }

  /// `factor` times the integral of one pair, by the fewest points that are enough for it or
  /// the closed form.
  func pair(
    _ i: Int, _ j: Int, _ factor: Double, _ biases: UnsafePointer<Double>, _ places: UnsafePointer<Double>,
    _ slopes: BinSlopes
  ) -> Double {
    let (delta, u) = BinSlopes.motion(i, j, places, nodes, width)
    let motion = width * u
    let length = (motion * motion).sum()
    let bias = biases[i] + biases[j]
    var (zeroth, first, second) = (0.0, 0.0, 0.0)
    var rule = 0
    while rule < fewPoints.count, length > fewPoints[rule].length * fewPoints[rule].length { rule += 1 }
    if rule < fewPoints.count {
      for q in fewPoints[rule].points {
        let later = points[q]
        let at = delta + later * motion
        let value = factor * width * weights[q] * exp(bias - (at * at).sum())
        zeroth += value
        first += width * later * value
        second += width * later * width * later * value
      }
    } else {
      let m = PairIntegral(bias: bias, delta: delta, velocity: u, width: width)
      (zeroth, first, second) = (factor * m.zeroth, factor * m.first, factor * m.second)
    }
    slopes.add(
      i, j, bias: zeroth, start: -2 * (delta * zeroth + u * first),
      velocity: -2 * (delta * first + u * second), width)
    return zeroth
  }

  /// The integral of the pairs across two sides: no pair moves farther than the fastest nodes of both.
  private func across(
    _ split: Int, _ biases: UnsafePointer<Double>, _ places: UnsafePointer<Double>, _ slopes: BinSlopes
  ) -> Double {
    func fastest(_ side: Range<Int>) -> Double { side.reduce(0) { max($0, radii[order[$1]]) } }
    let length = fastest(0..<split) + fastest(split..<nodes)
    if let rule = rules.first(where: { length <= $0.length }) {
      gather(biases, places)
      let total = integrate(rule, 0..<split)
      scatter(to: slopes)
      return total
    }
    var total = 0.0
    for k in 0..<split {
      for l in split..<nodes { total += pair(order[k], order[l], 1, biases, places, slopes) }
    }
    return total
  }

  /// How far the nodes move from the mean motion.
  private func findRadii(_ places: UnsafePointer<Double>) {
    let n = nodes
    func motion(_ i: Int) -> SIMD2<Double> {
      SIMD2(places[i + 2 * n] - places[i], places[i + 3 * n] - places[i + n])
    }
    var mean = SIMD2(0.0, 0.0)
    for i in 0..<n { mean += motion(i) }
    mean /= Double(n)
    for i in 0..<n {
      let d = motion(i) - mean
      radii[i] = (d * d).sum().squareRoot()
    }
  }

  /// Puts the nodes in the order of their radii, ties by their number.
  private func sort() {
    var sorted = order
    sorted.sort { (radii[$0], $1) > (radii[$1], $0) }
  }

  /// Lays the nodes out in their order, and clears the derivatives by them.
  private func gather(_ biases: UnsafePointer<Double>, _ places: UnsafePointer<Double>) {
    let n = nodes
    for k in 0..<n {
      let (i, p) = (order[k], places + order[k])
      sum.biases[k] = biases[i]
      (starts.x[k], starts.y[k]) = (p[0], p[n])
      (motions.x[k], motions.y[k]) = (p[2 * n] - p[0], p[3 * n] - p[n])
      byBias[k] = 0
      (byStart.x[k], byStart.y[k], byMotion.x[k], byMotion.y[k]) = (0, 0, 0, 0)
    }
  }

  /// Adds the derivatives by the nodes in their order to those by biases and knots.
  private func scatter(to slopes: BinSlopes) {
    let n = nodes
    for k in 0..<n {
      let (i, g) = (order[k], slopes.knots + order[k])
      slopes.biases[i] += byBias[k]
      g[0] += byStart.x[k] - byMotion.x[k]
      g[n] += byStart.y[k] - byMotion.y[k]
      g[2 * n] += byMotion.x[k]
      g[3 * n] += byMotion.y[k]
    }
  }

  /// The integral of the pairs (i in `rows`, j > i), or of those across the sides, by a rule; adds its derivatives by
  /// the nodes in their order.
  private func integrate(_ rule: Rule, _ rows: Range<Int>) -> Double {
    var total = 0.0
    for (later, share) in zip(rule.nodes, rule.weights) {
      let weight = share * width
      for k in rows.lowerBound..<nodes {
        sum.x[k] = starts.x[k] + later * motions.x[k]
        sum.y[k] = starts.y[k] + later * motions.y[k]
      }
      total += weight * sum(rows: rows)
      for k in rows.lowerBound..<nodes {
        let (x, y) = (weight * sum.xSlopes[k], weight * sum.ySlopes[k])
        byBias[k] += weight * sum.biasSlopes[k]
        byStart.x[k] += x
        byStart.y[k] += y
        byMotion.x[k] += later * x
        byMotion.y[k] += later * y
      }
    }
    return total
  }
}
