/// The finite draws of a list, in order.
package struct SortedSample: Sendable {
  package let values: [Double]
  /// How many draws were infinite or not a number, and are left out.
  package let dropped: Int

  /// Cost: O(n log n).
  package init(_ draws: some Collection<Double>) {
    values = draws.filter(\.isFinite).sorted()
    dropped = draws.count - values.count
  }

  /// The quantile `p` in 0...1, with linear interpolation between order statistics (definition 7 of Hyndman
  /// and Fan, 'Sample quantiles in statistical packages', The American Statistician 50, 1996). The sample is
  /// not empty.
  package func quantile(_ p: Double) -> Double {
    let position = p * Double(values.count - 1)
    let below = Int(position)
    let fraction = position - Double(below)
    guard fraction > 0 else { return values[below] }
    return (1 - fraction) * values[below] + fraction * values[below + 1]
  }

  /// The standard deviation with divisor n - 1; 0 of fewer than two draws. Scaled, so that squares do not
  /// overflow.
  package var standardDeviation: Double {
    guard values.count > 1 else { return 0 }
    let scale = max(abs(values[0]), abs(values[values.count - 1]))
    guard scale > 0 else { return 0 }
    let n = Double(values.count)
    let mean = values.reduce(0) { $0 + $1 / scale } / n
    let squares = values.reduce(0) { $0 + ($1 / scale - mean) * ($1 / scale - mean) }
    return scale * (squares / (n - 1)).squareRoot()
  }
}
