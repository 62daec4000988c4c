import NumericCore

/// Discrete sites that are summed out of a density, and what is left of the terms that depend on them.
struct SummedOut: Sendable {
  /// A part of a log density: one number, or one for each element of a plate.
  struct Piece {
    let name: String
    let expression: AnyRandom
    /// Whether it is the prior of a continuous site.
    var isPrior = false
  }

  /// Combinations of values in one table. Arbitrary: some ten thousand nodes.
  static let limit = 4_096

  let sites: [PlacedSite]
  /// Terms that do not depend on the sites, and the logarithm of the sum over the others.
  let terms: [ScoreTerm]
  /// A draw of each site given all else, by path.
  let draws: [String: AnyRandom]
  /// Whether the prior of a continuous site is in the sum.
  let holdsPriors: Bool

  /// - Parameters:
  ///   - terms: with the pieces that each is the sum of.
  ///   - runs: what makes its scores when it is run.
  ///   - bounds: the values of continuous sites, as functions of the position.
  init(
    _ sites: [PlacedSite], terms: [(term: ScoreTerm, pieces: [Piece])], runs: [AnyRandom],
    bounds: [(site: String, value: AnyRandom)]
  ) throws {
    self.sites = sites
    let dependence = DiscreteDependence(sites.map(\.path))
    let domains = try sites.map { try $0.finiteValues() }
    let values = DiscreteValues(sites: domains)
    var (kept, pieces) = ([ScoreTerm](), [Piece]())
    for (term, parts) in terms {
      guard term.expressions.contains(where: { dependence($0) != nil }) else {
        kept.append(term)
        continue
      }
      guard term.loop == nil else { throw Self.reached("the scores of a scan depend on it", sites) }
      pieces += parts
    }
    if runs.contains(where: { dependence($0) != nil }) { throw Self.reached("a scan depends on it", sites) }
    for bound in bounds where dependence(bound.value) != nil {
      throw Self.reached("the bounds of `\(bound.site)` depend on it", sites)
    }
    holdsPriors = pieces.contains { $0.isPrior && dependence($0.expression) != nil }
    pieces += sites.map { site in
      let x = site.draw
      return Piece(name: site.path, expression: site.distribution.logDensity(of: x).elements(site.site.shape))
    }

    let split = Self.splitPlates(sites, pieces.compactMap { dependence($0.expression) })
    func isPlate(_ variable: DiscreteVariable) -> Bool {
      variable.element == nil && sites[variable.site].site.shape.count > 1
    }
    func check(_ scope: [DiscreteVariable]) throws {
      let count = values.count(scope)
      guard count <= Self.limit else {
        let names = Set(scope.map { sites[$0.site].path }).sorted()
        throw ModelError.jointTooLarge(sites: names, combinations: count, limit: Self.limit)
      }
    }
    var (factors, rest) = ([DiscreteFactor](), [ScoreTerm]())
    for piece in pieces {
      guard let elements = dependence(piece.expression) else {
        rest.append(ScoreTerm(site: piece.name, [piece.expression.sum], in: nil))
        continue
      }
      func variable(_ element: DiscreteElement) -> DiscreteVariable {
        DiscreteVariable(site: element.site, element: split.contains(element.site) ? element.element : nil)
      }
      let scopes = elements.map { Set($0.map(variable)).sorted() }
      func table(_ scope: [DiscreteVariable], _ select: (AnyRandom) -> AnyRandom) throws -> [AnyRandom] {
        try check(scope)
        return try (0..<values.count(scope)).map { place in
          let combination = values.combination(place, scope)
          let numbers = sites.indices.map { site in
            (0..<sites[site].site.shape.count).map { element in
              let variable = variable(DiscreteElement(site: site, element: element))
              return domains[site].first + Double(combination[variable] ?? 0)
            }
          }
          return select(try dependence.substitute(numbers, in: piece.expression, of: sites))
        }
      }
      if scopes.joined().contains(where: isPlate) {
        let scope = Set(scopes.joined()).sorted()
        factors.append(DiscreteFactor(scope: scope, table: try table(scope) { $0 }))
      } else if Set(scopes).count == 1, !scopes[0].isEmpty {
        factors.append(DiscreteFactor(scope: scopes[0], table: try table(scopes[0], \.sum)))
      } else {
        for (number, scope) in scopes.enumerated() {
          let table = try table(scope) { $0[element: number] }
          if scope.isEmpty {
            rest.append(ScoreTerm(site: piece.name, table, in: nil))
          } else {
            factors.append(DiscreteFactor(scope: scope, table: table))
          }
        }
      }
    }
    let sum = try DiscreteSum(factors, values, isPlate: isPlate, check: check)
    let name = sites.map(\.path).joined(separator: ", ")
    self.terms = kept + rest + [ScoreTerm(site: "sum over \(name)", sum.terms, in: nil)]
    draws = Self.draws(sum, values, sites, isPlate: isPlate)
  }

