/// Communities of nodes, whose members move together: the low-rank part of the prior.
///
/// In the coordinates y in which the prior of one node's motion is standard normal, those of node i are y_i =
/// sqrt(share) c_g(i) + sqrt(1 - share) o_i, c of its community and o its own, all standard normal: over nodes the
/// covariance is share C C^T + (1 - share) I, C the N by K matrix of memberships. Each node moves with the same
/// variance as without communities.
public struct NodeCommunities: Sendable, Equatable {
  /// The community of each node, in 0..<count, by descending size.
  public let groups: [Int]
  public let count: Int
  /// The share of the variance of a node's motion that is its community's.
  public let share: Double

  /// - Parameters:
  ///   - groups: equal numbers for nodes of one community.
  ///   - share: in (0, 1).
  /// - Throws: `DynamicNetworkError.invalidSetting`.
  public init(groups: [Int], share: Double) throws(DynamicNetworkError) {
    guard share > 0, share < 1 else {
      throw .invalidSetting(name: "share of communities", value: share, expected: "between 0 and 1")
    }
    self.init(unchecked: groups, share: share)
  }

  init(unchecked groups: [Int], share: Double) {
    self.groups = Self.ranked(groups)
    count = (self.groups.max() ?? -1) + 1
    self.share = share
  }

  /// The same groups as 0, 1, ... by descending size, those of one size in the order of their first nodes.
  static func ranked(_ groups: [Int]) -> [Int] {
    var sizes: [Int: (size: Int, first: Int)] = [:]
    for (i, g) in groups.enumerated() { sizes[g, default: (0, i)].size += 1 }
    let order = sizes.keys.sorted { a, b in
      guard let a = sizes[a], let b = sizes[b] else { return false }
      return (b.size, a.first) < (a.size, b.first)
    }
    let rank = Dictionary(uniqueKeysWithValues: zip(order, order.indices))
    return groups.map { rank[$0] ?? 0 }
  }

  var nodes: Int { groups.count }
  /// Nodes by themselves, and communities: what has coordinates of its own.
  package var movers: Int { nodes + count }
  var ownFactor: Double { (1 - share).squareRoot() }
  var commonFactor: Double { share.squareRoot() }

  /// - Throws: `DynamicNetworkError.invalidSetting` unless they are of so many nodes.
  func check(nodes: Int) throws(DynamicNetworkError) {
    guard groups.count == nodes else {
      throw .invalidSetting(name: "number of nodes in communities", value: Double(groups.count), expected: "\(nodes)")
    }
  }

  /// y of the coordinates of movers.
  package func mixed(_ e: [Double]) -> [Double] {
    let rows = e.count / movers
    var y = Array(repeating: 0.0, count: rows * nodes)
    e.withUnsafeBufferPointer { e in
      y.withUnsafeMutableBufferPointer { y in
        if let e = e.baseAddress, let y = y.baseAddress { mix(e, rows: rows, y) }
      }
    }
    return y
  }

  /// Writes y of the coordinates of movers, `rows` times as many numbers as there are nodes, or movers.
  func mix(_ e: UnsafePointer<Double>, rows: Int, _ y: UnsafeMutablePointer<Double>) {
    let (own, common) = (ownFactor, commonFactor)
    for r in 0..<rows {
      let (e, y) = (e + r * movers, y + r * nodes)
      for i in 0..<nodes { y[i] = own * e[i] + common * e[nodes + groups[i]] }
    }
  }

  /// Writes the derivatives by the coordinates of movers of those by y.
  func pullback(_ y: UnsafePointer<Double>, rows: Int, _ e: UnsafeMutablePointer<Double>) {
    let (own, common) = (ownFactor, commonFactor)
    for r in 0..<rows {
      let (y, e) = (y + r * nodes, e + r * movers)
      for g in 0..<count { e[nodes + g] = 0 }
      for i in 0..<nodes {
        e[i] = own * y[i]
        e[nodes + groups[i]] += common * y[i]
      }
    }
  }

  /// The most probable coordinates of movers of y: with n members and z_i = (y_i - share sum y / (share n + 1 -
  /// share)) / (1 - share), which is the inverse covariance times y, those of the derivatives z.
  package func unmixed(_ y: [Double]) -> [Double] {
    let rows = y.count / nodes
    var sizes = Array(repeating: 0.0, count: count)
    for g in groups { sizes[g] += 1 }
    var z = y
    for r in 0..<rows {
      var sums = Array(repeating: 0.0, count: count)
      for i in 0..<nodes { sums[groups[i]] += y[r * nodes + i] }
      for i in 0..<nodes {
        let g = groups[i]
        z[r * nodes + i] = (y[r * nodes + i] - share * sums[g] / (share * sizes[g] + 1 - share)) / (1 - share)
      }
    }
    var e = Array(repeating: 0.0, count: rows * movers)
    z.withUnsafeBufferPointer { z in
      e.withUnsafeMutableBufferPointer { e in
        if let z = z.baseAddress, let e = e.baseAddress { pullback(z, rows: rows, e) }
      }
    }
    return e
  }
}
