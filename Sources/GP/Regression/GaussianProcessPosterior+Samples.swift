import Foundation
import NumericCore

extension GaussianProcessPosterior {
  /// How joint draws are made.
  public enum SamplingMethod: Sendable {
    /// By the Cholesky factor of the posterior covariance at the new points. Cost: O(n^2 m + m^3).
    case cholesky
    /// A draw from the prior at data and new points, corrected by the mean of what it misses (Matheron's
    /// rule; Wilson et al., 'Pathwise conditioning of Gaussian processes', 2021, equation 12). Cost: O((n +
    /// m)^3), then O((n + m)^2) a draw. No posterior covariance is formed, whose rounding may need jitter.
    case matheron
  }

  /// Joint draws of the process at new points: a column for each draw. In state space, by Matheron's rule with a
  /// path that costs O(n + m), whatever the method.
  ///
  /// - Throws: `covariance` where the covariance cannot be factored even with jitter of 1e-6 of its largest
  ///   variance.
  public func samples(
    at new: Matrix, count: Int, method: SamplingMethod = .cholesky, key: RandomKey
  ) throws(RegressionError) -> Matrix {
    guard count >= 0 else {
      throw .invalidSetting(name: "count", value: Double(count), expected: ">= 0")
    }
    if let solver = solver as? StateSpaceSolver { return try samples(at: new, count: count, solver, key: key) }
    switch method {
    case .cholesky: return try choleskySamples(at: new, count: count, key: key)
    case .matheron: return try matheronSamples(at: new, count: count, key: key)
    }
  }

  private func choleskySamples(at new: Matrix, count: Int, key: RandomKey) throws(RegressionError) -> Matrix {
    let mean = try predict(at: new).mean
    var draws = try Self.factor(try covariance(at: new)).draws(count: count, key: key)
    for j in 0..<count { for i in 0..<new.rows { draws[i, j] += mean[i] } }
    return draws
  }

  private func matheronSamples(at new: Matrix, count: Int, key: RandomKey) throws(RegressionError) -> Matrix {
    let (n, m) = (points.rows, new.rows)
    var joint = Matrix(rows: n + m, columns: points.columns)
    for c in 0..<points.columns {
      for i in 0..<n { joint[i, c] = points[i, c] }
      for i in 0..<m { joint[n + i, c] = new[i, c] }
    }
    let (cross, prior): (Matrix, Matrix)
    do {
      cross = try process.kernel.covariance(of: points, and: new)
      prior = try process.kernel.covariance(of: joint)
    } catch { throw .kernel(error) }
    let paths = try Self.factor(prior).draws(count: count, key: key.child(0))
    let noise = key.child(1).normals(n * count)
    let scale = (process.noiseVariance + jitter).squareRoot()
    var draws = Matrix(rows: m, columns: count)
    for j in 0..<count {
      let missed = (0..<n).map { values[$0] - paths[$0, j] - scale * noise[$0 + j * n] }
      let correction = try mean(at: new, cross: cross, ofValues: missed)
      for i in 0..<m { draws[i, j] = paths[n + i, j] + correction[i] }
    }
    return draws
  }

  private static func factor(_ covariance: Matrix) throws(RegressionError) -> Cholesky {
    do { return try Cholesky(jittering: covariance) } catch { throw .covariance(error) }
  }
}

extension Cholesky {
  /// Columns L z with independent standard normal z.
  func draws(count columns: Int, key: RandomKey) -> Matrix {
    var draws = Matrix(rows: count, columns: columns)
    draws.withUnsafeMutableBufferPointer { key.fillNormal($0) }
    return lower * draws
  }
}
