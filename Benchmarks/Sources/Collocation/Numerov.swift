/// Numerov's differences for u'' = F on a uniform grid, of fourth order:
///
///     u_(i-1) - 2 u_i + u_(i+1) = h^2 (F_(i-1) + 10 F_i + F_(i+1)) / 12
enum Numerov {
  /// - Parameter source: F at the points, at least 3.
  /// - Returns: u at the points.
  static func solve(source: [Double], spacing h: Double, ends: (lower: Double, upper: Double)) -> [Double] {
    let last = source.count - 1
    var u = Array(repeating: ends.lower, count: source.count)
    u[last] = ends.upper
    // Elimination: u_i = slopes[i] u_(i+1) + offsets[i].
    var (slopes, offsets) = ([0.0], [ends.lower])
    for i in 1..<last {
      let right = h * h / 12 * (source[i - 1] + 10 * source[i] + source[i + 1])
      let pivot = 2 - slopes[i - 1]
      slopes.append(1 / pivot)
      offsets.append((offsets[i - 1] - right) / pivot)
    }
    for i in stride(from: last - 1, to: 0, by: -1) { u[i] = slopes[i] * u[i + 1] + offsets[i] }
    return u
  }
}
