import NumericCore

/// Coordinates f of the trajectories of all nodes in which each node has about unit curvature, the other nodes being
/// where they are: e = U f with U U^T = (I + M^T D M)^-1, M the prior's map from e to knots and D the curvature of the
/// node's likelihood by its knots, which is tridiagonal; the same U for x and y.
///
/// By a coordinate of the node's place an event has a curvature of 2, and all expected events together about -2 for
/// each of them and the Fisher information 4 lambda d d^T, whose mean over coordinates is 2 |d|^2 lambda. The events
/// tell that by their own distances: D counts an event with 2 |d|^2, but not below `leastShare` of the 2 that it has
/// if nothing else gives way, and not above that.
///
/// With communities, nodes are followed by communities. What a node does by itself is a part of its motion; what a
/// community does moves its members by a part of theirs, and the events between them tell nothing of it.
///
/// Numbers of all nodes lie side by side: an entry of U is a column of as many numbers as there are nodes.
struct EventWhitening: Sendable {
  private let nodes, times: Int
  /// The rows of U from the diagonal on.
  private let factors: [Double]

  /// Of trial values the one with which searches of contact data go down fastest; a third or three times as much
  /// hardly differ.
  private static let leastShare = 0.15

  /// - Parameter parameters: those of the likelihood, for the distances of events; nil: each event counts as 2.
  /// - Cost: O(N B^3), and O(N B^2 / 2) numbers.
  init(
    _ statistics: [EventStatistics], prior: TrajectoryPrior, communities: NodeCommunities?, nodes: Int, width: Double,
    around parameters: [Double]?
  ) {
    let times = prior.bins + 1
    let movers = communities?.movers ?? nodes
    (self.nodes, self.times) = (movers, times)
    // Of each node and knot, and of knots and the next ones.
    var diagonal = Array(repeating: 0.0, count: movers * times)
    var beside = diagonal
    for s in statistics {
      // At a share of the bin an event's place is (1 - share) of one knot and share of the other.
      let (first, second) = (s.first / width, s.second / (width * width))
      let weight =
        2 * (parameters.map { min(1, max(Self.leastShare, Self.squaredDistance(s, first / s.count, $0, nodes))) } ?? 1)
      func add(_ i: Int, _ weight: Double) {
        let k = i * times + s.bin
        diagonal[k] += weight * (s.count - 2 * first + second)
        diagonal[k + 1] += weight * second
        beside[k] += weight * (first - second)
      }
      for i in [s.i, s.j] {
        guard let communities else {
          add(i, weight)
          continue
        }
        add(i, (1 - communities.share) * weight)
        let group = communities.groups[i]
        if group != communities.groups[i == s.i ? s.j : s.i] { add(nodes + group, communities.share * weight) }
      }
    }
    var factors = Array(repeating: 0.0, count: movers * times * (times + 1) / 2)
    var whitening = NodeWhitening(prior.map)
    for i in 0..<movers {
      diagonal.withUnsafeBufferPointer { d in
        beside.withUnsafeBufferPointer { o in
          if let d = d.baseAddress, let o = o.baseAddress { whitening.set(d + i * times, o + i * times) }
        }
      }
      var place = i
      for t in 0..<times {
        for a in t..<times {
          factors[place] = whitening.inverse[a * times + t]
          place += movers
        }
      }
    }
    self.factors = factors
  }

  /// Of a pair, at a share of a bin.
  private static func squaredDistance(
    _ s: EventStatistics, _ later: Double, _ parameters: [Double], _ nodes: Int
  ) -> Double {
    let start = (1 + 2 * s.bin) * nodes
    func place(_ i: Int) -> SIMD2<Double> {
      let k = start + i
      let (first, last) = (
        SIMD2(parameters[k], parameters[k + nodes]), SIMD2(parameters[k + 2 * nodes], parameters[k + 3 * nodes])
      )
      return first + later * (last - first)
    }
    let d = place(s.i) - place(s.j)
    return (d * d).sum()
  }

