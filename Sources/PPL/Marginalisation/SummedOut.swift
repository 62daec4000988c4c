import NumericCore

/// Discrete sites that are summed out of a density, and what is left of the terms that depend on them.
struct SummedOut: Sendable {
  let sites: [PlacedSite]
  /// Terms that do not depend on the sites, and the logarithm of the sum over the others.
  let terms: [ScoreTerm]
  /// What makes its scores when it is run.
  let runs: [AnyRandom]
  /// A draw of each site given all else, by path: of all steps, for a site of a scan.
  let draws: [String: Lowering.Treatment]
  /// Whether the prior of a continuous site is in the sum.
  let holdsPriors: Bool

  /// - Parameters:
  ///   - terms: with the pieces that each is the sum of.
  ///   - runs: what makes its scores when it is run.
  ///   - bounds: the values of continuous sites, as functions of the position.
  init(
    _ sites: [PlacedSite], terms: [(term: ScoreTerm, pieces: [DensityPiece])], runs: [AnyRandom],
    bounds: [(site: String, value: AnyRandom)]
  ) throws {
    self.sites = sites
    let domains = try sites.map { try $0.finiteValues() }
    var values = DiscreteValues(
      quantities: zip(sites, domains).map { site, domain in
        DiscreteQuantity(name: site.path, first: domain.first, count: domain.count, size: site.site.shape.count)
      })
    var scans: [SummedScan] = []
    for (node, body) in Self.scans(reachedFrom: terms.flatMap(\.term.expressions) + runs) {
      if let scan = try SummedScan(node, body, of: sites, after: scans, &values) { scans.append(scan) }
    }
    let dependence = DiscreteDependence(sites, scans: scans)

    var (kept, pieces) = ([ScoreTerm](), [DensityPiece]())
    for (term, parts) in terms {
      guard term.expressions.contains(where: { dependence($0) != nil }) else {
        kept.append(term)
        continue
      }
      guard term.loop == nil || scans.contains(where: { $0.body.loop == term.loop }) else {
        throw Self.reached("the scores of a scan inside of another one depend on it", sites)
      }
      pieces += parts
    }
    for bound in bounds where dependence(bound.value) != nil {
      throw Self.reached("the bounds of `\(bound.site)` depend on it", sites)
    }
    holdsPriors = pieces.contains { $0.isPrior && !dependence.quantities(of: $0.expression).isEmpty }
    pieces += sites.map { site in
      let expression = site.distribution.logDensity(of: site.draw).elements(site.site.shape)
      return DensityPiece(name: site.path, expression: expression, loop: site.site.loops.last)
    }

    var sum = try SumOverScans(sites, scans, pieces, dependence, values)
    try sum.run()
    let name = sites.map(\.path).joined(separator: ", ")
    self.terms = kept + sum.terms + [ScoreTerm(site: "sum over \(name)", sum.logSum, in: nil)]
    self.runs = try runs.map { run in
      if let number = scans.firstIndex(where: { run.isNode($0.id) }) { return sum.forward[number].node }
      guard dependence(run) == nil else { throw Self.reached("a continuation depends on it", sites) }
      return run
    }
    draws = sum.draws()
  }

  /// The scans outside of others, in the order in which they run.
  private static func scans(reachedFrom roots: [AnyRandom]) -> [(node: AnyRandom, body: ScanBody)] {
    var result: [(node: AnyRandom, body: ScanBody)] = []
    visit(roots) { node, expression in
      if case .scan(let body) = node.content, body.enclosing == nil { result.append((expression, body)) }
    }
    return result
  }

  private static func reached(_ reason: String, _ sites: [PlacedSite]) -> ModelError {
    .unsupportedSite(
      site: sites.map(\.path).joined(separator: ", "), reason: "not summed out: \(reason)", location: sites.first?.location)
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
    guard placement.scans.count <= 1 else { throw unsupported("a site of a scan inside of another one") }
    guard distribution is any UnivariateDistribution else { throw unsupported("a vector") }
    guard let bound else { throw unsupported("\(distribution.name) has infinitely many values") }
    guard let elements = bound.constantElements, let last = elements.first else {
      throw unsupported("the number of its values is random")
    }
    guard elements.allSatisfy({ $0 == last }) else { throw unsupported("its elements have different numbers of values") }
    guard last - Double(first) < Double(DiscreteValues.limit) else {
      throw ModelError.jointTooLarge(
        sites: [path], combinations: Int(last) - first + 1, limit: DiscreteValues.limit)
    }
    return (Double(first), max(Int(last) - first + 1, 1))
  }
}
