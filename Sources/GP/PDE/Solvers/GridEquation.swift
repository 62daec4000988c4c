import NumericCore

/// An equation with its coefficients on the points of a grid: N(u) = source, with N a polynomial in u and its
/// derivatives without a constant term.
struct GridEquation: Sendable {
  typealias Order = DifferentialExpression.Order

  struct Term: Sendable {
    /// At each point.
    var coefficient: [Double]
    let factors: [Order]
  }

  private(set) var terms: [Term]
  let source: [Double]
  /// At how many points the source is missing.
  let missing: Int
  /// Whether the source is measured, perhaps with noise.
  let isMeasured: Bool
  /// Of the domain, along each axis.
  let lengths: [Double]
  /// All derivatives of u that occur.
  let orders: [Order]
  var isLinear: Bool { terms.allSatisfy { $0.factors.count == 1 } }

  /// The highest order of derivatives along one axis.
  static let highestOrder = 4

  /// A linear equation.
  init(linear: [(Order, [Double])], source: [Double], lengths: [Double]) {
    self.lengths = lengths
    terms = linear.map { Term(coefficient: $0.1, factors: [$0.0]) }
    (orders, self.source, missing, isMeasured) = (linear.map(\.0), source, 0, false)
  }

  /// - Throws: what is wrong with the expression, or with a source or a coefficient on the grid.
  init(_ expression: DifferentialExpression, on grid: TensorGrid) throws(PDEError) {
    guard !expression.differentiatesCoefficient else { throw .differentiatedCoefficient }
    lengths = grid.lengths
    var terms: [Term] = []
    var source = Array(repeating: 0.0, count: grid.count)
    for term in expression.terms where term.constant != 0 {
      var values = Array(repeating: term.constant, count: grid.count)
      let what = term.factors.isEmpty ? Field.source : "coefficient"
      for field in term.coefficients {
        let factors = try field.values(on: grid, as: what)
        for i in values.indices { values[i] *= factors[i] }
      }
      guard !term.factors.isEmpty else {
        for i in source.indices { source[i] -= values[i] }
        continue
      }
      for order in term.factors { try Self.check(order, on: grid) }
      terms.append(Term(coefficient: values, factors: term.factors))
    }
    guard !terms.isEmpty else { throw .equationWithoutUnknown }
    // Where the source is missing the equation becomes 0 == 0.
    let gaps = source.indices.filter { source[$0].isNaN }
    guard gaps.count < source.count else { throw .nothingMeasured }
    for i in gaps {
      source[i] = 0
      for t in terms.indices { terms[t].coefficient[i] = 0 }
    }
    missing = gaps.count
    (self.terms, self.source) = (terms, source)
    isMeasured = expression.terms.contains { $0.coefficients.contains(where: \.isMeasured) }
    let factors = terms.flatMap(\.factors)
    var orders: [Order] = []
    for order in factors where !orders.contains(order) { orders.append(order) }
    self.orders = orders
  }

  /// - Throws: `axisOutsideDomain`, or `unsupportedOrder`.
  static func check(_ order: Order, on grid: TensorGrid) throws(PDEError) {
    for axis in 0..<3 {
      guard axis < grid.axes.count || order[axis] == 0 else {
        throw .axisOutsideDomain(axis: axis, dimensions: grid.axes.count)
      }
      guard order[axis] <= highestOrder else {
        throw .unsupportedOrder(order: order[axis], highest: highestOrder)
      }
    }
  }

  /// Of u itself and of all that occur.
  var ordersWithUnknown: [Order] { orders.contains(Order()) ? orders : [Order()] + orders }

  /// The highest order of derivatives along an axis.
  func highestOrder(along axis: Int) -> Int { orders.map { $0[axis] }.max() ?? 0 }

  /// A term, given the derivatives of u at each point.
  func product(_ term: Term, _ u: [Order: [Double]]) -> [Double] { product(term.coefficient, term.factors[...], u) }

