import Foundation
import NumericCore

/// The Hessian of the negative log likelihood by one node's bias and knots, the other nodes' being given.
///
/// At a point p of the node's path, with the other nodes j at differences d_j and intensities lambda_j, the integrand
/// contributes sum lambda_j by the bias twice, -2 sum lambda_j d_j by bias and p, and sum lambda_j (4 d_j d_j^T - 2 I)
/// by p twice; an event contributes 2 I. The integral is by Gauss-Legendre points of each bin. As p lies between two
/// knots, the Hessian by knots is block tridiagonal.
struct NodeCurvature {
  private let path: NetworkTrajectories
  private let data: PiecewiseVelocityModel.Data
  private let statistics: [EventStatistics]
  /// Where the statistics of each node are.
  private let places: [[Int]]
  private static let rules = (0...24).map { $0 == 0 ? nil : GaussLegendre($0) }

  init(_ fit: FittedTrajectories) {
    (path, data) = (fit.trajectories, fit.data)
    let statistics = EventStatistics.gather(fit.data.events, bins: fit.bins, span: fit.span)
    self.statistics = statistics
    var places = Array(repeating: [Int](), count: fit.nodes)
    for (k, s) in statistics.enumerated() {
      places[s.i].append(k)
      places[s.j].append(k)
    }
    self.places = places
  }

  /// In the order of bias, then x and y of each knot.
  ///
  /// - Parameter isFisher: that of the expected events of the fit in place of those seen, which is never negative.
  /// - Cost: O(N B).
  func hessian(_ i: Int, isFisher: Bool) -> Matrix { hessian(together: [i], isFisher: isFisher) }

  /// That of nodes which move, and whose biases grow, by as much: what they are to each other tells nothing of it.
  func hessian(together members: [Int], isFisher: Bool) -> Matrix {
    var hessian = Matrix(rows: 1 + 2 * (path.bins + 1), columns: 1 + 2 * (path.bins + 1))
    let isMember = Set(members)
    for i in members {
      let shares = shares(i, without: isMember)
      for b in 0..<path.bins { addIntegral(i, b, shares, isFisher, to: &hessian) }
      if !isFisher { addEvents(i, without: isMember, to: &hessian) }
    }
    for r in 0..<hessian.rows { for c in 0..<r { hessian[r, c] = hessian[c, r] } }
    return hessian
  }

  /// Of each other node the share of its pair's integral that is in the likelihood.
  private func shares(_ i: Int, without members: Set<Int>) -> [Double] {
    var shares = (0..<path.nodes).map { !members.contains($0) && data.structure.joins(i, $0) ? 1.0 : 0 }
    guard !data.masked.isEmpty else { return shares }
    for j in shares.indices where shares[j] > 0 && data.masked.contains(NodePair(i, j)) {
      shares[j] *= data.maskedShare
    }
    return shares
  }

  private func addIntegral(_ i: Int, _ b: Int, _ shares: [Double], _ isFisher: Bool, to h: inout Matrix) {
    let n = path.nodes
    func motion(_ j: Int) -> SIMD2<Double> { path.position(j, knot: b + 1) - path.position(j, knot: b) }
    func length(_ d: SIMD2<Double>) -> Double { (d * d).sum().squareRoot() }
    let own = motion(i)
    let farthest = (0..<n).reduce(0) { shares[$1] > 0 ? max($0, length(motion($1) - own)) : $0 }
    // Three digits or more, which is more than the approximation deserves.
    guard let rule = Self.rules[min(24, 5 + Int(min(6 * farthest, 24)))] else { return }
    for q in rule.nodes.indices {
      let later = rule.nodes[q]
      let p = path.position(i, knot: b) + later * own
      var (sum, first, squares, cross) = (0.0, SIMD2<Double>.zero, SIMD2<Double>.zero, 0.0)
      for j in 0..<n where shares[j] > 0 {
        let d = p - path.position(j, knot: b) - later * motion(j)
        let rate = shares[j] * exp(path.bias(i) + path.bias(j) - (d * d).sum())
        sum += rate
        first += rate * d
        squares += rate * d * d
        cross += rate * d.x * d.y
      }
      let weight = rule.weights[q] * path.width
      h[0, 0] += weight * sum
      let diagonal = 4 * squares - (isFisher ? .zero : SIMD2(repeating: 2 * sum))
      for (k, share) in [(b, 1 - later), (b + 1, later)] {
        let place = 1 + 2 * k
        h[0, place] -= 2 * weight * share * first.x
        h[0, place + 1] -= 2 * weight * share * first.y
        for (l, other) in [(b, 1 - later), (b + 1, later)] where l >= k {
          let (factor, column) = (weight * share * other, 1 + 2 * l)
          h[place, column] += factor * diagonal.x
          h[place + 1, column + 1] += factor * diagonal.y
          h[place, column + 1] += factor * 4 * cross
          if l > k { h[place + 1, column] += factor * 4 * cross }
        }
      }
    }
  }

  private func addEvents(_ i: Int, without members: Set<Int>, to h: inout Matrix) {
    for k in places[i] {
      let s = statistics[k]
      guard !members.contains(s.i == i ? s.j : s.i) else { continue }
      let (first, second) = (s.first / path.width, s.second / (path.width * path.width))
      for c in 0..<2 {
        let (start, end) = (1 + 2 * s.bin + c, 3 + 2 * s.bin + c)
        h[start, start] += 2 * (s.count - 2 * first + second)
        h[start, end] += 2 * (first - second)
        h[end, end] += 2 * second
      }
    }
  }
}
