/// What a sum goes over: a discrete site, or a state of a scan.
struct DiscreteQuantity {
  let name: String
  /// It takes the whole numbers from here on.
  var first: Double
  var count: Int
  /// The number of its elements: more than one for a plate.
  let size: Int
}

/// A variable of a sum: a quantity, or an element of a plate whose elements depend on each other.
struct DiscreteVariable: Hashable, Comparable {
  /// The number of the quantity.
  let quantity: Int
  /// Nil for a number, and for a plate that is summed element by element at once.
  var element: Int? = nil

  static func < (a: DiscreteVariable, b: DiscreteVariable) -> Bool {
    (a.quantity, a.element ?? -1) < (b.quantity, b.element ?? -1)
  }
}

/// A function of discrete variables: an expression for each combination of their values, the logarithm of a factor of the
/// density, or of one for each element of a plate.
struct DiscreteFactor {
  /// The values of the last one change first.
  let scope: [DiscreteVariable]
  let table: [AnyRandom]
}

/// The quantities that are summed over, and their values, which are numbered from 0.
struct DiscreteValues {
  /// Combinations of values in one table. Arbitrary: some ten thousand nodes.
  static let limit = 4_096

  private(set) var quantities: [DiscreteQuantity]

  subscript(variable: DiscreteVariable) -> DiscreteQuantity { quantities[variable.quantity] }

  /// The number of a new quantity.
  mutating func add(_ name: String, first: Double, count: Int, size: Int) -> Int {
    quantities.append(DiscreteQuantity(name: name, first: first, count: count, size: size))
    return quantities.count - 1
  }

  /// Gives a quantity the values from `first` to `last`.
  mutating func set(_ quantity: Int, first: Double, last: Double) throws {
    guard last - first < Double(Self.limit) else {
      throw ModelError.jointTooLarge(
        sites: [quantities[quantity].name], combinations: Int(last - first) + 1, limit: Self.limit)
    }
    (quantities[quantity].first, quantities[quantity].count) = (first, Int(last - first) + 1)
  }

  /// Gives a quantity the values of another.
  mutating func start(_ quantity: Int, like other: Int) {
    (quantities[quantity].first, quantities[quantity].count) = (quantities[other].first, quantities[other].count)
  }

  /// Extends the values of a quantity to those of another; whether there are new ones.
  mutating func extend(_ quantity: Int, toThoseOf other: Int) -> Bool {
    let (old, new) = (quantities[quantity], quantities[other])
    let first = min(old.first, new.first)
    let last = max(old.first + Double(old.count - 1), new.first + Double(new.count - 1))
    quantities[quantity].first = first
    quantities[quantity].count = Int(last - first) + 1
    return quantities[quantity].count != old.count
  }

  /// Whether a variable stands for all elements of a plate: tables have a vector for it.
  func isPlate(_ variable: DiscreteVariable) -> Bool { variable.element == nil && self[variable].size > 1 }

  func count(_ scope: [DiscreteVariable]) -> Int {
    scope.reduce(1) { product, variable in
      let (next, isTooLarge) = product.multipliedReportingOverflow(by: self[variable].count)
      return isTooLarge ? .max : next
    }
  }

  /// - Throws: `ModelError.jointTooLarge` where a table over the variables would be too large.
  func check(_ scope: [DiscreteVariable]) throws {
    let count = count(scope)
    guard count <= Self.limit else {
      throw ModelError.jointTooLarge(
        sites: Set(scope.map { self[$0].name }).sorted(), combinations: count, limit: Self.limit)
    }
  }

  /// The numbers of the values at a place of a table.
  func combination(_ place: Int, _ scope: [DiscreteVariable]) -> [DiscreteVariable: Int] {
    var (rest, result) = (place, [DiscreteVariable: Int]())
    for variable in scope.reversed() {
      result[variable] = rest % self[variable].count
      rest /= self[variable].count
    }
    return result
  }

  /// All combinations of the values of some variables, in the order of a table.
  func combinations(_ scope: [DiscreteVariable]) -> [[DiscreteVariable: Int]] {
    (0..<count(scope)).map { combination($0, scope) }
  }

  /// The place of values in the table of a scope, which may be a part of theirs.
  func place(_ combination: [DiscreteVariable: Int], _ scope: [DiscreteVariable]) -> Int {
    scope.reduce(0) { $0 * self[$1].count + (combination[$1] ?? 0) }
  }

  /// The number among the values of `other` of a value of `quantity`; nil where it has no such value.
  func number(_ number: Int, of quantity: Int, in other: Int) -> Int? {
    let place = number + Int(quantities[quantity].first - quantities[other].first)
    return (0..<quantities[other].count).contains(place) ? place : nil
  }

  /// The value of each element of each quantity; quantities without one have their first.
  func numbers(_ combination: [DiscreteVariable: Int]) -> [[Double]] {
    quantities.enumerated().map { number, quantity in
      let whole = combination[DiscreteVariable(quantity: number)]
      return (0..<quantity.size).map { element in
        quantity.first + Double(whole ?? combination[DiscreteVariable(quantity: number, element: element)] ?? 0)
      }
    }
  }
}
