extension Choice {
  /// The log density of values at the parameters that they have in a run: a number for each element of a plate, one for
  /// a vector; -infinity outside of the support.
  func logDensities(of values: [Double], in run: PartialRun) throws -> [Double] {
    let scope = Scope()
    return try Scope.$current.withValue(scope) {
      let x = AnyRandom(Constant(elements: values, shape: site.shape, kind: site.distribution.valueKind))
      let shape: Shape = site.distribution is any UnivariateDistribution ? site.shape : .scalar
      let formula = site.distribution.logDensity(of: x).elements(shape)
      try scope.finish()
      let result = try run.value(of: formula)
      let isInside = try site.distribution.support.contains(values, in: run)
      return (0..<shape.count).map { i in
        let isInside = isInside.count == shape.count ? isInside[i] : !isInside.contains(false)
        return isInside ? result[result.count == 1 ? 0 : i] : -.infinity
      }
    }
  }
}

extension Support {
  /// For each of some values whether it is in the support, with the bounds that a run has; for the elements of a vector
  /// that belong together all or none.
  fileprivate func contains(_ values: [Double], in run: PartialRun) throws -> [Bool] {
    func compared(_ bound: AnyRandom, _ holds: (Double, Double) -> Bool) throws -> [Bool] {
      let bounds = try run.value(of: bound)
      return values.enumerated().map { holds($1, bounds[bounds.count == 1 ? 0 : $0]) }
    }
    switch self {
    case .real: return values.map(\.isFinite)
    case .greaterThan(let lower): return try compared(lower) { $0 >= $1 && $0 < .infinity }
    case .lessThan(let upper): return try compared(upper) { $0 <= $1 && $0 > -.infinity }
    case .interval(let lower, let upper):
      return zip(try compared(lower, >=), try compared(upper, <=)).map { $0 && $1 }
    case .integers(let lower, let upper):
      let isBelow = try upper.map { try compared($0, <=) } ?? values.map { $0 < .infinity }
      return zip(values, isBelow).map { $0 == $0.rounded() && $0 >= Double(lower) && $1 }
    case .simplex:
      let isSimplex = values.allSatisfy { $0 >= 0 } && abs(values.reduce(0, +) - 1) < 1e-8
      return values.map { _ in isSimplex }
    case .ordered:
      let isOrdered = zip(values, values.dropFirst()).allSatisfy(<)
      return values.map { $0.isFinite && isOrdered }
    case .correlationCholesky: return values.map { _ in CorrelationCholesky.contains(values) }
    }
  }
}
