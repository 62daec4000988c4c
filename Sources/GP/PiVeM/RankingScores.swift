/// How well scores tell positives from negatives: areas under the receiver operating characteristic and under
/// the curve of precision over recall (average precision). Ties count as half a win, and as one step of the
/// curve.
public struct RankingScores: Sendable, Equatable {
  public let rocAUC, prAUC: Double

  /// - Throws: `DynamicNetworkError.invalidSetting` where there is no positive, no negative, or a score is
  ///   NaN. Cost: O(n log n).
  public init(positives: [Double], negatives: [Double]) throws(DynamicNetworkError) {
    for (name, scores) in [("positives", positives), ("negatives", negatives)] {
      guard !scores.isEmpty else {
        throw .invalidSetting(name: name, value: 0, expected: "at least one score")
      }
      guard !scores.contains(where: \.isNaN) else {
        throw .invalidSetting(name: "score among \(name)", value: .nan, expected: "a number")
      }
    }
    let all = (positives.map { ($0, true) } + negatives.map { ($0, false) }).sorted { $0.0 > $1.0 }
    var (hits, misses, wins, precision) = (0.0, 0.0, 0.0, 0.0)
    var k = 0
    while k < all.count {
      var (up, down) = (0.0, 0.0)
      let score = all[k].0
      while k < all.count, all[k].0 == score {
        if all[k].1 { up += 1 } else { down += 1 }
        k += 1
      }
      wins += down * (hits + up / 2)
      hits += up
      misses += down
      precision += up * hits / (hits + misses)
    }
    (rocAUC, prAUC) = (wins / (hits * misses), precision / hits)
  }
}
