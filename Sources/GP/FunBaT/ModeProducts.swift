/// The products of one function of each of some modes, at one entry: expectations of z = (x)_k u_k, of z
/// times the additive effects of these modes, and of z z^T, each pair once (see `CoreShape`). Made mode by
/// mode.
final class ModeProducts {
  /// E[z], E[z sum_k a_k], and E[z z^T].
  let first, cross, pairs: UnsafeMutablePointer<Double>
  private var count = 0
  private var pairCount = 0
  private(set) var additive = 0.0
  /// Of the sum of the additive effects.
  private(set) var variance = 0.0

  init(_ ranks: [Int]) {
    let (count, pairCount) = (ranks.reduce(1, *), ranks.reduce(1) { $0 * $1 * ($1 + 1) / 2 })
    (first, cross, pairs) = (
      .allocate(capacity: count), .allocate(capacity: count), .allocate(capacity: pairCount)
    )
    first.initialize(repeating: 0, count: count)
    cross.initialize(repeating: 0, count: count)
    pairs.initialize(repeating: 0, count: pairCount)
  }

  deinit { for block in [first, cross, pairs] { block.deallocate() } }

  /// The empty product, times a weight.
  @inline(__always) func begin(_ weight: Double) {
    (count, pairCount, additive, variance) = (1, 1, 0, 0)
    (first[0], cross[0], pairs[0]) = (weight, 0, weight)
  }

  /// Another mode, from its row of moments; its pairs are left to the caller.
  @inline(__always) func multiply(_ row: UnsafePointer<Double>, _ table: TensorMoments) {
    let (rank, means, crosses) = (table.rank, row + table.firstMean, row + table.firstCross)
    // From the end, since a product takes the place of others that have been used by then.
    var i = count - 1
    while i >= 0 {
      let (f, c, place) = (first[i], cross[i], i * rank)
      for r in 0..<rank {
        first[place + r] = f * means[r]
        cross[place + r] = c * means[r] + f * crosses[r]
      }
      i -= 1
    }
    count *= rank
    additive += row[TensorMoments.effect]
    variance += row[TensorMoments.variance]
  }

  /// The pairs of another mode.
  @inline(__always) func multiplyPairs(_ own: UnsafePointer<Double>, count ownCount: Int) {
    var i = pairCount - 1
    while i >= 0 {
      let (p, place) = (pairs[i], i * ownCount)
      for t in 0..<ownCount { pairs[place + t] = p * own[t] }
      i -= 1
    }
    pairCount *= ownCount
  }

  /// Adds to `sums` what the pairs would be with those of another mode.
  @inline(__always) func addPairs(
    _ own: UnsafePointer<Double>, count ownCount: Int, to sums: UnsafeMutablePointer<Double>
  ) {
    for i in 0..<pairCount {
      let (p, target) = (pairs[i], sums + i * ownCount)
      for t in 0..<ownCount { target[t] += p * own[t] }
    }
  }
}
