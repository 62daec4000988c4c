import Foundation

/// What each observation is predicted to be by all others, with the same hyper-parameters (Rasmussen and
/// Williams 2006, equations 5.10 to 5.12, with P in place of C^-1 where the mean has coefficients).
public struct LeaveOneOut: Sendable {
  public let mean: [Double]
  /// Of the observation, with its noise.
  public let variance: [Double]
  /// (y - mean) / sd: standard normal, and nearly independent, where the model is right.
  public let standardisedResiduals: [Double]
  /// The mean over the observations of -log p(y_i | the others).
  public let meanNegativeLogDensity: Double
  public let rootMeanSquareError: Double

  /// The share of observations within so many standard deviations of their prediction.
  public func coverage(within standardDeviations: Double) -> Double {
    let inside = standardisedResiduals.count { $0.magnitude <= standardDeviations }
    return Double(inside) / Double(standardisedResiduals.count)
  }
}

extension GaussianProcessPosterior {
  /// Leave-one-out predictions of the data. Cost: O(n^3) (Toeplitz: O(n)), not n fits.
  public func leaveOneOut() -> LeaveOneOut {
    var precision = solver.inverseDiagonal()
    if let factor = likelihood.basisFactor {
      let z = factor.halfSolve(likelihood.solvedBasis.transposed)
      for i in precision.indices { precision[i] -= z.column(i).reduce(0) { $0 + $1 * $1 } }
    }
    let n = values.count
    var (mean, variance, residuals) = ([Double](), [Double](), [Double]())
    var (density, square) = (0.0, 0.0)
    for i in 0..<n {
      let error = likelihood.weights[i] / precision[i]
      mean.append(values[i] - error)
      variance.append(1 / precision[i])
      residuals.append(error * precision[i].squareRoot())
      density += 0.5 * (log(2 * Double.pi) - log(precision[i]) + residuals[i] * residuals[i])
      square += error * error
    }
    return LeaveOneOut(
      mean: mean, variance: variance, standardisedResiduals: residuals,
      meanNegativeLogDensity: density / Double(n),
      rootMeanSquareError: (square / Double(n)).squareRoot())
  }
}