  /// The plates whose elements are variables of their own: those that a piece does not take element by element, and those
  /// that share a piece with such.
  private static func splitPlates(_ sites: [PlacedSite], _ pieces: [[Set<DiscreteElement>]]) -> Set<Int> {
    var split: Set<Int> = []
    while true {
      let before = split
      for piece in pieces {
        let plates = Set(piece.joined().map(\.site)).filter { sites[$0].site.shape.count > 1 }
        let broken = plates.filter { plate in
          sites[plate].site.shape.count != piece.count
            || piece.enumerated().contains { number, elements in
              elements.contains { $0.site == plate && $0.element != number }
            }
        }
        split.formUnion(broken)
        if !plates.isDisjoint(with: split) { split.formUnion(plates) }
      }
      if split == before { return split }
    }
  }

  private static func reached(_ reason: String, _ sites: [PlacedSite]) -> ModelError {
    .unsupportedSite(
      site: sites.map(\.path).joined(separator: ", "), reason: "not summed out: \(reason)", location: sites.first?.location)
  }

  // MARK: Draws

  /// Each variable given those that were summed out after it, the last one first.
  private static func draws(
    _ sum: DiscreteSum, _ values: DiscreteValues, _ sites: [PlacedSite], isPlate: (DiscreteVariable) -> Bool
  ) -> [String: AnyRandom] {
    /// From 0.
    var numbers: [DiscreteVariable: AnyRandom] = [:]
    for elimination in sum.eliminations.reversed() {
      let (variable, site) = (elimination.variable, sites[elimination.variable.site])
      let size = isPlate(variable) ? site.site.shape.count : 1
      let count = values.sites[variable.site].count
      var place = AnyRandom(0)
      for other in elimination.rest {
        place = place * AnyRandom(Double(values.sites[other.site].count)) + (numbers[other] ?? 0)
      }
      let all = AnyRandom.stack(elimination.logits)
      let rows = (0..<count).map { value -> AnyRandom in
        let offsets = AnyRandom((0..<size).map { Double(value * size + $0) })
        return .apply(Gather.self, [all, place * AnyRandom(Double(count * size)) + offsets], shape: .vector(size))
      }
      let distribution = LogitRows(.stack(rows), count: size)
      let suffix = variable.element.map { "[\($0)]" } ?? ""
      let conditional = Site(
        path: "\(site.path)\(suffix) given the rest",
        key: site.site.key.child("given the rest").child(UInt64(variable.element ?? 0)),
        distribution: distribution, shape: .vector(size), location: site.location, loops: [])
      let drawn = conditional.draw(kind: .integer)
      numbers[variable] = isPlate(variable) ? drawn : drawn[element: 0]
    }
    var draws: [String: AnyRandom] = [:]
    for (number, site) in sites.enumerated() {
      let elements = (0..<site.site.shape.count).map { numbers[DiscreteVariable(site: number, element: $0)] }
      let whole = numbers[DiscreteVariable(site: number, element: nil)] ?? .stack(elements.map { $0 ?? 0 })
      draws[site.path] = whole + AnyRandom(Constant(elements: [values.sites[number].first], shape: .scalar, kind: .integer))
    }
    return draws
  }
}

extension PlacedSite {
  /// The first value and the number of values.
  ///
  /// - Throws: `ModelError.unsupportedSite` for what cannot be summed over.
  fileprivate func finiteValues() throws -> (first: Double, count: Int) {
    func unsupported(_ reason: String) -> ModelError {
      .unsupportedSite(site: path, reason: "not summed out: \(reason)", location: location)
    }
    guard case .integers(let first, let bound) = distribution.support else { throw unsupported("a continuous site") }
    guard placement.scans.isEmpty else { throw unsupported("a site of a scan; write the series as a loop") }
    guard distribution is any UnivariateDistribution else { throw unsupported("a vector") }
    guard let bound else { throw unsupported("\(distribution.name) has infinitely many values") }
    guard let elements = bound.constantElements, let last = elements.first else {
      throw unsupported("the number of its values is random")
    }
    guard elements.allSatisfy({ $0 == last }) else { throw unsupported("its elements have different numbers of values") }
    guard last - Double(first) < Double(SummedOut.limit) else {
      throw ModelError.jointTooLarge(sites: [path], combinations: Int(last) - first + 1, limit: SummedOut.limit)
    }
    return (Double(first), max(Int(last) - first + 1, 1))
  }
}
