import Foundation
import NumericCore

/// The prior of one coordinate of a node's trajectory over [0, span], as a lower-triangular map from
/// independent standard normal numbers to the knots X_0, ..., X_B.
///
/// x_0 ~ N(0, initialScale^2 (1 + noise^2)); the velocities of the bins are normal with covariance
/// velocityScale^2 (exp(-(t - t')^2 / (2 lengthScale^2)) + noise^2 [t = t']) at their centres; X_b = x_0 + w
/// (v_1 + ... + v_b). That is `KroneckerPrior` with a community a node.
struct TrajectoryPrior: Sendable {
  let bins: Int
  /// (B + 1) by (B + 1).
  let map: Matrix

  /// - Parameters:
  ///   - velocityScale: distance per time.
  ///   - lengthScale: in the units of `span`.
  /// - Throws: `LinearAlgebraError`. Cost: O(B^3).
  init(
    bins: Int, span: Double, velocityScale: Double, lengthScale: Double, initialScale: Double, noise: Double
  ) throws {
    self.bins = bins
    let width = span / Double(bins)
    var covariance = KroneckerPrior.time(
      bins: bins, span: span, initialScale: initialScale, lengthScale: lengthScale)
    covariance[0, 0] *= 1 + noise * noise
    for b in 1...bins { covariance[b, b] += noise * noise }
    let factor = try Cholesky(covariance).lower
    var map = Matrix(rows: bins + 1, columns: bins + 1)
    map[0, 0] = factor[0, 0]
    for t in 1...bins {
      map[t, 0] = map[t - 1, 0]
      for a in 1...t { map[t, a] = (a < t ? map[t - 1, a] : 0) + width * velocityScale * factor[t, a] }
    }
    self.map = map
  }

  /// knots = map e, for `rows` coordinates: both have B + 1 groups of `rows` numbers. Cost: O(rows B^2).
  func knots(_ e: UnsafePointer<Double>, rows: Int, _ knots: UnsafeMutablePointer<Double>) {
    multiply(transpose: true, e, rows, knots)
  }

  /// The derivative by e of what has the derivative `slopes` by knots.
  func pullback(_ slopes: UnsafePointer<Double>, rows: Int, _ gradient: UnsafeMutablePointer<Double>) {
    multiply(transpose: false, slopes, rows, gradient)
  }

  private func multiply(
    transpose: Bool, _ a: UnsafePointer<Double>, _ rows: Int, _ c: UnsafeMutablePointer<Double>
  ) {
    map.withUnsafeBufferPointer { m in
      guard let m = m.baseAddress else { return }
      BLAS.gemm(
        transposeA: false, transposeB: transpose, m: rows, n: bins + 1, k: bins + 1, alpha: 1, a, lda: rows,
        m,
        ldb: bins + 1, beta: 0, c, ldc: rows)
    }
  }

  /// e of given knots; velocities must have a prior standard deviation above zero. Cost: O(rows B^2).
  func whitened(_ knots: [Double], rows: Int) -> [Double] {
    var e = knots
    for t in 0...bins {
      for a in 0..<t {
        let factor = map[t, a]
        for k in 0..<rows { e[t * rows + k] -= factor * e[a * rows + k] }
      }
      for k in 0..<rows { e[t * rows + k] /= map[t, t] }
    }
    return e
  }
}
