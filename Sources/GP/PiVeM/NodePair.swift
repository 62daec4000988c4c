/// A pair of different nodes, i < j.
public struct NodePair: Sendable, Hashable {
  public let i, j: Int

  public init(_ a: Int, _ b: Int) { (i, j) = (min(a, b), max(a, b)) }
}
