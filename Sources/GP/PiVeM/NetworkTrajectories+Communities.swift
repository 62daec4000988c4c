import NumericCore

extension NetworkTrajectories {
  /// Groups of nodes that move together: k-means of the knots about the centre of each time (Lloyd 1982), the
  /// best of ten starts by k-means++ (Arthur and Vassilvitskii 2007).
  ///
  /// - Returns: the group of each node in 0..<count, groups by descending size; groups may be fewer than
  ///   `count`.
  /// - Throws: `DynamicNetworkError.invalidSetting` where `count` is not in 1...nodes. Cost: O(N B count) a
  ///   round.
  public func communities(count: Int, seed: UInt64 = 1) throws -> [Int] {
    guard (1...nodes).contains(count) else {
      throw DynamicNetworkError.invalidSetting(
        name: "number of communities", value: Double(count), expected: "in 1...\(nodes)")
    }
    let points = features
    var best: (cost: Double, groups: [Int])?
    for start in 0..<UInt64(10) {
      var stream = RandomStream(RandomKey(seed: seed).child("communities").child(start))
      let found = try Self.cluster(points, count, &stream)
      if found.cost < best?.cost ?? .infinity { best = found }
    }
    return NodeCommunities.ranked(best?.groups ?? Array(repeating: 0, count: nodes))
  }

  /// Of each node its knots about the mean of all nodes.
  private var features: [[Double]] {
    var points = Array(repeating: [Double](), count: nodes)
    for b in 0...bins {
      let centre = (0..<nodes).reduce(SIMD2(0, 0)) { $0 + position($1, knot: b) } / Double(nodes)
      for i in 0..<nodes {
        let d = position(i, knot: b) - centre
        points[i] += [d.x, d.y]
      }
    }
    return points
  }

  private static func cluster(
    _ points: [[Double]], _ count: Int, _ stream: inout RandomStream
  ) throws -> (cost: Double, groups: [Int]) {
    func square(_ a: [Double], _ b: [Double]) -> Double {
      var sum = 0.0
      for k in a.indices { sum += (a[k] - b[k]) * (a[k] - b[k]) }
      return sum
    }
    var centres = [points[try stream.uniformInteger(below: points.count)]]
    var nearest = points.map { square($0, centres[0]) }
    while centres.count < count {
      var left = nearest.reduce(0, +) * stream.uniform()
      let next =
        nearest.firstIndex {
          left -= $0
          return left <= 0
        } ?? points.count - 1
      centres.append(points[next])
      for i in points.indices { nearest[i] = min(nearest[i], square(points[i], points[next])) }
    }
    var groups = Array(repeating: -1, count: points.count)
    // Lloyd's rounds lower the cost until nothing changes; a hundred are far more than are needed.
    for _ in 0..<100 {
      let found = points.map { p in
        centres.indices.min { square(p, centres[$0]) < square(p, centres[$1]) } ?? 0
      }
      if found == groups { break }
      groups = found
      for g in centres.indices {
        let members = points.indices.filter { groups[$0] == g }
        guard !members.isEmpty else { continue }
        for k in centres[g].indices {
          centres[g][k] = members.reduce(0) { $0 + points[$1][k] } / Double(members.count)
        }
      }
    }
    return (points.indices.reduce(0) { $0 + square(points[$1], centres[groups[$1]]) }, groups)
  }
}
