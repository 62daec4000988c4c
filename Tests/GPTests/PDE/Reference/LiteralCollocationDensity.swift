import Foundation
import GP
import NumericCore

/// The joint log density of Fang et al. written out: every matrix dense, every derivative by the full
/// operator on all points, nothing shared with `CollocationDensity` but the covariance function.
struct LiteralCollocationDensity {
  let axes: [[Double]]
  let source: [Double]
  let boundary: (_ point: [Double]) -> Double
  let reaction: (Double) -> Double
  let envelope: StationaryEnvelope
  let components: Int
  let boundaryWeight, boundaryFloor, residualFloor, jitter: Double

  func logDensity(at position: [Double]) throws -> Double {
    let points = axes.count == 1 ? axes[0].map { [$0] } : axes[1].flatMap { y in axes[0].map { [$0, y] } }
    let n = points.count
    let u = Array(position[..<n])
    let covariances = try axes.indices.map { axis in
      try StationaryCovariance(
        envelope,
        components: (0..<components).map { q in
          let start = n + 3 * (axis * components + q)
          return .init(
            weight: exp(position[start]), lengthScale: exp(position[start + 1]),
            frequency: position[start + 2])
        })
    }
    let factors = try axes.indices.map { axis in
      let points = axes[axis]
      var k = Matrix(rows: points.count, columns: points.count)
      var curvature = k
      for i in points.indices {
        for j in points.indices {
          k[i, j] = try covariances[axis].value(at: points[i] - points[j]) + (i == j ? jitter : 0)
          curvature[i, j] = try covariances[axis].value(at: points[i] - points[j], derivative: 2)
        }
      }
      return (k: k, derivative: try curvature * Cholesky(k).inverse)
    }
    let identities = axes.map { Matrix.identity($0.count) }
    let covariance: Matrix
    var laplacian: Matrix
    if axes.count == 1 {
      (covariance, laplacian) = (factors[0].k, factors[0].derivative)
    } else {
      covariance = kronecker(factors[1].k, factors[0].k)
      laplacian = kronecker(identities[1], factors[0].derivative)
      let second = kronecker(factors[1].derivative, identities[0])
      for i in 0..<n { for j in 0..<n { laplacian[i, j] += second[i, j] } }
    }
    let cholesky = try Cholesky(covariance)
    let prior =
      -0.5 * cholesky.logDeterminant - 0.5 * zip(u, cholesky.solve(u)).reduce(0) { $0 + $1.0 * $1.1 }

    let (logTau, logV) = (position[position.count - 2], position[position.count - 1])
    var result = prior
    for (i, value) in (laplacian * u).enumerated() {
      let residual = value + reaction(u[i]) - source[i]
      result += 0.5 * logV - 0.5 * exp(logV) * (residual * residual + residualFloor * residualFloor)
    }
    for (i, point) in points.enumerated() {
      let isOnBoundary = point.indices.contains { axis in
        point[axis] == axes[axis].first || point[axis] == axes[axis].last
      }
      guard isOnBoundary else { continue }
      let miss = u[i] - boundary(point)
      result +=
        boundaryWeight * (0.5 * logTau - 0.5 * exp(logTau) * (miss * miss + boundaryFloor * boundaryFloor))
    }
    return result
  }

  private func kronecker(_ a: Matrix, _ b: Matrix) -> Matrix {
    var result = Matrix(rows: a.rows * b.rows, columns: a.columns * b.columns)
    for i in 0..<result.rows {
      for j in 0..<result.columns {
        result[i, j] = a[i / b.rows, j / b.columns] * b[i % b.rows, j % b.columns]
      }
    }
    return result
  }
}
