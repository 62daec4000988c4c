extension Diagnostics {
  /// The mean, corrected by the mean of what it leaves: right to rounding however far the numbers are from 0.
  /// NaN for no numbers.
  public static func mean(_ x: [Double]) -> Double { x[...].mean }

  /// The standard deviation with n - 1. NaN for fewer than two numbers.
  public static func standardDeviation(_ x: [Double]) -> Double { x[...].variance.squareRoot() }
}

extension ArraySlice<Double> {
  var mean: Double {
    var (sum, rest) = (0.0, 0.0)
    for value in self { sum += value }
    let mean = sum / Double(count)
    guard mean.isFinite else { return mean }
    for value in self { rest += value - mean }
    return mean + rest / Double(count)
  }

  /// With n - 1.
  var variance: Double {
    guard count > 1 else { return .nan }
    let mean = mean
    var sum = 0.0
    for value in self { sum += (value - mean) * (value - mean) }
    return sum / Double(count - 1)
  }
}
