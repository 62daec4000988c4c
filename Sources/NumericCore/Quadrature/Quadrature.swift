import CGSL

/// What keeps an integral from its tolerance.
public enum QuadratureError: Error, Equatable, Sendable, CustomStringConvertible {
  case invalidArgument(name: String, value: Double, expected: String)
  /// The best that was reached.
  case notConverged(value: Double, error: Double, reason: String)

  public var description: String {
    switch self {
    case .invalidArgument(let name, let value, let expected): "\(name) = \(value), expected \(expected)"
    case .notConverged(let value, let error, let reason): "integral \(value) with error \(error): \(reason)"
    }
  }
}

/// The integral of f from `lower` to `upper`, either of which may be infinite: adaptive Gauss-Kronrod quadrature with
/// the epsilon algorithm (QUADPACK's QAGS and QAGI, by GSL).
///
/// - Returns: the value, and an estimate of its absolute error.
/// - Throws: `QuadratureError.notConverged` with the best value where max(absolute, relative * |value|) is not reached.
public func integrate(
  from lower: Double, to upper: Double, relativeTolerance: Double = 1e-10, absoluteTolerance: Double = 0,
  maximumIntervals: Int = 1000, _ f: (Double) -> Double
) throws(QuadratureError) -> (value: Double, error: Double) {
  guard !lower.isNaN else { throw .invalidArgument(name: "lower", value: lower, expected: "a bound") }
  guard !upper.isNaN else { throw .invalidArgument(name: "upper", value: upper, expected: "a bound") }
  guard relativeTolerance >= 5e-15 || absoluteTolerance > 0 else {
    throw .invalidArgument(name: "relativeTolerance", value: relativeTolerance, expected: "at least 5e-15")
  }
  guard maximumIntervals >= 1 else {
    throw .invalidArgument(name: "maximumIntervals", value: Double(maximumIntervals), expected: ">= 1")
  }
  if lower == upper { return (0, 0) }
  if lower > upper {
    let (value, error) = try integrate(
      from: upper, to: lower, relativeTolerance: relativeTolerance, absoluteTolerance: absoluteTolerance,
      maximumIntervals: maximumIntervals, f)
    return (-value, error)
  }
  guard GSL.isQuiet, let workspace = gsl_integration_workspace_alloc(maximumIntervals) else {
    throw .notConverged(value: .nan, error: .infinity, reason: "out of memory")
  }
  defer { gsl_integration_workspace_free(workspace) }
  var (value, error) = (Double.nan, Double.infinity)
  let status = withoutActuallyEscaping(f) { f in
    // The box lives as long as the call: GSL keeps no reference to it.
    let box = IntegrandBox(f)
    return withExtendedLifetime(box) {
      var function = gsl_function(
        function: { x, raw in
          guard let raw else { return .nan }
          return Unmanaged<IntegrandBox>.fromOpaque(raw).takeUnretainedValue().body(x)
        }, params: Unmanaged.passUnretained(box).toOpaque())
      switch (lower.isInfinite, upper.isInfinite) {
      case (false, false):
        return gsl_integration_qags(
          &function, lower, upper, absoluteTolerance, relativeTolerance, maximumIntervals, workspace, &value, &error)
      case (true, true):
        return gsl_integration_qagi(
          &function, absoluteTolerance, relativeTolerance, maximumIntervals, workspace, &value, &error)
      case (false, true):
        return gsl_integration_qagiu(
          &function, lower, absoluteTolerance, relativeTolerance, maximumIntervals, workspace, &value, &error)
      case (true, false):
        return gsl_integration_qagil(
          &function, upper, absoluteTolerance, relativeTolerance, maximumIntervals, workspace, &value, &error)
      }
    }
  }
  guard status == GSL_SUCCESS, value.isFinite else {
    throw .notConverged(value: value, error: error, reason: String(cString: gsl_strerror(status)))
  }
  return (value, error)
}

private final class IntegrandBox {
  let body: (Double) -> Double
  init(_ body: @escaping (Double) -> Double) { self.body = body }
}
