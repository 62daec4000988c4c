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
  let loops: [Loop]
}

/// Scores a datum by its log density.
///
/// - Parameter name: what predictions and log likelihoods of it are called; numbered in its scope if left out.
public func Observe<D: Distribution>(
  _ datum: D.Value, from distribution: D, as name: String? = nil, file: String = #fileID, line: Int = #line
) -> Statement {
  score(AnyRandom(datum.constant), distribution, plate: false, name, SourceLocation(file: file, line: line))
}

/// Scores a datum that is not a literal of the model: an element of a sequence that a `Scan` goes over, or a function of
/// it. It must not depend on a latent: what does is scored by `Factor`.
@_disfavoredOverload
public func Observe<D: Distribution>(
  _ datum: Random<D.Value>, from distribution: D, as name: String? = nil, file: String = #fileID, line: Int = #line
) -> Statement {
  score(datum.expression, distribution, plate: false, name, SourceLocation(file: file, line: line))
}

/// Scores independent data by the sum of their log densities; a parameter that is a vector has one element for each.
public func Observe<D: UnivariateDistribution>(
  _ data: [D.Value], from distribution: D, as name: String? = nil, file: String = #fileID, line: Int = #line
) -> Statement {
  score(AnyRandom(data.constant), distribution, plate: true, name, SourceLocation(file: file, line: line))
}

/// Scores independent data that are not literals of the model: a step's column of a matrix that a `Scan` goes over.
@_disfavoredOverload
public func Observe<D: UnivariateDistribution>(
  _ data: Random<[D.Value]>, from distribution: D, as name: String? = nil, file: String = #fileID, line: Int = #line
) -> Statement {
  score(data.expression, distribution, plate: true, name, SourceLocation(file: file, line: line))
}

/// Says that a value is to be predicted where there is no datum: it scores nothing.
public func Predict<D: UnivariateDistribution>(
  _ name: String, from distribution: D, file: String = #fileID, line: Int = #line
) -> Statement {
  let constant = Constant(elements: [.nan], shape: .scalar, kind: D.Value.kind)
  return score(
    AnyRandom(constant), distribution, plate: false, name, SourceLocation(file: file, line: line), isPredicted: true)
}

/// Says what is to be predicted where there are no data: `count` values, that score nothing.
public func Predict<D: UnivariateDistribution>(
  _ name: String, from distribution: D, count: Int, file: String = #fileID, line: Int = #line
) -> Statement {
  let constant = Constant(elements: Array(repeating: .nan, count: count), shape: .vector(count), kind: D.Value.kind)
  return score(
    AnyRandom(constant), distribution, plate: true, name, SourceLocation(file: file, line: line), isPredicted: true)
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
  _ data: AnyRandom, _ distribution: some Distribution, plate: Bool, _ name: String?, _ location: SourceLocation,
  isPredicted: Bool = false
) -> Statement {
  let (path, key) = Scope.current?.claim(name, at: location) ?? Scope.claimOutside(name)
  var data = data
  do throws(ModelError) {
    if !isPredicted { data = try replaced(data, site: path, at: location) }
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
        path: path, key: key, data: data, isPredicted: isPredicted, distribution: distribution,
        location: location, loops: Scope.current?.loops ?? [])))
}

/// The data of an observation, or what `Model.observing` puts in their place.
private func replaced(
  _ data: AnyRandom, site: String, at location: SourceLocation
) throws(ModelError) -> AnyRandom {
  guard let elements = ReplacedData.current?.elements(of: site) else { return data }
  if let scope = Scope.current, !scope.loops.isEmpty {
    guard scope.loops.count == 1 else {
      throw .unsupportedSite(site: site, reason: "the data of a scan in a scan cannot be replaced", location: location)
    }
    if let element = scope.element(of: elements, inPlaceOf: data) { return element }
    throw .shapeMismatch(
      operation: "the data given for all steps of `\(site)`, each", shapes: [.vector(elements.count), data.shape],
      location: location)
  }
  guard elements.count == data.shape.count else {
    throw .shapeMismatch(
      operation: "the data given for `\(site)`", shapes: [.vector(elements.count), data.shape], location: location)
  }
  return AnyRandom(Constant(elements: elements, shape: data.shape, kind: data.kind))
}

extension Distribution {
  /// Throws where data are known and wrong, or are no data.
  fileprivate func checkData(_ data: AnyRandom, site: String, at location: SourceLocation) throws(ModelError) {
    guard case .node(let arena, let index) = data.storage else {
      if case .constant(let constant) = data.storage { try checkData(constant, site: site, at: location) }
      return
    }
    if let scope = Scope.current, scope.arena === arena, let sequence = scope.sequences[index] {
      try checkSequence(sequence, of: data.shape, site: site, at: location)
    } else if dependsOnDraws(data) {
      throw .unsupportedSite(
        site: site, reason: "an observed value depends on a draw: score it with Factor", location: location)
    }
  }

  /// Throws for the first step whose datum is wrong.
  private func checkSequence(
    _ sequence: Constant, of shape: Shape, site: String, at location: SourceLocation
  ) throws(ModelError) {
    let size = shape.count
    guard size > 0 else { return }
    for step in 0..<(sequence.elements.count / size) {
      let elements = Array(sequence.elements[(step * size)..<((step + 1) * size)])
      try checkData(
        Constant(elements: elements, shape: shape, kind: sequence.kind), site: "\(site)[\(step)]", at: location)
    }
  }
}
