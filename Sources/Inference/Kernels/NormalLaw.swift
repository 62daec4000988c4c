import NumericCore

/// The law of m + L z for standard normal z.
struct NormalLaw: Sendable {
  let mean: [Double]
  private let lower: Matrix
  private let isDiagonal: Bool

  var dimension: Int { mean.count }

  /// - Throws: `LinearAlgebraError` for a covariance that is not symmetric and positive definite;
  ///   `InferenceError.invalidSetting` for a mean of another length.
  init(mean: [Double], covariance: Matrix) throws {
    guard mean.count == covariance.rows else {
      throw InferenceError.invalidSetting(
        name: "the length of the mean", value: Double(mean.count), expected: "\(covariance.rows), as the covariance has")
    }
    (self.mean, lower, isDiagonal) = (mean, try Cholesky(covariance).lower, false)
  }

  /// Independent coordinates.
  ///
  /// - Throws: `InferenceError.invalidSetting` for scales that are not as many, or not positive and finite.
  init(mean: [Double], scales: [Double]) throws(InferenceError) {
    guard mean.count == scales.count else {
      throw .invalidSetting(name: "the number of scales", value: Double(scales.count), expected: "\(mean.count)")
    }
    for scale in scales where !(scale > 0 && scale < .infinity) {
      throw .invalidSetting(name: "scale", value: scale, expected: "> 0 and finite")
    }
    (self.mean, lower, isDiagonal) = (mean, Matrix.diagonal(scales), true)
  }

  /// The law with these moments. Where the covariance is singular, as that of few particles is, it is that of independent
  /// coordinates.
  init(_ moments: PositionMoments) {
    mean = moments.mean
    if let factor = try? Cholesky(jittering: moments.covariance) {
      (lower, isDiagonal) = (factor.lower, false)
    } else {
      let variances = moments.covariance.diagonal
      (lower, isDiagonal) = (Matrix.diagonal(variances.map { $0 > 0 ? $0.squareRoot() : 0 }), true)
    }
  }

  /// x = origin + scale L z, lane by lane; the mean where there is no origin.
  func spread(
    _ z: UnsafePointer<Double>, scale: Double, from origin: UnsafePointer<Double>?, to x: UnsafeMutablePointer<Double>,
    lanes: Int
  ) {
    lower.withUnsafeBufferPointer { factor in
      for i in 0..<dimension {
        let row = x + i * lanes
        if let origin {
          row.update(from: origin + i * lanes, count: lanes)
        } else {
          row.update(repeating: mean[i], count: lanes)
        }
        for j in (isDiagonal ? i : 0)...i {
          let (a, column) = (scale * factor[i + j * dimension], z + j * lanes)
          for l in 0..<lanes { row[l] += a * column[l] }
        }
      }
    }
  }

  /// z = L^-1 (x - m), lane by lane.
  func whiten(_ x: UnsafePointer<Double>, to z: UnsafeMutablePointer<Double>, lanes: Int) {
    lower.withUnsafeBufferPointer { factor in
      for i in 0..<dimension {
        let row = z + i * lanes
        for l in 0..<lanes { row[l] = x[i * lanes + l] - mean[i] }
        for j in (isDiagonal ? i : 0)..<i {
          let (a, column) = (factor[i + j * dimension], z + j * lanes)
          for l in 0..<lanes { row[l] -= a * column[l] }
        }
        let reciprocal = 1 / factor[i + i * dimension]
        for l in 0..<lanes { row[l] *= reciprocal }
      }
    }
  }

  /// |z|^2 of each lane.
  func squares(of z: UnsafePointer<Double>, to sums: UnsafeMutablePointer<Double>, lanes: Int) {
    sums.update(repeating: 0, count: lanes)
    for i in 0..<dimension { for l in 0..<lanes { sums[l] += z[i * lanes + l] * z[i * lanes + l] } }
  }
}
