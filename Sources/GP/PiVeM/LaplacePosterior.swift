import Inference
import NumericCore

/// The posterior of trajectories of a network of any size, approximately: each node's bias and trajectory are normal
/// about the mode, with the curvature that the posterior has there given the other nodes (Laplace's approximation,
/// by blocks).
///
/// Nodes are independent of each other in it: that the other nodes are uncertain, too, is left out, and so is what is
/// not normal about a node with hardly an event. Intervals are narrower than those of `TrajectoryPosterior`, which
/// serves networks of up to about a hundred nodes; the less so, the more partners a node has.
///
/// In coordinates in which the prior is standard normal the precision of a node is I + M^T H M, H the Hessian of
/// `NodeCurvature`. Where that is not positive, as the search ended before the mode, H is the Fisher information.
/// With communities, a node's motion is the sum of its own and its community's, which are independent, too.
public struct LaplacePosterior: Sendable {
  public let fit: FittedTrajectories
  /// Of each node that is uncertain, a factor F of the covariance F F^T of its bias, then x and y of each knot.
  private let factors: [Int: Matrix]
  /// Of each community of such nodes, in the same order, without biases.
  private let common: [Int: Matrix]

  /// - Throws: `DynamicNetworkError.invalidSetting`, `LinearAlgebraError`.
  init(around fit: FittedTrajectories, nodes: [Int]) throws {
    self.fit = fit
    let prior = try fit.model.prior(fit.data, fit.settings)
    func map(biasScale: Double, factor: Double) -> Matrix {
      var map = Matrix(rows: 1 + 2 * (fit.bins + 1), columns: 1 + 2 * (fit.bins + 1))
      map[0, 0] = biasScale
      for b in 0...fit.bins {
        for a in 0...b { for c in 1...2 { map[2 * b + c, 2 * a + c] = factor * prior.map[b, a] } }
      }
      return map
    }
    func factor(_ map: Matrix, _ hessian: (_ isFisher: Bool) -> Matrix) throws -> Matrix {
      func factor(_ hessian: Matrix) throws -> Matrix {
        var precision = map.transposed * hessian * map
        for k in 0..<precision.rows {
          precision[k, k] += 1
          for l in 0..<k { precision[k, l] = precision[l, k] }
        }
        // Precision L L^T: the covariance is that of map L^-T z.
        return try Cholesky(precision).halfSolve(map.transposed).transposed
      }
      do { return try factor(hessian(false)) } catch LinearAlgebraError.notPositiveDefinite {
        return try factor(hessian(true))
      }
    }
    let curvature = NodeCurvature(fit)
    let own = map(biasScale: fit.model.biasScale, factor: fit.communities?.ownFactor ?? 1)
    var factors: [Int: Matrix] = [:]
    for i in nodes {
      guard (0..<fit.nodes).contains(i) else {
        throw DynamicNetworkError.invalidSetting(name: "node", value: Double(i), expected: "in 0..<\(fit.nodes)")
      }
      factors[i] = try factor(own) { curvature.hessian(i, isFisher: $0) }
    }
    self.factors = factors
    var common: [Int: Matrix] = [:]
    if let communities = fit.communities {
      let shared = map(biasScale: 0, factor: communities.commonFactor)
      for group in Set(nodes.map { communities.groups[$0] }) {
        let members = communities.groups.indices.filter { communities.groups[$0] == group }
        common[group] = try factor(shared) { curvature.hessian(together: members, isFisher: $0) }
      }
    }
    self.common = common
  }

  /// The covariance of a node's bias, then x and y of each knot, in the order of knots; zero for a node that was not
  /// asked for. Cost: O(B^3).
  public func covariance(of i: Int) -> Matrix {
    guard let factor = factors[i] else {
      return Matrix(rows: 1 + 2 * (fit.bins + 1), columns: 1 + 2 * (fit.bins + 1))
    }
    var covariance = factor * factor.transposed
    guard let group = fit.communities?.groups[i], let shared = common[group] else { return covariance }
    let part = shared * shared.transposed
    for r in 0..<part.rows { for c in 0..<part.columns { covariance[r, c] += part[r, c] } }
    return covariance
  }

  /// A draw of biases and trajectories; nodes that were not asked for stay at the mode. Cost: O(B^2) a node, and a
  /// copy.
  public func draw(using stream: inout RandomStream) -> NetworkTrajectories {
    var parameters = fit.trajectories.parameters
    draw(into: &parameters, &stream)
    return NetworkTrajectories(unchecked: parameters, nodes: fit.nodes, bins: fit.bins, span: fit.span)
  }

  private func draw(into parameters: inout [Double], _ stream: inout RandomStream) {
    let n = fit.nodes
    var changes: [Int: [Double]] = [:]
    // A seed shall give one draw, and a dictionary has no order.
    for (group, factor) in common.sorted(by: { $0.key < $1.key }) { changes[group] = Self.draw(factor, &stream) }
    for (i, factor) in factors.sorted(by: { $0.key < $1.key }) {
      var change = Self.draw(factor, &stream)
      if let group = fit.communities?.groups[i], let shared = changes[group] {
        for r in change.indices { change[r] += shared[r] }
      }
      for r in change.indices { parameters[r == 0 ? i : r * n + i] += change[r] }
    }
  }

  private static func draw(_ factor: Matrix, _ stream: inout RandomStream) -> [Double] {
    let z = (0..<factor.columns).map { _ in stream.normal() }
    return (0..<factor.rows).map { r in z.indices.reduce(0) { $0 + factor[r, $1] * z[$1] } }
  }

  /// The equal-tailed interval of a quantity, by draws.
  ///
  /// - Throws: `DynamicNetworkError.invalidSetting` where the probability is not between 0 and 1, there are fewer than
  ///   two draws, or a value is not a number.
  public func interval(
    _ probability: Double, draws: Int = 400, seed: UInt64 = 1, of quantity: (NetworkTrajectories) -> Double
  ) throws(DynamicNetworkError) -> ClosedRange<Double> {
    guard probability > 0, probability < 1 else {
      throw .invalidSetting(name: "probability", value: probability, expected: "between 0 and 1")
    }
    guard draws >= 2 else { throw .invalidSetting(name: "draws", value: Double(draws), expected: ">= 2") }
    var stream = RandomStream(RandomKey(seed: seed).child("draws"))
    let values = (0..<draws).map { _ in quantity(draw(using: &stream)) }
    if let bad = values.first(where: \.isNaN) {
      throw .invalidSetting(name: "quantity", value: bad, expected: "a number")
    }
    let ends = Diagnostics.quantiles(values, [(1 - probability) / 2, (1 + probability) / 2])
    return ends[0]...ends[1]
  }
}

extension FittedTrajectories {
  /// The approximate posterior of the biases and trajectories of some nodes, or of all, given the settings.
  ///
  /// - Parameter nodes: those that are uncertain; the others stay at the mode. A pair's intensities and distances need
  ///   its two nodes alone.
  /// - Throws: `DynamicNetworkError.invalidSetting` for what is no node, `LinearAlgebraError`.
  /// - Cost: O(N B + B^3) in time and O(B^2) in memory a node.
  public func laplacePosterior(of nodes: [Int]? = nil) throws -> LaplacePosterior {
    try LaplacePosterior(around: self, nodes: nodes ?? Array(0..<trajectories.nodes))
  }
}
