import Foundation
import NumericCore

/// Where the derivatives of a bin's terms go: those by biases, and those by its knots, which are x, y of all
/// nodes at its start and x, y at its end.
struct BinSlopes {
  let biases, knots: UnsafeMutablePointer<Double>
  let nodes: Int

  /// The difference of two nodes' positions at the start of a bin and of their velocities.
  func motion(
    _ i: Int, _ j: Int, _ places: UnsafePointer<Double>, _ width: Double
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
  // A rule for fewer nodes is not worth its pass over the others.
  private static let fewestRows = 8

  private let nodes: Int
  private let width: Double
  private let sum: IntensitySum
  private let radii: UnsafeMutableBufferPointer<Double>
  private let order: UnsafeMutableBufferPointer<Int>
  /// For each rule the largest motion L of a pair at which its bound is the relative error.
  private let rules: [(length: Double, rule: GaussLegendre)]

  init(nodes: Int, width: Double, relativeError: Double) {
    (self.nodes, self.width) = (nodes, width)
    rules = Self.gauss.map { rule in
      let n = rule.nodes.count
      // log((2n)!^2 / (n!)^3) by a sum of logarithms.
      let factorials = (1...2 * n).reduce(0) { $0 + ($1 <= n ? -1 : 2) * log(Double($1)) }
      return (exp((log(relativeError) + log(Double(2 * n + 1)) + factorials) / Double(2 * n)), rule)
    }
    sum = IntensitySum(nodes: nodes)
    radii = .allocate(capacity: nodes)
    radii.initialize(repeating: 0)
    order = .allocate(capacity: nodes)
    for i in 0..<nodes { order.initializeElement(at: i, to: i) }
  }

  deinit {
    radii.deallocate()
    order.deallocate()
  }

  /// The sum of the intensities at one instant.
  func rate(_ biases: UnsafePointer<Double>, _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>) -> Double {
    for i in 0..<nodes { (sum.biases[i], sum.x[i], sum.y[i]) = (biases[i], x[i], y[i]) }
    return sum(rows: 0..<nodes)
  }

  /// The integral of all pairs.
  ///
  /// Nodes are taken in the order of how far they move from the mean motion, farthest first, r_0 >= r_1 >=
  /// ...: no pair (i, j > i) in that order moves farther against each other than r_i + r_{i + 1}, so that few
  /// fast nodes do not make all pairs dear.
  func all(_ biases: UnsafePointer<Double>, _ places: UnsafePointer<Double>, _ slopes: BinSlopes) -> Double {
    let n = nodes
    sort(places)
    for k in 0..<n { sum.biases[k] = biases[order[k]] }
    var (total, row) = (0.0, 0)
    while row < n - 1 {
      let needed = rule(radii[order[row]] + radii[order[row + 1]])
      var end = row + 1
      while end < n - 1 {
        let next = rule(radii[order[end]] + radii[order[end + 1]])
        guard next == needed || (needed < rules.count && end - row < Self.fewestRows) else { break }
        end += 1
      }
      if needed < rules.count {
        total += points(rules[needed].rule, row..<end, places, slopes)
      } else {
        for k in row..<end {
          for l in k + 1..<n { total += pair(order[k], order[l], 1, biases, places, slopes) }
        }
      }
      row = end
    }
    return total
  }

  /// `factor` times the integral of one pair, by the closed form.
  func pair(
    _ i: Int, _ j: Int, _ factor: Double, _ biases: UnsafePointer<Double>, _ places: UnsafePointer<Double>,
    _ slopes: BinSlopes
  ) -> Double {
    let (delta, u) = slopes.motion(i, j, places, width)
    let m = PairIntegral(bias: biases[i] + biases[j], delta: delta, velocity: u, width: width)
    slopes.add(
      i, j, bias: factor * m.zeroth, start: -2 * factor * (delta * m.zeroth + u * m.first),
      velocity: -2 * factor * (delta * m.first + u * m.second), width)
    return factor * m.zeroth
  }

  /// The place of the rule with the fewest points for nodes that move by `length` against each other.
  private func rule(_ length: Double) -> Int { rules.firstIndex { length <= $0.length } ?? rules.count }

  /// Puts the nodes in order, ties by their number.
  private func sort(_ places: UnsafePointer<Double>) {
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
    var sorted = order
    sorted.sort { (radii[$0], $1) > (radii[$1], $0) }
  }

  /// The integral of the pairs (i in `rows`, j > i), by a rule.
  private func points(
    _ rule: GaussLegendre, _ rows: Range<Int>, _ places: UnsafePointer<Double>, _ slopes: BinSlopes
  ) -> Double {
    let n = nodes
    let g = slopes.knots
    var total = 0.0
    for q in rule.nodes.indices {
      let (later, weight) = (rule.nodes[q], rule.weights[q] * width)
      for k in rows.lowerBound..<n {
        let p = places + order[k]
        sum.x[k] = p[0] + later * (p[2 * n] - p[0])
        sum.y[k] = p[n] + later * (p[3 * n] - p[n])
      }
      total += weight * sum(rows: rows)
      for k in rows.lowerBound..<n {
        let i = order[k]
        slopes.biases[i] += weight * sum.biasSlopes[k]
        g[i] += weight * (1 - later) * sum.xSlopes[k]
        g[i + n] += weight * (1 - later) * sum.ySlopes[k]
        g[i + 2 * n] += weight * later * sum.xSlopes[k]
        g[i + 3 * n] += weight * later * sum.ySlopes[k]
      }
    }
    return total
  }
}
