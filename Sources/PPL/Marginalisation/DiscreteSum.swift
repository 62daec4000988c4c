/// The sum of a product of factors over all values of their variables, by variable elimination (Koller and Friedman,
/// 'Probabilistic graphical models', 2009, chapter 9): one variable after the other, next the one that leaves the smallest
/// table.
struct DiscreteSum {
  /// A variable that was summed out: its logits given those that were summed out after it, its values changing first.
  struct Elimination {
    let variable: DiscreteVariable
    let rest: [DiscreteVariable]
    let logits: [AnyRandom]
  }

  /// Whose sum is a part of the logarithm of the sum that depends on no variable.
  private(set) var terms: [AnyRandom] = []
  /// In the order in which variables were summed out.
  private(set) var eliminations: [Elimination] = []
  /// What is left: functions of variables that are kept.
  let factors: [DiscreteFactor]

  /// - Parameter keeping: variables that are not summed over.
  /// - Throws: `ModelError.jointTooLarge`.
  init(_ factors: [DiscreteFactor], _ values: DiscreteValues, keeping kept: Set<DiscreteVariable> = []) throws {
    var graph = Neighbourhood(factors)
    while let variable = graph.next(values, keeping: kept) {
      let (touched, rest) = graph.remove(variable)
      let joint = rest + [variable]
      try values.check(joint)
      let count = values[variable].count
      let logits = values.combinations(joint).map { combination in
        let parts = touched.map { $0.table[values.place(combination, $0.scope)] }
        return parts.dropFirst().reduce(parts[0], +)
      }
      eliminations.append(Elimination(variable: variable, rest: rest, logits: logits))
      var table = (0..<(logits.count / count)).map { logSumExp(Array(logits[($0 * count)..<(($0 + 1) * count)])) }
      if values.isPlate(variable), !rest.contains(where: values.isPlate) { table = table.map(\.sum) }
      if rest.isEmpty { terms += table } else { graph.add(DiscreteFactor(scope: rest, table: table)) }
    }
    self.factors = graph.left
  }
}

/// The factors that are left, and which variables meet in them.
private struct Neighbourhood {
  private var factors: [DiscreteFactor?] = []
  private var numbers: [DiscreteVariable: [Int]] = [:]
  private var neighbours: [DiscreteVariable: Set<DiscreteVariable>] = [:]

  init(_ factors: [DiscreteFactor]) { for factor in factors { add(factor) } }

  var left: [DiscreteFactor] { factors.compactMap { $0 } }

  mutating func add(_ factor: DiscreteFactor) {
    for variable in factor.scope {
      numbers[variable, default: []].append(factors.count)
      neighbours[variable, default: []].formUnion(factor.scope)
    }
    factors.append(factor)
  }

  /// The variable to be summed out next: plates before the numbers that they share.
  func next(_ values: DiscreteValues, keeping kept: Set<DiscreteVariable>) -> DiscreteVariable? {
    let free = neighbours.filter { !kept.contains($0.key) }
    let candidates = free.keys.contains(where: values.isPlate) ? free.filter { values.isPlate($0.key) } : free
    return candidates.map { (variable: $0, size: values.count(Array($1))) }
      .min { ($0.size, $0.variable) < ($1.size, $1.variable) }?.variable
  }

  /// Takes out a variable with the factors that it is in.
  mutating func remove(_ variable: DiscreteVariable) -> (factors: [DiscreteFactor], rest: [DiscreteVariable]) {
    var touched: [DiscreteFactor] = []
    for number in numbers.removeValue(forKey: variable) ?? [] {
      if let factor = factors[number] { touched.append(factor) }
      factors[number] = nil
    }
    let rest = (neighbours.removeValue(forKey: variable) ?? []).subtracting([variable]).sorted()
    for other in rest { neighbours[other]?.remove(variable) }
    return (touched, rest)
  }
}

/// log(sum of exp), element by element.
private func logSumExp(_ parts: [AnyRandom]) -> AnyRandom {
  if parts.count == 1 { return parts[0] }
  if parts.allSatisfy(\.shape.isScalar) { return AnyRandom.stack(parts).logSumExp }
  return parts.dropFirst().reduce(parts[0]) { .binary(Elementary.LogAddExp.self, $0, $1) }
}
