import NumericCore

/// Where a model draws: a name, a distribution, and how many.
struct Site: Sendable {
  let path: String
  /// Identifies the site among all: what its draws are keyed by.
  let key: RandomKey
  let distribution: any Distribution
  let shape: Shape
  let location: SourceLocation
  /// The loops that the site is in, outermost first: it draws anew at each step.
  let loops: [Loop]
  /// Whether its elements are draws of their own.
  let isPlate: Bool
  let isDiscrete: Bool

  init(
    path: String, key: RandomKey, distribution: any Distribution, shape: Shape, location: SourceLocation, loops: [Loop]
  ) {
    (self.path, self.key, self.distribution, self.shape) = (path, key, distribution, shape)
    (self.location, self.loops) = (location, loops)
    isPlate = distribution is any UnivariateDistribution && !shape.isScalar
    isDiscrete = distribution.support.isDiscrete
  }
}

extension Site {
  /// The error of a parameter that is outside of its domain.
  func invalid(_ parameter: Parameter, _ value: Double) -> ModelError {
    .invalidParameter(
      site: path, distribution: distribution.name, parameter: parameter.name, value: value,
      expected: parameter.domain.expectation, location: location)
  }

  /// Throws where nothing can be drawn.
  func checkIsProper() throws(ModelError) {
    guard distribution.isImproper else { return }
    throw .unsupportedSite(site: path, reason: "an improper distribution has no draws", location: location)
  }
}

/// Draws one value.
///
/// - Parameter name: what the draws are called; a latent without a name is numbered in its scope.
public func Latent<D: Distribution>(
  _ name: String, _ distribution: D, file: String = #fileID, line: Int = #line
) -> Random<D.Value> {
  .init(draw(name, distribution, plate: nil, SourceLocation(file: file, line: line)))
}

/// Draws one value at a site that is numbered in its scope.
public func Latent<D: Distribution>(
  _ distribution: D, file: String = #fileID, line: Int = #line
) -> Random<D.Value> {
  .init(draw(nil, distribution, plate: nil, SourceLocation(file: file, line: line)))
}

/// Draws `count` values, independent given the parameters; a parameter that is a vector has one element for each.
public func Latent<D: UnivariateDistribution>(
  _ name: String, _ distribution: D, count: Int, file: String = #fileID, line: Int = #line
) -> Random<[D.Value]> {
  .init(draw(name, distribution, plate: count, SourceLocation(file: file, line: line)))
}

private func draw(
  _ name: String?, _ distribution: some Distribution, plate: Int?, _ location: SourceLocation
) -> AnyRandom {
  let (path, key) = Scope.current?.claim(name, at: location) ?? Scope.claimOutside(name)
  do throws(ModelError) {
    let shape = try distribution.shape(ofPlate: plate, site: path, at: location)
    try distribution.checkConstantParameters(site: path, at: location)
    let site = Site(path: path, key: key, distribution: distribution, shape: shape, location: location,
      loops: Scope.current?.loops ?? [])
    return .make(.latent(site), distribution.parameters.map(\.value), shape: shape, kind: distribution.valueKind)
  } catch {
    return .failure(error)
  }
}
