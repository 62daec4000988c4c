import NumericCore

/// What keeps a Gaussian process from its data.
public enum RegressionError: Error, Equatable, Sendable, CustomStringConvertible {
  case noData
  case countMismatch(points: Int, values: Int)
  case notFinite(index: Int, value: Double)
  case invalidSetting(name: String, value: Double, expected: String)
  /// The coefficients of the mean cannot be told from so few points, or from points so placed.
  case undeterminedMean(points: Int, coefficients: Int)
  case kernel(KernelError)
  /// The covariance could not be factored, with all the jitter that is allowed.
  case covariance(LinearAlgebraError)
  case optimisation(OptimisationError)
  /// Conjugate gradients did not reach the tolerance; residuals are relative.
  case notConverged(iterations: Int, residual: Double, tolerance: Double)
  /// The normal approximation of the posterior did not settle; the change is in standard deviations.
  case sitesNotConverged(iterations: Int, change: Double, tolerance: Double)
  /// The points are not what the structure needs.
  case unstructured(expected: String)

  public var description: String {
    switch self {
    case .noData: "no data, expected at least one point"
    case .countMismatch(let points, let values): "\(values) values at \(points) points, expected as many"
    case .notFinite(let index, let value): "value \(index) is \(value), expected a finite number"
    case .invalidSetting(let name, let value, let expected): "\(name) = \(value), expected \(expected)"
    case .undeterminedMean(let points, let coefficients):
      "\(points) points do not determine the \(coefficients) coefficients of the mean, expected more or others"
    case .kernel(let error): error.description
    case .covariance(let error): "the covariance of the data: \(error); a larger noise variance may help"
    case .optimisation(let error): "the hyper-parameters: \(error)"
    case .notConverged(let iterations, let residual, let tolerance):
      "conjugate gradients: residual \(residual) after \(iterations) steps, expected \(tolerance); a larger "
        + "noise variance, or a larger tolerance, may help"
    case .sitesNotConverged(let iterations, let change, let tolerance):
      "the approximation of the posterior: changes by \(change) after \(iterations) steps, expected \(tolerance)"
    case .unstructured(let expected): "the points are not \(expected)"
    }
  }
}
