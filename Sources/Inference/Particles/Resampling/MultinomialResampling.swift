import NumericCore

/// Ancestors are independent, each i with probability W_i (Gordon, Salmond and Smith 1993): offspring counts
/// are multinomial, with variances M W_i (1 - W_i).
public struct MultinomialResampling: ConditionalResamplingScheme, Hashable {
  public init() {}

  public func drawAncestors(
    weights: UnsafeBufferPointer<Double>, total: Double, into ancestors: UnsafeMutableBufferPointer<Int>,
    key: RandomKey
  ) {
    let count = ancestors.count
    let positions = MultinomialPositions(count: count, length: Double(count), RandomStream(key))
    placeAncestors(weights, scale: Double(count) / total, ancestors, count: count, at: positions)
  }

  /// The others are independent of the retained offspring.
  public func drawAncestors(
    weights: UnsafeBufferPointer<Double>, total: Double, retaining retained: Int,
    into ancestors: UnsafeMutableBufferPointer<Int>, key: RandomKey
  ) -> Int {
    let others = UnsafeMutableBufferPointer(rebasing: ancestors[..<(ancestors.count - 1)])
    if !others.isEmpty { drawAncestors(weights: weights, total: total, into: others, key: key.child(0)) }
    insert(retained, intoOrdered: ancestors)
    var stream = RandomStream(key)
    return uniformPlace(of: retained, inOrdered: ancestors, uniform: stream.uniform())
  }
}
