/// The sum over sites, and over the states of scans: what scans do not touch is summed out before them, the rest after them.
struct SumOverScans {
  /// What is left of the pieces that depends on nothing that is summed over.
  private(set) var terms: [ScoreTerm] = []
  /// Expressions whose sum is the logarithm of the sum.
  private(set) var logSum: [AnyRandom] = []
  /// What runs in place of each scan.
  private(set) var forward: [ForwardScan] = []

  private let sites: [PlacedSite]
  private let scans: [SummedScan]
  /// Those of the outside, by the number of scans that have to run before them.
  private let outside: [[DensityPiece]]
  /// Those of the steps of each scan.
  private let steps: [[DensityPiece]]
  private let pieces: DiscretePieces
  private let dependence: DiscreteDependence
  private let values: DiscreteValues
  /// What was summed out before each scan, and after the last one.
  private var eliminations: [[DiscreteSum.Elimination]] = []

  init(
    _ sites: [PlacedSite], _ scans: [SummedScan], _ pieces: [DensityPiece], _ dependence: DiscreteDependence,
    _ values: DiscreteValues
  ) throws {
    (self.sites, self.scans, self.dependence, self.values) = (sites, scans, dependence, values)
    self.pieces = DiscretePieces(pieces, dependence, values)
    outside = (0...scans.count).map { stage in
      pieces.filter { $0.loop == nil && dependence.stage(of: $0.expression) == stage }
    }
    steps = scans.map { scan in pieces.filter { $0.loop == scan.body.loop } }
  }

  mutating func run() throws {
    var factors: [DiscreteFactor] = []
    for (number, scan) in scans.enumerated() {
      try add(outside[number], to: &factors)
      factors += scan.startLinks
      let starts = Set(scan.parts.flatMap { pieces.variables(of: $0.start) })
      let captured = captured(by: number)
      let later = later(than: number)
      let sum = try eliminate(factors, keeping: starts.union(captured).union(later))
      let lost = starts.subtracting(captured).subtracting(later)
      let absorbed = sum.factors.filter { !lost.isDisjoint(with: $0.scope) }
      let carried = absorbed.reduce(into: captured.union(starts.intersection(later))) { $0.formUnion($1.scope) }
        .subtracting(lost).sorted()
      let forward = try ForwardScan(
        scan, absorbing: absorbed, carrying: carried, scoring: steps[number], pieces, dependence, values)
      dependence.replaceNext(by: forward.node)
      self.forward.append(forward)
      terms += forward.terms
      factors = sum.factors.filter { lost.isDisjoint(with: $0.scope) } + [forward.final]
    }
    try add(outside[scans.count], to: &factors)
    _ = try eliminate(factors, keeping: [])
  }

  private mutating func add(_ added: [DensityPiece], to factors: inout [DiscreteFactor]) throws {
    let (new, terms) = try pieces.factors(of: added)
    factors += new
    self.terms += terms
  }

  private mutating func eliminate(
    _ factors: [DiscreteFactor], keeping kept: Set<DiscreteVariable>
  ) throws -> DiscreteSum {
    let sum = try DiscreteSum(factors, values, keeping: kept)
    logSum += sum.terms
    eliminations.append(sum.eliminations)
    return sum
  }

  /// What a step of a scan depends on of the outside.
  private func captured(by number: Int) -> Set<DiscreteVariable> {
    let scan = scans[number]
    let all = steps[number].reduce(into: Set(scan.stepLinks.flatMap(\.scope))) {
      $0.formUnion(pieces.variables(of: $1.expression))
    }
    let own = Set(scan.parts.map(\.before) + scan.stepLinks.compactMap(\.scope.last?.quantity) + siteNumbers(of: scan))
    let after = scan.parts.map(\.after).filter { values.quantities[$0].count > 1 && !own.contains($0) }
    return all.union(after.map { DiscreteVariable(quantity: $0) }).filter { !own.contains($0.quantity) }
  }

  /// What pieces and scans after a scan depend on.
  private func later(than number: Int) -> Set<DiscreteVariable> {
    var result: Set<DiscreteVariable> = []
    for piece in outside[(number + 1)...].joined() { result.formUnion(pieces.variables(of: piece.expression)) }
    for next in scans.indices.dropFirst(number + 1) {
      result.formUnion(captured(by: next))
      result.formUnion(scans[next].startLinks.flatMap(\.scope))
      result.formUnion(scans[next].parts.flatMap { pieces.variables(of: $0.start) })
    }
    return result
  }

  private func siteNumbers(of scan: SummedScan) -> [Int] {
    sites.indices.filter { sites[$0].site.loops.last == scan.body.loop }
  }

  /// A draw of each site given all else, by path.
  func draws() -> [String: Lowering.Treatment] {
    var draws = DiscreteDraws(values, location: sites[0].location)
    draws.draw(eliminations[scans.count])
    for number in scans.indices.reversed() {
      draws.draw(scans[number], forward[number], sites: siteNumbers(of: scans[number]))
      draws.draw(eliminations[number])
    }
    var result: [String: Lowering.Treatment] = [:]
    for (number, site) in sites.enumerated() {
      let value = draws.value(of: number)
      result[site.path] = site.site.loops.isEmpty ? .expression(value) : .steps(value)
    }
    return result
  }
}
