import Foundation
import PPL

/// Collocation at Chebyshev's points for u'' + r (u^3 - u) = F on an interval with Dirichlet data: the usual method
/// for smooth solutions on a box (Trefethen, Spectral Methods in MATLAB, 2000).
struct Chebyshev {
  let points: [Double]
  private let second: Matrix
  private let weights: [Double]

  /// - Parameter count: of points, with the ends.
  init(_ lower: Double, _ upper: Double, count n: Int) {
    let x = (0..<n).map { cos(.pi * Double($0) / Double(n - 1)) }
    let c = (0..<n).map { ($0 == 0 || $0 == n - 1 ? 2.0 : 1) * ($0 % 2 == 0 ? 1 : -1) }
    var first = Matrix(rows: n, columns: n)
    for i in 0..<n {
      var sum = 0.0
      for j in 0..<n where j != i {
        // Differences of cosines by products of sines: no digits are lost.
        let (a, b) = (Double(i + j) * .pi / (2 * Double(n - 1)), Double(i - j) * .pi / (2 * Double(n - 1)))
        first[i, j] = c[i] / c[j] / (-2 * sin(a) * sin(b))
        sum += first[i, j]
      }
      first[i, i] = -sum
    }
    let scale = 2 / (upper - lower)
    second = first * first
    points = x.map { lower + (upper - lower) * (1 + $0) / 2 }
    weights = (0..<n).map { ($0 == 0 || $0 == n - 1 ? 0.5 : 1) * ($0 % 2 == 0 ? 1 : -1) }
    stretch = scale * scale
  }

  private let stretch: Double

  /// - Parameters:
  ///   - source: F at the points.
  ///   - ends: u at the upper and the lower end, in the order of the points.
  /// - Returns: u at the points.
  func solve(source: [Double], ends: (Double, Double), reaction: Bool) throws -> [Double] {
    let n = points.count
    var u = Array(repeating: 0.0, count: n)
    (u[0], u[n - 1]) = ends
    for _ in 0..<(reaction ? 30 : 1) {
      var (jacobian, right) = (Matrix(rows: n - 2, columns: n - 2), Array(repeating: 0.0, count: n - 2))
      let bent = second * u
      for i in 1..<n - 1 {
        let value = u[i]
        right[i - 1] = source[i] - stretch * bent[i] - (reaction ? value * (value * value - 1) : 0)
        for j in 1..<n - 1 { jacobian[i - 1, j - 1] = stretch * second[i, j] }
        if reaction { jacobian[i - 1, i - 1] += 3 * value * value - 1 }
      }
      let step = try QR(jacobian).solve(right)
      for i in 1..<n - 1 { u[i] += step[i - 1] }
      let size = u.reduce(0) { max($0, $1.magnitude) }
      if step.allSatisfy({ $0.magnitude <= 1e-13 * size }) { break }
    }
    return u
  }

  /// The polynomial through values at the points, by the barycentric formula.
  func interpolate(_ values: [Double], at x: Double) -> Double {
    var (above, below) = (0.0, 0.0)
    for (j, point) in points.enumerated() {
      if x == point { return values[j] }
      let w = weights[j] / (x - point)
      above += w * values[j]
      below += w
    }
    return above / below
  }
}
