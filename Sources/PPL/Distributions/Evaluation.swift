import NumericCore

extension Distribution {
  /// log p(x) as a random number: for factors, and for mixtures that are summed out.
  public func logDensity(at x: Random<Value>) -> Random<Double> {
    .init(total(of: x.expression))
  }

  /// log p(x) for plain parameters; -infinity outside of the support.
  ///
  /// - Throws: `ModelError.invalidParameter` for a parameter out of its domain, `unsupportedSite` for a parameter that
  ///   is random.
  public func logDensity(_ x: Value) throws -> Double {
    try evaluate(x.constant, plate: nil)
  }

  /// One draw for plain parameters, keyed by `key`.
  ///
  /// - Throws: as `logDensity`; `unsupportedSite` for an improper distribution.
  public func draw(key: RandomKey) throws -> Value {
    if isImproper {
      throw ModelError.unsupportedSite(site: name, reason: "an improper distribution has no draws", location: nil)
    }
    let values = try constantParameters()
    let shape = try self.shape(ofPlate: nil, site: name, at: Self.nowhere)
    var stream = RandomStream(key)
    var result = Array(repeating: 0.0, count: shape.count)
    func draw(_ buffers: [UnsafeBufferPointer<Double>], _ rest: ArraySlice<[Double]>) {
      guard let next = rest.first else {
        buffers.withUnsafeBufferPointer { buffers in
          result.withUnsafeMutableBufferPointer { Self.draw(DrawParameters(buffers), into: $0, using: &stream) }
        }
        return
      }
      next.withUnsafeBufferPointer { draw(buffers + [$0], rest.dropFirst()) }
    }
    draw([], values[...])
    return Value(elements: result, shape: shape)
  }

  private static var nowhere: SourceLocation { SourceLocation(file: "", line: 0) }

  /// The parameters' numbers, checked.
  private func constantParameters() throws -> [[Double]] {
    try checkConstantParameters(site: name, at: Self.nowhere)
    let batch = try BatchEvaluation(parameters.map { ($0.name, $0.value) }) { site in
      throw ModelError.unsupportedSite(
        site: site.path, reason: "a parameter is random: plain numbers are expected", location: site.location)
    }
    let columns = try batch.run(.sites([:]), count: 1, key: RandomKey(seed: 0)).columns
    var first = 0
    return batch.variables.map { variable in
      defer { first += variable.shape.count }
      return columns[first..<(first + variable.shape.count)].map { $0[0] }
    }
  }

  func evaluate(_ x: Constant, plate: Int?) throws -> Double {
    try checkConstantParameters(site: name, at: Self.nowhere)
    let shape = try self.shape(ofPlate: plate, site: name, at: Self.nowhere)
    guard shape == x.shape else {
      throw ModelError.shapeMismatch(operation: "logDensity of \(name)", shapes: [x.shape, shape], location: nil)
    }
    if x.elements.contains(where: \.isNaN) { return .nan }
    if x.elements.enumerated().contains(where: { support.violation(by: $1, at: $0) != nil }) { return -.infinity }
    if (try? support.checkWhole(x, site: name, at: Self.nowhere)) == nil { return -.infinity }
    let element = total(of: AnyRandom(x))
    let batch = try BatchEvaluation([("logDensity", element)]) { site in
      throw ModelError.unsupportedSite(
        site: site.path, reason: "a parameter is random: plain numbers are expected", location: site.location)
    }
    return try batch.run(.sites([:]), count: 1, key: RandomKey(seed: 0)).columns[0][0]
  }
}

extension UnivariateDistribution {
  /// log p of each element of a plate, element by element: what mixtures that are summed out are made of.
  public func logDensities(at x: Random<[Value]>) -> Random<[Double]> {
    .init(logDensity(of: x.expression).elements(x.expression.shape))
  }

  /// log p of each datum.
  public func logDensities(at x: [Value]) -> Random<[Double]> {
    .init(logDensity(of: AnyRandom(x.constant)).elements(x.shape))
  }
}

extension Distribution {
  /// log p(x) as one expression.
  func total(of x: AnyRandom) -> AnyRandom {
    let parts = terms(of: x)
    return parts.dropFirst().reduce(parts.first ?? 0) { $0 + $1 }
  }
}
