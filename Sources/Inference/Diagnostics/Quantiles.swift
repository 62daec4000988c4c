extension Diagnostics {
  /// The quantile by linear interpolation between order statistics (type 7 of Hyndman and Fan 1996, the
  /// default of R and NumPy). NaN for no draws, for a draw that is NaN, and for a probability outside 0 to 1.
  public static func quantile(_ x: [Double], _ probability: Double) -> Double {
    quantiles(x, [probability])[0]
  }

  /// Several quantiles, with one sort: O(n log n).
  public static func quantiles(_ x: [Double], _ probabilities: [Double]) -> [Double] {
    guard !x.isEmpty, x.allSatisfy({ !$0.isNaN }) else { return probabilities.map { _ in .nan } }
    let sorted = x.sorted()
    return probabilities.map { probability in
      guard probability >= 0, probability <= 1 else { return .nan }
      var position = probability * Double(sorted.count - 1)
      // A probability such as 0.05 is not exactly itself; the rank that it was meant to hit is.
      let nearest = position.rounded()
      if abs(position - nearest) <= 4 * nearest.ulp { position = nearest }
      let low = Int(position.rounded(.down))
      let high = min(low + 1, sorted.count - 1)
      let fraction = position - Double(low)
      // Equal neighbours may be infinite, and rounding must not leave a tie.
      if fraction == 0 || sorted[low] == sorted[high] { return sorted[low] }
      return sorted[low] + fraction * (sorted[high] - sorted[low])
    }
  }
}
