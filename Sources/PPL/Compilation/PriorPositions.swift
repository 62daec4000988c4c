import NumericCore

extension CompiledModel {
  /// Draws of the inferred sites from their prior, as unconstrained positions, draw after draw.
  ///
  /// - Throws: `ModelError.unsupportedSite` for an improper site; `invalidData` where a draw is at the edge of its
  ///   support, which has no coordinates.
  public func priorPositions(count: Int, key: RandomKey) throws -> [Double] {
    let scope = Scope()
    return try Scope.$current.withValue(scope) {
      let sites = inferredSites.map(\.placed)
      let batch = try BatchEvaluation(sites.map { ($0.path, $0.value) }, treatment: drawn)
      let columns = try batch.run(.sites([:]), count: count, key: key).columns
      return try positions(of: VariableColumns(variables: batch.variables, columns: columns), count: count)
    }
  }

  /// The positions that stand for values of all inferred sites, draw after draw.
  private func positions(of values: VariableColumns, count: Int) throws -> [Double] {
    let dimension = density.dimension
    var positions = Array(repeating: 0.0, count: count * dimension)
    var first = 0
    for inferred in inferredSites {
      let (site, placement) = (inferred.placed.site, inferred.placed.placement)
      let columns = values.columns[first..<(first + inferred.shape.count)]
      first += inferred.shape.count
      let bounds = try bounds(of: inferred.placed, given: values, count: count)
      let (size, steps) = (site.shape.count, placement.steps)
      for draw in 0..<count {
        var place = draw * dimension + inferred.range.lowerBound
        for step in 0..<steps {
          let own = columns[(columns.startIndex + step * size)...].prefix(size).map { $0[draw] }
          let coordinates = site.distribution.support.coordinates(
            of: own, lower: bounds.lower.values(step, of: steps, draw: draw),
            upper: bounds.upper.values(step, of: steps, draw: draw))
          try site.check(coordinates, of: own)
          positions.replaceSubrange(place..<(place + coordinates.count), with: coordinates)
          place += coordinates.count
        }
      }
    }
    return positions
  }

  private func bounds(
    of placed: PlacedSite, given values: VariableColumns, count: Int
  ) throws -> (lower: BoundColumns, upper: BoundColumns) {
    let (lower, upper) = placed.distribution.support.bounds
    func columns(_ bound: AnyRandom) throws -> BoundColumns {
      if let known = bound.constantElements { return .same(known) }
      let stacked = placed.placement.stacked(bound)
      return .stacked(try run([("bound", stacked)], given: values, count: count, key: Scope.root).columns)
    }
    return (try columns(lower), try columns(upper))
  }
}

/// A bound of a site: numbers that are known, or for each element at all steps a number for each draw.
private enum BoundColumns {
  case same([Double])
  case stacked([[Double]])

  func values(_ step: Int, of steps: Int, draw: Int) -> [Double] {
    switch self {
    case .same(let values): return values
    case .stacked(let columns):
      let size = columns.count / max(steps, 1)
      return columns[(step * size)..<((step + 1) * size)].map { $0[draw] }
    }
  }
}
