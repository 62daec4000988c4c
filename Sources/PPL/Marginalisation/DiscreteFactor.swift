/// A variable of a sum over values of discrete sites: a site, or an element of a plate whose elements depend on each other.
struct DiscreteVariable: Hashable, Comparable {
  let site: Int
  /// Nil for a number, and for a plate that is summed element by element at once.
  let element: Int?

  static func < (a: DiscreteVariable, b: DiscreteVariable) -> Bool { (a.site, a.element ?? -1) < (b.site, b.element ?? -1) }
}

/// A function of discrete variables: an expression for each combination of their values, the logarithm of a factor of the
/// density, or of one for each element of a plate.
struct DiscreteFactor {
  /// The values of the last one change first.
  let scope: [DiscreteVariable]
  let table: [AnyRandom]
}

/// The values that each variable takes.
struct DiscreteValues {
  /// The first value of a site, and the number of them.
  let sites: [(first: Double, count: Int)]

  func count(_ scope: [DiscreteVariable]) -> Int {
    scope.reduce(1) { product, variable in
      let (next, isTooLarge) = product.multipliedReportingOverflow(by: sites[variable.site].count)
      return isTooLarge ? .max : next
    }
  }

  /// The numbers of the values, from 0, at a place of a table.
  func combination(_ place: Int, _ scope: [DiscreteVariable]) -> [DiscreteVariable: Int] {
    var (rest, result) = (place, [DiscreteVariable: Int]())
    for variable in scope.reversed() {
      result[variable] = rest % sites[variable.site].count
      rest /= sites[variable.site].count
    }
    return result
  }

  /// The place of values in the table of a scope, which may be a part of theirs.
  func place(_ combination: [DiscreteVariable: Int], _ scope: [DiscreteVariable]) -> Int {
    scope.reduce(0) { $0 * sites[$1.site].count + (combination[$1] ?? 0) }
  }
}

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

  /// Whose sum is the logarithm of the sum.
  private(set) var terms: [AnyRandom] = []
  private(set) var eliminations: [Elimination] = []

  /// - Parameters:
  ///   - isPlate: whether a variable stands for all elements of a plate: the tables have a vector for it.
  ///   - check: throws where a table is too large.
  init(
    _ factors: [DiscreteFactor], _ values: DiscreteValues, isPlate: (DiscreteVariable) -> Bool,
    check: ([DiscreteVariable]) throws -> Void
  ) throws {
    var graph = Neighbourhood(factors)
    while let variable = graph.next(isPlate, values) {
      let (touched, rest) = graph.remove(variable)
      let joint = rest + [variable]
      try check(joint)
      let count = values.sites[variable.site].count
      let logits = (0..<values.count(joint)).map { place in
        let combination = values.combination(place, joint)
        let parts = touched.map { $0.table[values.place(combination, $0.scope)] }
        return parts.dropFirst().reduce(parts[0], +)
      }
      eliminations.append(Elimination(variable: variable, rest: rest, logits: logits))
      var table = (0..<(logits.count / count)).map { logSumExp(Array(logits[($0 * count)..<(($0 + 1) * count)])) }
      if isPlate(variable), !rest.contains(where: isPlate) { table = table.map(\.sum) }
      if rest.isEmpty { terms += table } else { graph.add(DiscreteFactor(scope: rest, table: table)) }
    }
  }
}

/// The factors that are left, and which variables meet in them.
private struct Neighbourhood {
  private var factors: [DiscreteFactor?] = []
  private var numbers: [DiscreteVariable: [Int]] = [:]
  private var neighbours: [DiscreteVariable: Set<DiscreteVariable>] = [:]

  init(_ factors: [DiscreteFactor]) { for factor in factors { add(factor) } }

  mutating func add(_ factor: DiscreteFactor) {
    for variable in factor.scope {
      numbers[variable, default: []].append(factors.count)
      neighbours[variable, default: []].formUnion(factor.scope)
    }
    factors.append(factor)
  }

  /// The variable to be summed out next: plates before the numbers that they share.
  func next(_ isPlate: (DiscreteVariable) -> Bool, _ values: DiscreteValues) -> DiscreteVariable? {
    let candidates = neighbours.keys.contains(where: isPlate) ? neighbours.filter { isPlate($0.key) } : neighbours
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
