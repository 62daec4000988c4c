import NumericCore

/// A scheme that can also be run given that one offspring, which is retained, has a stated ancestor, as
/// particle Gibbs needs it (Andrieu, Doucet and Holenstein, 'Particle Markov chain Monte Carlo methods',
/// 2010).
///
/// If an ancestor is drawn with probability W_b, and then the others given it, ancestors and retained
/// offspring have the law of the scheme and of an offspring that is picked uniformly (Chopin and Singh, 'On
/// particle Gibbs sampling', 2015). So, given b, offspring counts have the scheme's law weighted
/// by the count of b over M W_b, and the retained offspring is uniform among those of b.
public protocol ConditionalResamplingScheme: ResamplingScheme {
  /// As `drawAncestors` of the scheme, given that the retained offspring is of particle `retained`, whose
  /// weight is positive.
  ///
  /// - Returns: the place of the retained offspring, whose ancestor is `retained`.
  func drawAncestors(
    weights: UnsafeBufferPointer<Double>, total: Double, retaining retained: Int,
    into ancestors: UnsafeMutableBufferPointer<Int>, key: RandomKey) -> Int
}

extension ConditionalResamplingScheme {
  /// As `resample(weights:into:key:)`, given that the retained offspring is of particle `retained`.
  ///
  /// - Returns: the place of the retained offspring.
  /// - Throws: `ResamplingError` also where `retained` is no particle or has weight 0, and where there is no
  ///   place.
  public func resample(
    weights: UnsafeBufferPointer<Double>, retaining retained: Int,
    into ancestors: UnsafeMutableBufferPointer<Int>, key: RandomKey
  ) throws(ResamplingError) -> Int {
    let total = try checkedTotal(weights, offspring: ancestors.count)
    guard weights.indices.contains(retained) else {
      throw .invalidRetained(particle: retained, expected: "from 0 to \(weights.count - 1)")
    }
    guard weights[retained] > 0 else {
      throw .invalidRetained(particle: retained, expected: "one whose weight is not 0")
    }
    guard !ancestors.isEmpty else { throw .wrongCount(of: "offspring", 0, expected: weights.count) }
    return drawAncestors(weights: weights, total: total, retaining: retained, into: ancestors, key: key)
  }

  /// The ancestors of so many offspring, and the place of the retained one.
  public func ancestors(
    weights: [Double], retaining retained: Int, count: Int, key: RandomKey
  ) throws(ResamplingError) -> (ancestors: [Int], place: Int) {
    guard count >= 1 else { throw .wrongCount(of: "offspring", count, expected: weights.count) }
    var result = [Int](repeating: 0, count: count)
    let place = try result.withUnsafeMutableBufferPointer { (ancestors) throws(ResamplingError) in
      try weights.withUnsafeBufferPointer { (weights) throws(ResamplingError) in
        try resample(weights: weights, retaining: retained, into: ancestors, key: key)
      }
    }
    return (result, place)
  }
}
