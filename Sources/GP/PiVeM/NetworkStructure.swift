/// Which pairs of nodes can have events.
public enum NetworkStructure: Sendable, Equatable {
  /// All pairs of different nodes.
  case undirected
  /// The pairs across two sides, given that of each node.
  case bipartite(sides: [Bool])
  /// Events from a node to another one. Each of `nodes` has two roles with a bias and a place each: node i of
  /// the network sends and node `nodes` + i receives, log lambda of i -> j = bias_i + bias_(nodes + j) -
  /// |x_i(t) - x_(nodes + j)(t)|^2. A node has no events with itself.
  case directed(nodes: Int)

  /// The side of each node, where pairs are across two sides.
  var sides: [Bool]? {
    switch self {
    case .undirected: nil
    case .bipartite(let sides): sides
    case .directed(let nodes): (0..<2 * nodes).map { $0 >= nodes }
    }
  }

  /// Pairs across the sides that have no events.
  var excluded: [NodePair] {
    guard case .directed(let nodes) = self else { return [] }
    return (0..<nodes).map { NodePair($0, nodes + $0) }
  }

  /// Whether two nodes can have events.
  public func joins(_ i: Int, _ j: Int) -> Bool {
    switch self {
    case .undirected: i != j
    case .bipartite(let sides): sides[i] != sides[j]
    case .directed(let nodes): (i < nodes) != (j < nodes) && abs(i - j) != nodes
    }
  }

  /// The number of pairs of `nodes` nodes that can have events.
  func pairs(nodes: Int) -> Double {
    guard let sides else { return Double(nodes) * Double(nodes - 1) / 2 }
    let first = sides.count { $0 }
    return Double(first) * Double(nodes - first) - Double(excluded.count)
  }

  /// - Throws: `DynamicNetworkError.invalidSetting` where the structure is not one of `nodes` nodes, or has
  ///   no pairs.
  func check(nodes: Int) throws(DynamicNetworkError) {
    guard let sides else { return }
    guard sides.count == nodes else {
      throw .invalidSetting(name: "nodes of the structure", value: Double(sides.count), expected: "\(nodes)")
    }
    guard pairs(nodes: nodes) > 0 else {
      throw .invalidSetting(name: "pairs across the sides", value: 0, expected: ">= 1")
    }
  }
}
