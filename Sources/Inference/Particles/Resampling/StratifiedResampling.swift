import NumericCore

/// The points k + u_k, k = 0 ..< M, with independent uniform u_k on the line of the expected offspring M W_i
/// (Kitagawa 1996): no mean over the offspring has a larger variance than with independent ancestors (Douc,
/// Cappé and Moulines, 'Comparison of resampling schemes for particle filtering', 2005).
public struct StratifiedResampling: ConditionalResamplingScheme, Hashable {
  public init() {}

  public func drawAncestors(
    weights: UnsafeBufferPointer<Double>, total: Double, into ancestors: UnsafeMutableBufferPointer<Int>,
    key: RandomKey
  ) {
    let count = ancestors.count
    let positions = StratifiedPositions(RandomStream(key))
    placeAncestors(weights, scale: Double(count) / total, ancestors, count: count, at: positions)
  }

  /// The retained point is uniform on the part of the line that is the retained particle's. It takes the place
  /// of its stratum's; the other strata do not depend on it.
  public func drawAncestors(
    weights: UnsafeBufferPointer<Double>, total: Double, retaining retained: Int,
    into ancestors: UnsafeMutableBufferPointer<Int>, key: RandomKey
  ) -> Int {
    var stream = RandomStream(key)
    let count = ancestors.count
    let scale = Double(count) / total
    let point = pointOfPart(retained, weights, scale: scale, offspring: count, uniform: stream.uniform())
    let positions = StratifiedPositions(stream)
    placeAncestors(weights, scale: scale, ancestors, count: count, at: positions)
    ancestors[point.whole] = retained
    return point.whole
  }
}

/// A point of the part of the line of expected offspring that is one particle's.
func pointOfPart(
  _ particle: Int, _ weights: UnsafeBufferPointer<Double>, scale: Double, offspring: Int, uniform: Double
) -> (whole: Int, fraction: Double) {
  var line = CumulativeShare()
  for i in 0..<particle where weights[i] > 0 { line.add(OffspringShare(weights[i] * scale)) }
  let share = OffspringShare(weights[particle] * scale)
  let step = Mutation.isActive(.retainedPointFixed) ? 0 : uniform * (Double(share.whole) + share.fraction)
  let whole = Int(step)
  let fraction = line.fraction + (step - Double(whole))
  let carry = fraction >= 1 ? 1 : 0
  return (min(line.whole + whole + carry, offspring - 1), fraction - Double(carry))
}