  /// Writes e of f; both have x and y of all nodes for each time. Cost: O(N B^2).
  func expand(_ f: UnsafePointer<Double>, _ e: UnsafeMutablePointer<Double>) {
    factors.withUnsafeBufferPointer { factors in
      guard var column = factors.baseAddress else { return }
      for t in 0..<times {
        let row = e + 2 * t * nodes
        for k in 0..<2 * nodes { row[k] = 0 }
        for a in t..<times {
          let (x, y) = (f + 2 * a * nodes, f + (2 * a + 1) * nodes)
          for i in 0..<nodes {
            row[i] += column[i] * x[i]
            row[nodes + i] += column[i] * y[i]
          }
          column += nodes
        }
      }
    }
  }

  /// Writes the derivatives by f of those by e.
  func pullback(_ e: UnsafePointer<Double>, _ f: UnsafeMutablePointer<Double>) {
    factors.withUnsafeBufferPointer { factors in
      guard var column = factors.baseAddress else { return }
      for k in 0..<2 * nodes * times { f[k] = 0 }
      for t in 0..<times {
        let row = e + 2 * t * nodes
        for a in t..<times {
          let (x, y) = (f + 2 * a * nodes, f + (2 * a + 1) * nodes)
          for i in 0..<nodes {
            x[i] += column[i] * row[i]
            y[i] += column[i] * row[nodes + i]
          }
          column += nodes
        }
      }
    }
  }

  /// f of e.
  func contracted(_ e: [Double]) -> [Double] {
    var f = e
    for t in (0..<times).reversed() {
      let first = (t * times - t * (t - 1) / 2) * nodes
      for i in 0..<nodes {
        for c in 0..<2 {
          let row = (2 * t + c) * nodes + i
          for a in t + 1..<times { f[row] -= factors[first + (a - t) * nodes + i] * f[(2 * a + c) * nodes + i] }
          f[row] /= factors[first + i]
        }
      }
    }
    return f
  }
}

/// The factor of one node, by rows.
private struct NodeWhitening {
  private let size: Int
  private let map: [Double]
  private var weighted, factor: [Double]
  /// The inverse of the lower factor L of I + M^T D M: U is its transpose.
  private(set) var inverse: [Double]

  init(_ map: Matrix) {
    size = map.rows
    self.map = map.transposed.elements
    weighted = Array(repeating: 0, count: size * size)
    (factor, inverse) = (weighted, weighted)
  }

  /// - Parameters:
  ///   - diagonal: of D.
  ///   - beside: the entries of D right of it.
  mutating func set(_ diagonal: UnsafePointer<Double>, _ beside: UnsafePointer<Double>) {
    let n = size
    for t in 0..<n {
      for a in 0..<min(n, t + 2) {
        var value = diagonal[t] * map[t * n + a]
        if t > 0 { value += beside[t - 1] * map[(t - 1) * n + a] }
        if t + 1 < n { value += beside[t] * map[(t + 1) * n + a] }
        weighted[t * n + a] = value
      }
    }
    for a in 0..<n {
      for c in 0...a {
        var sum = a == c ? 1.0 : 0
        for t in a..<n { sum += map[t * n + a] * weighted[t * n + c] }
        for k in 0..<c { sum -= factor[a * n + k] * factor[c * n + k] }
        // The prior alone has a curvature of one; less is rounding.
        factor[a * n + c] = a == c ? max(sum, 1).squareRoot() : sum / factor[c * n + c]
      }
    }
    for c in 0..<n {
      inverse[c * n + c] = 1 / factor[c * n + c]
      for a in c + 1..<n {
        var sum = 0.0
        for k in c..<a { sum -= factor[a * n + k] * inverse[k * n + c] }
        inverse[a * n + c] = sum / factor[a * n + a]
      }
    }
  }
}
