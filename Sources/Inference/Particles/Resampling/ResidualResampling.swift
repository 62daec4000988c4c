import NumericCore

/// Particle i has floor(M W_i) offspring for certain; the others are drawn independently, by the fractions
/// that are left (Liu and Chen, 'Sequential Monte Carlo methods for dynamic systems', 1998). An expected
/// number of offspring that is whole but for rounding counts as whole.
public struct ResidualResampling: ConditionalResamplingScheme, Hashable {
  public init() {}

  public func drawAncestors(
    weights: UnsafeBufferPointer<Double>, total: Double, into ancestors: UnsafeMutableBufferPointer<Int>,
    key: RandomKey
  ) {
    let scale = Double(ancestors.count) / total
    let drawn = ancestors.count - certainOffspring(weights, scale: scale)
    let positions = MultinomialPositions(count: drawn, length: Double(drawn), RandomStream(key))
    let count = Mutation.isActive(.residualPartDropped) ? 0 : drawn
    placeAncestors(weights, scale: scale, ancestors, certain: true, count: count, at: positions)
  }

  /// With probability floor(M W_b) / (M W_b) the retained offspring is one of the certain ones, and nothing
  /// else changes; otherwise it is one of those that are drawn.
  public func drawAncestors(
    weights: UnsafeBufferPointer<Double>, total: Double, retaining retained: Int,
    into ancestors: UnsafeMutableBufferPointer<Int>, key: RandomKey
  ) -> Int {
    let scale = Double(ancestors.count) / total
    let share = OffspringShare(weights[retained] * scale)
    var stream = RandomStream(key)
    let (point, place) = (stream.uniform(), stream.uniform())
    if point * (Double(share.whole) + share.fraction) < Double(share.whole) {
      drawAncestors(weights: weights, total: total, into: ancestors, key: key.child(0))
      return uniformPlace(of: retained, inOrdered: ancestors, uniform: place)
    }
    let drawn = ancestors.count - certainOffspring(weights, scale: scale)
    let others = UnsafeMutableBufferPointer(rebasing: ancestors[..<(ancestors.count - 1)])
    // none is left to be drawn where the share that is drawn by is below rounding
    let count = max(drawn - 1, 0)
    let positions = MultinomialPositions(count: count, length: Double(drawn), stream)
    placeAncestors(weights, scale: scale, others, certain: true, count: count, at: positions)
    insert(retained, intoOrdered: ancestors)
    return uniformPlace(of: retained, inOrdered: ancestors, uniform: place)
  }

  private func certainOffspring(_ weights: UnsafeBufferPointer<Double>, scale: Double) -> Int {
    var count = 0
    for weight in weights { count &+= OffspringShare(weight * scale).whole }
    return count
  }
}
