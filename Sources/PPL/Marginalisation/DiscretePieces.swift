/// A part of a log density: one number, or one for each element of a plate.
struct DensityPiece {
  let name: String
  let expression: AnyRandom
  /// The loop at whose steps it is added.
  var loop: Loop?
  /// Whether it is the prior of a continuous site.
  var isPrior = false
}

/// Parts of a log density as factors of a sum.
struct DiscretePieces {
  private let dependence: DiscreteDependence
  private let values: DiscreteValues
  /// The plates whose elements are variables of their own: those that a piece does not take element by element, and those
  /// that share a piece with such.
  private let split: Set<Int>

  /// - Parameter pieces: all of them.
  init(_ pieces: [DensityPiece], _ dependence: DiscreteDependence, _ values: DiscreteValues) {
    (self.dependence, self.values) = (dependence, values)
    split = Self.splitPlates(pieces.compactMap { dependence($0.expression) }) { values.quantities[$0].size }
  }

  private static func splitPlates(_ pieces: [[Set<DiscreteElement>]], size: (Int) -> Int) -> Set<Int> {
    var split: Set<Int> = []
    while true {
      let before = split
      for piece in pieces {
        let plates = Set(piece.joined().map(\.quantity)).filter { size($0) > 1 }
        let broken = plates.filter { plate in
          size(plate) != piece.count
            || piece.enumerated().contains { number, elements in
              elements.contains { $0.quantity == plate && $0.element != number }
            }
        }
        split.formUnion(broken)
        if !plates.isDisjoint(with: split) { split.formUnion(plates) }
      }
      if split == before { return split }
    }
  }

  func variable(_ element: DiscreteElement) -> DiscreteVariable {
    DiscreteVariable(quantity: element.quantity, element: split.contains(element.quantity) ? element.element : nil)
  }

  /// All variables of a quantity.
  func variables(of quantity: Int) -> [DiscreteVariable] {
    guard split.contains(quantity) else { return [DiscreteVariable(quantity: quantity)] }
    return (0..<values.quantities[quantity].size).map { DiscreteVariable(quantity: quantity, element: $0) }
  }

  func variables(of expression: AnyRandom) -> Set<DiscreteVariable> {
    Set(dependence.quantities(of: expression).map(variable))
  }

  /// The factors of some pieces, and the terms of those that depend on nothing that is summed over.
  func factors(of pieces: [DensityPiece]) throws -> (factors: [DiscreteFactor], terms: [ScoreTerm]) {
    var (factors, terms) = ([DiscreteFactor](), [ScoreTerm]())
    for piece in pieces {
      guard let elements = dependence(piece.expression) else {
        terms.append(ScoreTerm(site: piece.name, [piece.expression.sum], in: piece.loop))
        continue
      }
      let scopes = elements.map { Set($0.map(variable)).sorted() }
      func table(_ scope: [DiscreteVariable], _ select: (AnyRandom) -> AnyRandom) throws -> [AnyRandom] {
        try values.check(scope)
        return try values.combinations(scope).map { combination in
          select(try dependence.substitute(values.numbers(combination), in: piece.expression))
        }
      }
      if scopes.joined().contains(where: values.isPlate) {
        let scope = Set(scopes.joined()).sorted()
        factors.append(DiscreteFactor(scope: scope, table: try table(scope) { $0 }))
      } else if Set(scopes).count == 1 {
        let table = try table(scopes[0], \.sum)
        if scopes[0].isEmpty {
          terms.append(ScoreTerm(site: piece.name, table, in: piece.loop))
        } else {
          factors.append(DiscreteFactor(scope: scopes[0], table: table))
        }
      } else {
        for (number, scope) in scopes.enumerated() {
          let table = try table(scope) { $0[element: number] }
          if scope.isEmpty {
            terms.append(ScoreTerm(site: piece.name, table, in: piece.loop))
          } else {
            factors.append(DiscreteFactor(scope: scope, table: table))
          }
        }
      }
    }
    return (factors, terms)
  }
}
