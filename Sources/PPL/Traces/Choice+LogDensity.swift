extension Choice {
  /// The log density of values at the parameters that they have in a run: a number for each element of a plate, one for
  /// a vector.
  func logDensities(of values: [Double], in run: PartialRun) throws -> [Double] {
    let scope = Scope()
    return try Scope.$current.withValue(scope) {
      let x = AnyRandom(Constant(elements: values, shape: site.shape, kind: site.distribution.valueKind))
      let shape: Shape = site.distribution is any UnivariateDistribution ? site.shape : .scalar
      let formula = site.distribution.logDensity(of: x).elements(shape)
      try scope.finish()
      let result = try run.value(of: formula)
      return result.count == shape.count ? result : Array(repeating: result[0], count: shape.count)
    }
  }
}
