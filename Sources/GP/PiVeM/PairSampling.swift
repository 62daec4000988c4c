/// How the sum over pairs is estimated from a sample of nodes and of their pairs, for networks whose nodes are too many
/// for all of them to be summed at each step of a search.
///
/// `PairLikelihood` sums all pairs in a time linear in the nodes, exactly, which costs less up to some 10^5 nodes.
public struct PairSampling: Sendable, Equatable {
  /// The nodes of a step, at random; all where the network has fewer.
  public var batch = 20_000
  /// Random pairs without events of a node of the batch, beside all of its pairs with events.
  public var controls = 20
  /// The steps of a search (the model's `maximumIterations` and `tolerance` do not count).
  public var steps = 600
  /// The size of the first steps, in coordinates of alike curvatures; it falls to zero along half a cosine
  /// (Loshchilov and Hutter 2017).
  public var stepSize = 1.0

  public init() {}

  func check() throws(DynamicNetworkError) {
    for (name, value) in [("batch", batch), ("controls", controls), ("steps", steps)] where value < 1 {
      throw .invalidSetting(name: name, value: Double(value), expected: ">= 1")
    }
    guard stepSize > 0, stepSize.isFinite else {
      throw .invalidSetting(name: "step size", value: stepSize, expected: "a finite number > 0")
    }
  }
}
