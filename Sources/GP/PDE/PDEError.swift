/// What is wrong with a problem or a grid, and what to change.
public enum PDEError: Error, Equatable, Sendable, CustomStringConvertible {
  case unsupportedDimensions(Int)
  case invalidInterval(axis: Int, ends: [Double])
  case wrongGrid(count: Int, dimensions: Int)
  case gridTooSmall(axis: Int, points: Int, needed: Int)
  /// Exactly one is needed.
  case equationCount(Int)
  case equationWithoutUnknown
  case differentiatedCoefficient
  case axisOutsideDomain(axis: Int, dimensions: Int)
  case unsupportedOrder(order: Int, highest: Int)
  case wrongCoordinates(count: Int, dimensions: Int)
  case outsideDomain(axis: Int, value: Double, lower: Double, upper: Double)
  case nonFinite(what: String, point: [Double], value: Double)
  /// Measurements are of a source, one at each point of the grid.
  case wrongMeasurements(what: String, count: Int, points: Int)
  /// The source is missing at all points.
  case nothingMeasured
  /// An axis along which u is differentiated has too few conditions.
  case missingBoundary(axis: Int, found: Int, needed: Int)
  /// An axis has more conditions than its equation can meet.
  case overdetermined(axis: Int, found: Int, needed: Int)
  case invalidBoundary(axis: Int, reason: String)
  /// One condition follows from the others along the axis.
  case dependentConditions(axis: Int)
  /// The source, or boundary data, oscillate faster than the grid can tell: `share` of the variance lies above the highest
  /// frequency that the grid resolves.
  case gridTooCoarse(axis: Int, points: Int, frequency: Double, share: Double, suggested: Int)
  case tooFewComponents(Int)
  case invalidCovariance(axis: Int, reason: String)
  /// Conditions do not determine u.
  case singular(reason: String)
  case tooFewSamples(Int)
  /// An observation statement, counted from 0.
  case invalidObservation(statement: Int, reason: String)
  /// The noise of some observations is given and that of others is not.
  case mixedNoise
  /// Observations that are no more than what they determine tell nothing of their noise.
  case unknownNoise(observations: Int)
  case noConvergence(iterations: Int, relativeResidual: Double)
  /// An equation with roots, logarithms or quotients, at a value of u that Newton's method met.
  case undefined(unknown: Double)

  public var description: String {
    switch self {
    case .unsupportedDimensions(let n): "a domain of \(n) dimensions, expected 1 to 3"
    case .invalidInterval(let axis, let ends):
      "axis \(axis) runs over \(ends), expected two finite ends in rising order"
    case .wrongGrid(let count, let dimensions): "a grid of \(count) axes for a domain of \(dimensions)"
    case .gridTooSmall(let axis, let points, let needed):
      "\(points) points along axis \(axis), expected at least \(needed)"
    case .equationCount(let count): "\(count) equations, expected 1"
    case .equationWithoutUnknown: "the equation does not hold the unknown"
    case .differentiatedCoefficient:
      "a coefficient that is a function was differentiated: write the product rule out, with its derivative"
    case .axisOutsideDomain(let axis, let dimensions):
      "a derivative along axis \(axis) of a domain of \(dimensions) dimensions"
    case .unsupportedOrder(let order, let highest):
      "a derivative of order \(order) along one axis, expected at most \(highest)"
    case .wrongCoordinates(let count, let dimensions):
      "a function of \(count) coordinates on a domain of \(dimensions) dimensions"
    case .outsideDomain(let axis, let value, let lower, let upper):
      "coordinate \(value) along axis \(axis), expected \(lower) to \(upper)"
    case .nonFinite(let what, let point, let value): "the \(what) is \(value) at \(point), expected finite"
    case .wrongMeasurements(let what, let count, let points):
      "\(count) measured values as \(what), expected those of a source at the \(points) points of the grid"
    case .nothingMeasured: "the source is missing at all points"
    case .missingBoundary(let axis, let found, let needed):
      "\(found) boundary conditions or observations along axis \(axis), expected at least \(needed)"
    case .overdetermined(let axis, let found, let needed):
      "\(found) boundary conditions along axis \(axis), expected \(needed)"
    case .invalidBoundary(let axis, let reason): "boundary of axis \(axis): \(reason)"
    case .dependentConditions(let axis): "the boundary conditions along axis \(axis) are not independent"
    case .gridTooCoarse(let axis, let points, let frequency, let share, let suggested):
      """
      \(points) points along axis \(axis) do not resolve the source or boundary data: \
      \((1000 * share).rounded() / 10)% of the variance lies beyond the highest frequency of the grid, up to \
      \((10 * frequency).rounded() / 10) cycles per unit; take at least \(suggested) points
      """
    case .tooFewComponents(let count): "\(count) components, expected at least 1"
    case .invalidCovariance(let axis, let reason): "covariance of axis \(axis): \(reason)"
    case .singular(let reason): "the problem does not determine its solution: \(reason)"
    case .tooFewSamples(let count): "\(count) samples, expected at least 1"
    case .invalidObservation(let statement, let reason): "observations \(statement): \(reason)"
    case .mixedNoise: "the noise of some observations is given and that of others is not, expected all or none"
    case .unknownNoise(let count):
      "\(count) observations take the place of as many conditions and do not tell their noise: give it, or more"
    case .noConvergence(let iterations, let residual):
      "no convergence in \(iterations) iterations: relative residual \(residual)"
    case .undefined(let u):
      """
      the equation, or its derivative, is not finite at u = \(u), which Newton's method met: look at what it takes roots \
      and logarithms of, and divides by
      """
    }
  }
}
