import NumericCore

/// Data and the distribution they are from: a score.
struct Observation: Sendable {
  let path: String
  let key: RandomKey
  /// The data; nil where the site is to be predicted and scores nothing.
  let data: AnyRandom
  let isPredicted: Bool
  let distribution: any Distribution
  let location: SourceLocation
}

/// Scores a datum by its log density.
///
/// - Parameter name: what predictions and log likelihoods of it are called; numbered in its scope if left out.
public func Observe<D: Distribution>(
  _ datum: D.Value, from distribution: D, as name: String? = nil, file: String = #fileID, line: Int = #line
) -> Statement {
  score(datum.constant, distribution, plate: false, name, SourceLocation(file: file, line: line))
}

/// Scores independent data by the sum of their log densities; a parameter that is a vector has one element for each.
public func Observe<D: UnivariateDistribution>(
  _ data: [D.Value], from distribution: D, as name: String? = nil, file: String = #fileID, line: Int = #line
) -> Statement {
  score(data.constant, distribution, plate: true, name, SourceLocation(file: file, line: line))
}

/// Says what is to be predicted where there are no data: `count` values, that score nothing.
public func Predict<D: UnivariateDistribution>(
  _ name: String, from distribution: D, count: Int, file: String = #fileID, line: Int = #line
) -> Statement {
  let constant = Constant(elements: Array(repeating: .nan, count: count), shape: .vector(count), kind: D.Value.kind)
  return score(constant, distribution, plate: true, name, SourceLocation(file: file, line: line), isPredicted: true)
}

/// Multiplies the measure by exp(logWeight).
public func Factor(
  _ logWeight: Random<Double>, as name: String? = nil, file: String = #fileID, line: Int = #line
) -> Statement {
  let location = SourceLocation(file: file, line: line)
  let path = Scope.current?.claim(name, at: location).path ?? name ?? "#0"
  return Statement(content: .factor(name: path, logWeight: logWeight.expression, location: location))
}

private func score(
  _ data: Constant, _ distribution: some Distribution, plate: Bool, _ name: String?, _ location: SourceLocation,
  isPredicted: Bool = false
) -> Statement {
  let (path, key) = Scope.current?.claim(name, at: location) ?? (name ?? "#0", Scope.root.child(name ?? "#0"))
  do throws(ModelError) {
    let shape = try distribution.shape(ofPlate: plate ? data.shape.count : nil, site: path, at: location)
    guard shape == data.shape else {
      throw ModelError.shapeMismatch(operation: "Observe `\(path)`", shapes: [data.shape, shape], location: location)
    }
    try distribution.checkConstantParameters(site: path, at: location)
    if !isPredicted { try distribution.checkData(data, site: path, at: location) }
  } catch {
    Scope.current?.record(error)
  }
  return Statement(
    content: .observe(
      Observation(
        path: path, key: key, data: AnyRandom(data), isPredicted: isPredicted, distribution: distribution,
        location: location)))
}
