import Foundation

/// A value that an element of a discrete choice may take.
struct Alternative: Sendable {
  let value: Double
  /// Finite: values of probability 0 are left out.
  let logProbability: Double
}

extension Choice {
  /// For each element of the site, its values with their probabilities, which are those of the site's formula for the
  /// log density at the parameters' values in a run.
  ///
  /// - Throws: `ModelError` as `Enumeration`; `tooManyBranches` for an element with more values than `limit`.
  func alternatives(in run: PartialRun, limit: Int) throws -> [[Alternative]] {
    try check()
    func unsupported(_ reason: String) -> ModelError {
      .unsupportedSite(site: site.path, reason: reason, location: site.location)
    }
    guard case .integers(let lower, let bound) = site.distribution.support else {
      throw unsupported("a continuous site has no finite number of values to enumerate")
    }
    guard let bound else { throw unsupported("\(site.distribution.name) has infinitely many values to enumerate") }
    guard let distribution = site.distribution as? any UnivariateDistribution else {
      throw unsupported("only distributions of single numbers are enumerated, not of vectors")
    }
    let bounds = try run.value(of: bound)
    let upper = bounds.max() ?? 0
    guard bounds.allSatisfy(\.isFinite) else { throw unsupported("its upper bound is \(upper)") }
    guard upper - Double(lower) < Double(limit) else {
      throw ModelError.tooManyBranches(site: site.path, limit: limit)
    }
    let values = (0..<max(Int(upper) - lower + 1, 0)).map { Double(lower + $0) }
    let table = try logProbabilities(of: values, distribution, in: run)
    return try (0..<site.shape.count).map { element in
      let last = bounds[bounds.count == 1 ? 0 : element]
      let alternatives = zip(values, table).compactMap { value, row -> Alternative? in
        let logProbability = row[row.count == 1 ? 0 : element]
        return value > last || logProbability == -.infinity
          ? nil : Alternative(value: value, logProbability: logProbability)
      }
      let total = alternatives.reduce(0) { $0 + exp($1.logProbability) }
      guard abs(total - 1) < 1e-8 else { throw unsupported("its probabilities sum to \(total), expected 1") }
      return alternatives
    }
  }

  /// For each value, its log probability for each element of the plate, or one for all of them.
  private func logProbabilities(
    of values: [Double], _ distribution: some UnivariateDistribution, in run: PartialRun
  ) throws -> [[Double]] {
    // The nodes of the formula live for this call alone.
    let scope = Scope()
    return try Scope.$current.withValue(scope) {
      func row(_ elements: [Double], _ shape: Shape) throws -> [Double] {
        let x = AnyRandom(Constant(elements: elements, shape: shape, kind: distribution.valueKind))
        let formula = distribution.logDensity(of: x).elements(shape)
        try scope.finish()
        let result = try run.value(of: formula)
        return result.count == elements.count ? result : elements.map { _ in result[0] }
      }
      if values.isEmpty { return [] }
      let own = distribution.parameters.dropFirst(type(of: distribution).sharedParameters)
      if own.allSatisfy(\.value.shape.isScalar) { return try row(values, .vector(values.count)).map { [$0] } }
      return try values.map { try row(Array(repeating: $0, count: site.shape.count), site.shape) }
    }
  }
}
