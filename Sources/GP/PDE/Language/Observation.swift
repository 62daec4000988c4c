/// Values of u at points of the domain, with independent normal noise; those that are NaN are missing.
///
///     Observation(at: [0.2, 0.7], values: [1.3, 0.4], noise: 0.05)          // on an interval
///     Observation(at: [[0.2, 0.5], [0.7, 0.1]], values: [1.3, 0.4])         // in a plane; noise is learned
///     Observation(of: d(u, .x), at: [[0, 0.5]], values: [2.1], noise: 0.1)  // a slope
///
/// Observations take the place of conditions that are not there, and say more where the equation has noise.
/// What is wrong with them is thrown when the problem is solved.
public struct Observation: Sendable {
  /// What is seen; nil for u itself.
  let quantity: DifferentialExpression?
  /// The coordinates of each.
  let points: [[Double]]
  let values: [Double]
  /// The standard deviation; nil where it is to be learned.
  let noise: Double?

  /// - Parameters:
  ///   - points: the coordinates of each, inside of the domain.
  ///   - values: as many.
  ///   - noise: the standard deviation of the noise, positive, in the unit of the values; where it is nil it is
  ///     chosen by the evidence, one for all observations.
  public init(at points: [[Double]], values: [Double], noise: Double? = nil) {
    (quantity, self.points, self.values, self.noise) = (nil, points, values, noise)
  }

  /// On an interval.
  public init(at points: [Double], values: [Double], noise: Double? = nil) {
    self.init(at: points.map { [$0] }, values: values, noise: noise)
  }

  /// Values of an expression that is linear in u and its derivatives.
  public init(
    of quantity: DifferentialExpression, at points: [[Double]], values: [Double], noise: Double? = nil
  ) {
    (self.quantity, self.points, self.values, self.noise) = (quantity, points, values, noise)
  }

  /// On an interval.
  public init(
    of quantity: DifferentialExpression, at points: [Double], values: [Double], noise: Double? = nil
  ) {
    self.init(of: quantity, at: points.map { [$0] }, values: values, noise: noise)
  }
}
