import NumericCore

extension NetworkTrajectories {
  /// These trajectories after the rotation and reflection, the same at all knots, and the shifts, one a knot,
  /// that bring their knots nearest to those of `other` (the orthogonal Procrustes problem: Schoenemann
  /// 1966). The likelihood is the same before and after.
  ///
  /// - Throws: `DynamicNetworkError.invalidSetting` where numbers of nodes or bins differ;
  ///   `LinearAlgebraError`. Cost: O(N B).
  public func aligned(to other: NetworkTrajectories) throws -> NetworkTrajectories {
    for (name, value, expected) in [("nodes", other.nodes, nodes), ("bins", other.bins, bins)] {
      guard value == expected else {
        throw DynamicNetworkError.invalidSetting(name: name, value: Double(value), expected: "\(expected)")
      }
    }
    let (from, to) = (centres, other.centres)
    var cross = Matrix(rows: 2, columns: 2)
    for b in 0...bins {
      for i in 0..<nodes {
        let (p, q) = (position(i, knot: b) - from[b], other.position(i, knot: b) - to[b])
        for r in 0..<2 { for c in 0..<2 { cross[r, c] += q[r] * p[c] } }
      }
    }
    let svd = try SVD(cross)
    let turn = svd.left * svd.rightTransposed
    var result = self
    for b in 0...bins {
      for i in 0..<nodes {
        let p = position(i, knot: b) - from[b]
        result.parameters[(1 + 2 * b) * nodes + i] = to[b].x + turn[0, 0] * p.x + turn[0, 1] * p.y
        result.parameters[(2 + 2 * b) * nodes + i] = to[b].y + turn[1, 0] * p.x + turn[1, 1] * p.y
      }
    }
    return result
  }

  /// The mean position of the nodes at each knot.
  private var centres: [SIMD2<Double>] {
    (0...bins).map { b in
      (0..<nodes).reduce(SIMD2(0, 0)) { $0 + position($1, knot: b) } / Double(nodes)
    }
  }

  /// The root mean square distance of the knots of two trajectories with as many nodes and bins.
  public func distance(to other: NetworkTrajectories) -> Double {
    precondition(nodes == other.nodes && bins == other.bins)
    var sum = 0.0
    for b in 0...bins {
      for i in 0..<nodes {
        let d = position(i, knot: b) - other.position(i, knot: b)
        sum += (d * d).sum()
      }
    }
    return (sum / Double(nodes * (bins + 1))).squareRoot()
  }
}
