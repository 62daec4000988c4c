import NumericCore

/// The points k + u, k = 0 ..< M, with one uniform number u on the line of the expected offspring M W_i
/// (Carpenter, Clifford and Fearnhead, 'Improved particle filter for nonlinear problems', 1999): each count
/// is the expected one, rounded down or up. The cheapest scheme, and the usual one; its variance depends on
/// the order of the particles.
public struct SystematicResampling: ConditionalResamplingScheme, Hashable {
  public init() {}

  public func drawAncestors(
    weights: UnsafeBufferPointer<Double>, total: Double, into ancestors: UnsafeMutableBufferPointer<Int>,
    key: RandomKey
  ) {
    var stream = RandomStream(key)
    let count = ancestors.count
    let u = Mutation.isActive(.systematicOffsetBiased) ? 0.5 * stream.uniform() : stream.uniform()
    placeAncestors(weights, scale: Double(count) / total, ancestors, systematic: u)
  }

  /// The retained point is uniform on the part of the line that is the retained particle's; it tells u.
  public func drawAncestors(
    weights: UnsafeBufferPointer<Double>, total: Double, retaining retained: Int,
    into ancestors: UnsafeMutableBufferPointer<Int>, key: RandomKey
  ) -> Int {
    var stream = RandomStream(key)
    let count = ancestors.count
    let scale = Double(count) / total
    let point = pointOfPart(retained, weights, scale: scale, offspring: count, uniform: stream.uniform())
    placeAncestors(weights, scale: scale, ancestors, systematic: point.fraction)
    // the same already, but for rounding
    ancestors[point.whole] = retained
    return point.whole
  }
}
