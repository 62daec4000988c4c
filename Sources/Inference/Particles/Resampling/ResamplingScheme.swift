import NumericCore

/// How a weighted population of N particles becomes one of M particles of equal weight: each of the M
/// offspring has an ancestor among the N, and particle i has M W_i offspring in expectation, where W_i = w_i
/// / sum_j w_j.
///
/// A scheme outside of the library states `drawAncestors`; callers use `resample`, which checks the weights
/// first.
public protocol ResamplingScheme: Sendable {
  /// Writes the ancestor of each offspring, in increasing order. Particles of weight 0 have no offspring.
  ///
  /// - Parameters:
  ///   - weights: checked by `resample`: at least one, none negative.
  ///   - total: their sum, positive and finite, as is `ancestors.count / total`.
  ///   - ancestors: one place for each offspring, at least one.
  ///   - key: a key of this call alone.
  func drawAncestors(
    weights: UnsafeBufferPointer<Double>, total: Double, into ancestors: UnsafeMutableBufferPointer<Int>,
    key: RandomKey)
}

extension ResamplingScheme {
  /// Writes the ancestor of each offspring, in increasing order: `ancestors.count` of them, which need not be
  /// the number of weights. Weights need not sum to 1. Cost: O(N + M), nothing is allocated. The same key
  /// gives the same ancestors.
  ///
  /// - Throws: `ResamplingError` for a weight that is negative or not a number, for weights that are all 0,
  ///   and for a sum so near 0 or infinity that offspring cannot be counted by it: normalise them.
  public func resample(
    weights: UnsafeBufferPointer<Double>, into ancestors: UnsafeMutableBufferPointer<Int>, key: RandomKey
  ) throws(ResamplingError) {
    let total = try checkedTotal(weights, offspring: ancestors.count)
    guard !ancestors.isEmpty else { return }
    drawAncestors(weights: weights, total: total, into: ancestors, key: key)
  }

  /// The ancestors of so many offspring.
  public func ancestors(weights: [Double], count: Int, key: RandomKey) throws(ResamplingError) -> [Int] {
    guard count >= 0 else { throw .wrongCount(of: "offspring", count, expected: weights.count) }
    var result = [Int](repeating: 0, count: count)
    try result.withUnsafeMutableBufferPointer { (ancestors) throws(ResamplingError) in
      try weights.withUnsafeBufferPointer { (weights) throws(ResamplingError) in
        try resample(weights: weights, into: ancestors, key: key)
      }
    }
    return result
  }

  /// The ancestors of so many offspring of particles that are weighted by their logarithms.
  public func ancestors(logWeights: [Double], count: Int, key: RandomKey) throws(ResamplingError) -> [Int] {
    var weights = logWeights
    try weights.withUnsafeMutableBufferPointer { (weights) throws(ResamplingError) in
      try logWeights.withUnsafeBufferPointer { (logWeights) throws(ResamplingError) in
        _ = try LogWeights.normalize(logWeights, into: weights)
      }
    }
    return try ancestors(weights: weights, count: count, key: key)
  }
}

/// The sum of the weights, where they are weights and it can count offspring.
func checkedTotal(_ weights: UnsafeBufferPointer<Double>, offspring: Int) throws(ResamplingError) -> Double {
  guard !weights.isEmpty else { throw .noParticles }
  let range = NumberRange(of: weights)
  guard range.isOfNumbers, range.least >= 0, range.greatest < .infinity else {
    let i = weights.firstIndex { !($0 >= 0 && $0 < .infinity) } ?? 0
    throw .invalidWeight(particle: i, value: weights[i], expected: "a finite number >= 0")
  }
  let total = orderedSum(weights)
  guard total > 0 else { throw .allWeightsZero(particles: weights.count) }
  guard total < .infinity, Double(offspring) / total < .infinity, 1 / total >= .leastNormalMagnitude else {
    throw .invalidTotal(total, expected: "one that is not near the ends of the range; normalise the weights")
  }
  return total
}
