import Foundation

extension NodeCommunities {
  /// A larger share would leave nodes no motion of their own.
  private static let largestShare = 0.999

  /// The communities under which motions are most probable, of the groupings by Ward's method into at most half as many
  /// communities as nodes.
  ///
  /// Nodes have P coordinates y_i each, of variance v within a community of n nodes, whose mean has the variance
  /// u + v / n. Given groups, u and v are those of the analysis of variance: with W the squares within and
  /// Q = sum n |mean|^2, v = W / (P (N - K)) and u = (Q / P - K v) / N. The log density of all y given groups, u and v
  /// is, up to a constant,
  ///
  ///     -P/2 ((N - K) log v + sum_k log(n_k u + v)) - (W / v + sum_k n_k |mean_k|^2 / (n_k u + v)) / 2,
  ///
  /// and the prior of groups is Ewens's, product_k (n_k - 1)! / N! (the Chinese restaurant's, of concentration 1).
  ///
  /// - Parameter y: P rows of the numbers of all nodes.
  /// - Returns: nil where motions are more probable if each node moves by itself.
  /// - Cost: O(N^2 P).
  package static func mostProbable(of y: [Double], nodes: Int) -> NodeCommunities? {
    let size = y.count / nodes
    let points = (0..<nodes).map { i in (0..<size).map { y[$0 * nodes + i] } }
    let total = points.reduce(0) { $0 + squares($1) }
    let (n, p) = (Double(nodes), Double(size))
    guard nodes > 2, total > 0 else { return nil }
    var best = (density: -0.5 * n * p * (log(total / (n * p)) + 1), merges: 0, share: 0.0)
    let merges = WardTree(points).merges
    // Of each group, by its first node: its size and n |mean|^2.
    var groups = points.indices.map { (size: 1.0, squares: squares(points[$0])) }
    var isGroup = Array(repeating: true, count: nodes)
    var within = 0.0
    for (k, merge) in merges.enumerated() {
      let (a, b) = (merge.first, merge.second)
      groups[a] = (
        groups[a].size + groups[b].size, groups[a].squares + groups[b].squares - merge.cost
      )
      isGroup[b] = false
      within += merge.cost
      let count = Double(nodes - k - 1)
      let v = within / (p * (n - count))
      let u = ((total - within) / p - count * v) / n
      guard 2 * count <= n, v > 0, u > 0 else { continue }
      var density = -0.5 * (p * (n - count) * log(v) + within / v) - lgamma(n + 1)
      for g in groups.indices where isGroup[g] {
        let variance = groups[g].size * u + v
        density -= 0.5 * (p * log(variance) + groups[g].squares / variance)
        density += lgamma(groups[g].size)
      }
      if density > best.density { best = (density, k + 1, min(u / (u + v), largestShare)) }
    }
    guard best.merges > 0 else { return nil }
    var group = Array(0..<nodes)
    for merge in merges[..<best.merges] {
      for i in group.indices where group[i] == merge.second { group[i] = merge.first }
    }
    return NodeCommunities(unchecked: group, share: best.share)
  }
}

private func squares(_ a: [Double]) -> Double { a.reduce(0) { $0 + $1 * $1 } }

/// Groups of points that are merged two by two, those first whose merging adds least to the squares within groups (Ward
/// 1963), found by chains of nearest neighbours (Murtagh 1983).
private struct WardTree {
  /// Group `second` becomes part of `first`; a group is named by one of its points. By ascending cost.
  private(set) var merges: [(first: Int, second: Int, cost: Double)] = []
  private var means: [[Double]]
  private var sizes: [Double]
  private var left: [Int]

  init(_ points: [[Double]]) {
    means = points
    sizes = Array(repeating: 1, count: points.count)
    left = Array(points.indices)
    var chain: [Int] = []
    while left.count > 1 {
      if chain.isEmpty { chain.append(left[0]) }
      let last = chain[chain.count - 1]
      // Of equal neighbours the one before in the chain, so that a chain ends.
      let before = chain.count > 1 ? chain[chain.count - 2] : nil
      var nearest = (group: before, cost: before.map { cost(last, $0) } ?? .infinity)
      for other in left where other != last {
        let cost = cost(last, other)
        if cost < nearest.cost { nearest = (other, cost) }
      }
      guard let next = nearest.group else { break }
      if next == before {
        chain.removeLast(2)
        merge(min(last, next), max(last, next), nearest.cost)
      } else {
        chain.append(next)
      }
    }
    // A merge never costs less than those of its parts, and the order of finding settles what is equal.
    let order = merges.indices.sorted { (merges[$0].cost, $0) < (merges[$1].cost, $1) }
    merges = order.map { merges[$0] }
  }

  /// What merging two groups adds to the squares within groups.
  private func cost(_ a: Int, _ b: Int) -> Double {
    squaredDistance(means[a], means[b]) * sizes[a] * sizes[b] / (sizes[a] + sizes[b])
  }

  private mutating func merge(_ a: Int, _ b: Int, _ cost: Double) {
    merges.append((a, b, cost))
    let size = sizes[a] + sizes[b]
    for k in means[a].indices { means[a][k] = (sizes[a] * means[a][k] + sizes[b] * means[b][k]) / size }
    sizes[a] = size
    left.removeAll { $0 == b }
  }
}
