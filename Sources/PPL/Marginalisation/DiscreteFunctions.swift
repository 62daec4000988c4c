import NumericCore

/// Expressions that are functions of what is summed over, and of nothing else: as quantities of their own, each with a
/// factor of 1 and 0 that tells which values go together.
struct DiscreteFunctions {
  private struct Function {
    let expression: AnyRandom
    let scope: [DiscreteVariable]
    let quantity: Int
    /// For each combination of values of the scope.
    var results: [Double] = []
  }

  private let dependence: DiscreteDependence
  private let path: String
  private let location: SourceLocation?
  private var functions: [Function] = []

  init(_ dependence: DiscreteDependence, path: String, location: SourceLocation?) {
    (self.dependence, self.path, self.location) = (dependence, path, location)
  }

  /// The quantity that an expression is: one of those that are known, a number, or a new one.
  mutating func quantity(_ expression: AnyRandom, _ values: inout DiscreteValues) throws -> Int {
    if let known = dependence.quantity(expression) { return known }
    let size = expression.shape.count
    if let numbers = expression.knownElements {
      guard let first = numbers.first, numbers.allSatisfy({ $0 == first }) else {
        throw unsupported("the elements of its first state are different numbers")
      }
      return values.add(path, first: try whole(first), count: 1, size: size)
    }
    guard size == 1 else { throw unsupported("a state that is a vector has to be a site, or the state before it") }
    let scope = dependence.quantities(of: expression).map { DiscreteVariable(quantity: $0.quantity) }
    guard !scope.contains(where: values.isPlate) else { throw unsupported("a state depends on a whole plate") }
    let quantity = values.add("a state of \(path)", first: 0, count: 0, size: 1)
    functions.append(Function(expression: expression, scope: Set(scope).sorted(), quantity: quantity))
    try evaluate(&values)
    return quantity
  }

  /// Finds the values of the functions anew, of the values that their arguments have.
  mutating func evaluate(_ values: inout DiscreteValues) throws {
    for (number, function) in functions.enumerated() {
      try values.check(function.scope)
      let outputs = try values.combinations(function.scope).map { combination in
        ("", try dependence.substitute(values.numbers(combination), in: function.expression))
      }
      guard !outputs.isEmpty else { continue }
      let results: [Double]
      do {
        let refused = unsupported("a state depends on what is summed out, and on a site that is not")
        results = try BatchEvaluation(outputs.map { (name: $0, element: $1) }) { _ in throw refused }
          .run(.sites([:]), count: 1, key: Scope.root).columns.map { $0[0] }
      } catch ModelError.stepOutsideOfScan(_) {
        throw unsupported("a state depends on what a step is given, and on what is summed out")
      }
      functions[number].results = try results.map(whole)
      let (least, largest) = (results.min() ?? 0, results.max() ?? 0)
      try values.set(function.quantity, first: least, last: largest)
    }
  }

  /// For each function the factor that is 1 where the value is its.
  func factors(_ values: DiscreteValues) throws -> [DiscreteFactor] {
    try functions.map { function in
      let own = values[DiscreteVariable(quantity: function.quantity)]
      let scope = function.scope + [DiscreteVariable(quantity: function.quantity)]
      try values.check(scope)
      return DiscreteFactor(
        scope: scope,
        table: function.results.flatMap { result in
          (0..<own.count).map { AnyRandom(own.first + Double($0) == result ? 0 : -.infinity) }
        })
    }
  }

  private func whole(_ value: Double) throws -> Double {
    guard value.rounded() == value, abs(value) < 0x1p52 else {
      throw unsupported("a state that depends on what is summed out is \(value), not a whole number")
    }
    return value
  }

  private func unsupported(_ reason: String) -> ModelError {
    .unsupportedSite(site: path, reason: "not summed out: \(reason)", location: location)
  }
}
