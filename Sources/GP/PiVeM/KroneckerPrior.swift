import Foundation
import NumericCore

/// The Gaussian-process prior of initial positions and velocities, y = (x_0; v_1, ..., v_B):
/// y ~ N(0, lambda^2 (sigma^2 I + K_T (x) C C^T (x) I_D)).
///
/// Celikkanat, Nakis and Morup (2022), section 3.2, without their capacitance matrix: with K_T = U rho U^T,
/// C^T C = W mu W^T, V = C W mu^{-1/2} and Z = (U^T (x) V^T) Y, the quadratic form is
/// (lambda sigma)^{-2} (|Y|^2 - sum rho_a mu_k / (sigma^2 + rho_a mu_k) |Z_ak|^2), and the log determinant
/// N D (B + 1) ln(lambda^2 sigma^2) + D sum ln(1 + rho_a mu_k / sigma^2).
/// Cost: O(B^3 + N K^2 + K^3) once, O(N B D K + B^2 D K) a density.
public struct KroneckerPrior: Sendable {
  public let nodes, times: Int
  public let dimensions = 2
  let variance, sigma: Double
  let time, communities: Matrix
  /// U and rho, V and mu.
  let timeVectors, nodeVectors: Matrix
  let timeValues, nodeValues: [Double]
  /// rho_a mu_k / (sigma^2 + rho_a mu_k).
  let shrinkage: Matrix
  private let logDeterminant: Double

  /// - Parameters:
  ///   - time: K_T, (B + 1) by (B + 1).
  ///   - communities: C, N by K.
  /// - Throws: `DynamicNetworkError.invalidSetting` where lambda or sigma is not positive;
  ///   `LinearAlgebraError`.
  public init(time: Matrix, communities: Matrix, lambda: Double, sigma: Double) throws {
    for (name, value) in [("lambda", lambda), ("sigma", sigma)] {
      guard value > 0, value.isFinite else {
        throw DynamicNetworkError.invalidSetting(name: name, value: value, expected: "> 0")
      }
    }
    (nodes, times) = (communities.rows, time.rows)
    variance = lambda * lambda * sigma * sigma
    (self.time, self.communities, self.sigma) = (time, communities, sigma)
    let inTime = try SymmetricEigen(time)
    let gram = try SymmetricEigen(communities.transposed * communities)
    // Directions that rounding alone fills are none.
    let largest = gram.values.max() ?? 0
    let kept = gram.values.indices.filter { gram.values[$0] > 1e-13 * largest }
    var basis = Matrix(rows: nodes, columns: kept.count)
    var shrinkage = Matrix(rows: times, columns: kept.count)
    var logDeterminant = Double(nodes * 2 * times) * log(variance)
    for (k, from) in kept.enumerated() {
      let mu = gram.values[from]
      for i in 0..<nodes {
        var sum = 0.0
        for l in 0..<communities.columns { sum += communities[i, l] * gram.vectors[l, from] }
        basis[i, k] = sum / mu.squareRoot()
      }
      for a in 0..<times {
        let signal = max(0, inTime.values[a]) * mu
        shrinkage[a, k] = signal / (sigma * sigma + signal)
        logDeterminant += 2 * log1p(signal / (sigma * sigma))
      }
    }
    (timeVectors, nodeVectors) = (inTime.vectors, basis)
    (timeValues, nodeValues) = (inTime.values.map { max(0, $0) }, kept.map { gram.values[$0] })
    self.shrinkage = shrinkage
    self.logDeterminant = logDeterminant
  }

  /// K_T = blockdiag(c_0^2, exp(-(t - t')^2 / (2 l^2)) at the centres of the bins of [0, span]).
  public static func time(bins: Int, span: Double, initialScale: Double, lengthScale: Double) -> Matrix {
    var matrix = Matrix(rows: bins + 1, columns: bins + 1)
    matrix[0, 0] = initialScale * initialScale
    for a in 0..<bins {
      for b in 0..<bins {
        let d = Double(a - b) * span / Double(bins) / lengthScale
        matrix[a + 1, b + 1] = exp(-d * d / 2)
      }
    }
    return matrix
  }

  /// The log density and its gradient.
  ///
  /// - Parameter y: for each of the B + 1 times: x of all nodes, y of all nodes.
  public func logDensity(at y: [Double]) -> (value: Double, gradient: [Double]) {
    precondition(y.count == 2 * nodes * times)
    let rank = nodeVectors.columns
    var quadratic = y.reduce(0) { $0 + $1 * $1 }
    var gradient = y.map { -$0 / variance }
    var (inNodes, z) = (Array(repeating: 0.0, count: times), Array(repeating: 0.0, count: times))
    for d in 0..<2 {
      for k in 0..<rank {
        for t in 0..<times {
          inNodes[t] = 0
          for i in 0..<nodes { inNodes[t] += nodeVectors[i, k] * y[(2 * t + d) * nodes + i] }
        }
        for a in 0..<times {
          z[a] = 0
          for t in 0..<times { z[a] += timeVectors[t, a] * inNodes[t] }
          quadratic -= shrinkage[a, k] * z[a] * z[a]
          z[a] *= shrinkage[a, k]
        }
        for t in 0..<times {
          var back = 0.0
          for a in 0..<times { back += timeVectors[t, a] * z[a] }
          for i in 0..<nodes { gradient[(2 * t + d) * nodes + i] += nodeVectors[i, k] * back / variance }
        }
      }
    }
    let constant = Double(y.count) * log(2 * Double.pi)
    return (-0.5 * (quadratic / variance + logDeterminant + constant), gradient)
  }
}