  private func product(
    _ coefficient: [Double], _ factors: some Collection<Order>, _ u: [Order: [Double]]
  ) -> [Double] {
    var product = coefficient
    for order in factors {
      let values = u[order]!
      for i in product.indices { product[i] *= values[i] }
    }
    return product
  }

  /// source - N(u).
  func residual(_ u: [Order: [Double]]) -> [Double] {
    var result = source
    for term in terms {
      let product = product(term, u)
      for i in result.indices { result[i] -= product[i] }
    }
    return result
  }

  /// What rounding is relative to: the largest norm of the source, of the terms, and of what the equation would make of
  /// a u of this size that goes through half an oscillation over an axis.
  func scale(_ u: [Order: [Double]]) -> Double {
    let terms = terms.reduce(max(norm(source), .leastNormalMagnitude)) { max($0, norm(product($1, u))) }
    return u[Order()].map { max(terms, norm($0) * slowGain) } ?? terms
  }

  /// How large the equation makes half an oscillation over an axis: the largest over the axes, linearised at 0.
  var slowGain: Double {
    let zero = Array(repeating: 0.0, count: source.count)
    let linear = linearised(Dictionary(uniqueKeysWithValues: ordersWithUnknown.map { ($0, zero) }))
    return lengths.enumerated().reduce(0) { max($0, Self.gain(linear, along: $1.offset)(0.5 / $1.element)) }
  }

  /// Whether, linearised at 0, it tells nothing along some axis, as u u'' = 1 does.
  var vanishesAtZero: Bool {
    let zero = Array(repeating: 0.0, count: source.count)
    let linear = linearised(Dictionary(uniqueKeysWithValues: ordersWithUnknown.map { ($0, zero) }))
    return lengths.indices.contains { axis in
      let highest = linear.filter { $0.0[axis] == highestOrder(along: axis) }
      return highest.allSatisfy { $0.1.allSatisfy { $0 == 0 } }
    }
  }

  /// The equation with its nonlinear terms times a factor.
  func weakened(_ factor: Double) -> GridEquation {
    var result = self
    for t in terms.indices where terms[t].factors.count > 1 {
      for i in source.indices { result.terms[t].coefficient[i] *= factor }
    }
    return result
  }

  /// What a linearised equation asks for: source - N(u) + N'(u) u.
  func linearData(
    _ linear: [(Order, [Double])], _ u: [Order: [Double]], _ residual: [Double]
  ) -> [Double] {
    var result = residual
    for (order, c) in linear {
      let values = u[order]!
      for i in c.indices { result[i] += c[i] * values[i] }
    }
    return result
  }

  /// How much larger an oscillation along an axis is in a linear equation than in u, by its frequency.
  static func gain(_ linear: [(Order, [Double])], along axis: Int) -> (Double) -> Double {
    let pure = linear.filter { $0.0.total == 0 || $0.0.onlyAxis == axis }
    // Mixed derivatives tell of an axis that has no others.
    let isPure = pure.contains { $0.0[axis] > 0 }
    let sizes = (isPure ? pure : linear.filter { $0.0.total == 0 || $0.0[axis] > 0 })
      .map { (order: $0.0[axis], size: rootMeanSquare($0.1)) }
    return { f in sizes.reduce(0) { $0 + $1.size * power(2 * .pi * f, $1.order) } }
  }

  /// The coefficients of each derivative of the change in N'(u), in a fixed order.
  func linearised(_ u: [Order: [Double]]) -> [(Order, [Double])] {
    var result = orders.map { ($0, Array(repeating: 0.0, count: source.count)) }
    for term in terms {
      for (place, order) in term.factors.enumerated() {
        var others = term.factors
        others.remove(at: place)
        let coefficients = product(term.coefficient, others, u)
        let at = orders.firstIndex(of: order)!
        for i in coefficients.indices { result[at].1[i] += coefficients[i] }
      }
    }
    return result
  }
}
