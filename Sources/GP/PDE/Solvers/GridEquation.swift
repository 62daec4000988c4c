import NumericCore

/// An equation with its coefficients on the points of a grid: N(u) = source, with N a polynomial in u, its derivatives and
/// smooth functions of such polynomials, each of whose terms holds one of these.
struct GridEquation: Sendable {
  typealias Order = DifferentialExpression.Order

  struct Term: Sendable {
    /// At each point.
    var coefficient: [Double]
    let factors: [Factor]
  }

  indirect enum Factor: Sendable {
    case derivative(Order)
    /// A derivative of a function, of a sum of terms.
    case function(SmoothFunction, order: Int, of: [Term])
  }

  private(set) var terms: [Term]
  private(set) var source: [Double]
  /// Where the source is missing.
  private var gaps: [Int]
  /// At how many points it is.
  var missing: Int { gaps.count }
  /// Whether the source is measured, perhaps with noise.
  let isMeasured: Bool
  /// Of the domain, along each axis.
  let lengths: [Double]
  /// All derivatives of u that occur.
  let orders: [Order]
  var isLinear: Bool { terms.allSatisfy(Self.isLinear) }

  private static func isLinear(_ term: Term) -> Bool {
    if case .derivative? = term.factors.first { term.factors.count == 1 } else { false }
  }

  /// The highest order of derivatives along one axis.
  static let highestOrder = 4

  /// A linear equation.
  init(linear: [(Order, [Double])], source: [Double], lengths: [Double]) {
    self.lengths = lengths
    terms = linear.map { Term(coefficient: $0.1, factors: [.derivative($0.0)]) }
    (orders, self.source, gaps, isMeasured) = (linear.map(\.0), source, [], false)
  }

  /// - Throws: what is wrong with the expression, or with a source or a coefficient on the grid.
  init(_ expression: DifferentialExpression, on grid: TensorGrid) throws(PDEError) {
    guard !expression.differentiatesCoefficient else { throw .differentiatedCoefficient }
    lengths = grid.lengths
    let all = try Self.terms(expression, on: grid, constants: Field.source)
    var terms = all.filter { !$0.factors.isEmpty }
    var source = Array(repeating: 0.0, count: grid.count)
    for term in all where term.factors.isEmpty { for i in source.indices { source[i] -= term.coefficient[i] } }
    var orders: [Order] = []
    Self.collect(terms, in: &orders)
    guard !orders.isEmpty else { throw .equationWithoutUnknown }
    // Where the source is missing the equation becomes 0 == 0.
    let gaps = source.indices.filter { source[$0].isNaN }
    guard gaps.count < source.count else { throw .nothingMeasured }
    for i in gaps {
      source[i] = 0
      for t in terms.indices { terms[t].coefficient[i] = 0 }
    }
    (self.terms, self.source, self.gaps) = (terms, source, gaps)
    isMeasured = expression.terms.contains { $0.coefficients.contains(where: \.isMeasured) }
    self.orders = orders
  }

  /// - Parameter constants: what terms without factors are called in errors.
  private static func terms(
    _ expression: DifferentialExpression, on grid: TensorGrid, constants: String
  ) throws(PDEError) -> [Term] {
    var terms: [Term] = []
    for term in expression.terms where term.constant != 0 {
      var values = Array(repeating: term.constant, count: grid.count)
      for field in term.coefficients {
        let factors = try field.values(on: grid, as: term.factors.isEmpty ? constants : Self.coefficient)
        for i in values.indices { values[i] *= factors[i] }
      }
      var factors: [Factor] = []
      for factor in term.factors {
        switch factor {
        case .derivative(let order):
          try check(order, on: grid)
          factors.append(.derivative(order))
        case .function(let f, let order, let inner):
          factors.append(.function(f, order: order, of: try Self.terms(inner, on: grid, constants: Self.coefficient)))
        }
      }
      terms.append(Term(coefficient: values, factors: factors))
    }
    return terms
  }

  private static let coefficient = "coefficient"

  /// Adds the derivatives that occur in terms, each once.
  private static func collect(_ terms: [Term], in orders: inout [Order]) {
    for factor in terms.flatMap(\.factors) {
      switch factor {
      case .derivative(let order): if !orders.contains(order) { orders.append(order) }
      case .function(_, _, let inner): collect(inner, in: &orders)
      }
    }
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
  private func product(_ term: Term, _ u: [Order: [Double]]) -> [Double] {
    product(term.coefficient, term.factors, u)
  }

  private func product(_ coefficient: [Double], _ factors: [Factor], _ u: [Order: [Double]]) -> [Double] {
    var product = coefficient
    for factor in factors {
      let values = values(factor, u)
      for i in product.indices { product[i] *= values[i] }
    }
    return product
  }

  private func values(_ factor: Factor, _ u: [Order: [Double]]) -> [Double] {
    switch factor {
    case .derivative(let order): return u[order]!
    case .function(let f, let order, let inner): return sum(inner, u).map(f.derivative(order))
    }
  }

  private func sum(_ terms: [Term], _ u: [Order: [Double]]) -> [Double] {
    var result = Array(repeating: 0.0, count: source.count)
    for term in terms {
      let product = product(term, u)
      for i in result.indices { result[i] += product[i] }
    }
    return result
  }

  /// source - N(u).
  func residual(_ u: [Order: [Double]]) -> [Double] {
    zip(source, sum(terms, u)).map { $0 - $1 }
  }

  /// What rounding is relative to: the largest norm of the source, of the terms, and of what the equation would make of
  /// a u of this size that goes through half an oscillation over an axis.
  ///
  /// - Parameter slowGain: `slowGain`, where it is at hand.
  func scale(_ u: [Order: [Double]], slowGain: Double? = nil) -> Double {
    let terms = terms.reduce(max(norm(source), .leastNormalMagnitude)) { max($0, norm(product($1, u))) }
    return u[Order()].map { max(terms, norm($0) * (slowGain ?? self.slowGain)) } ?? terms
  }

  /// How large the equation makes half an oscillation over an axis: the largest over the axes, linearised at 0.
  var slowGain: Double {
    let linear = linearised(zero).filter { $0.1.allSatisfy(\.isFinite) }
    return lengths.enumerated().reduce(0) { max($0, Self.gain(linear, along: $1.offset)(0.5 / $1.element)) }
  }

  /// A u of 0, with its derivatives.
  var zero: [Order: [Double]] {
    let zero = Array(repeating: 0.0, count: source.count)
    return Dictionary(uniqueKeysWithValues: ordersWithUnknown.map { ($0, zero) })
  }

  /// Whether 0 is no place to start from: linearised there the equation tells nothing along some axis, as u u'' = 1 does,
  /// or it is not defined there, as u'' = log u is not.
  var vanishesAtZero: Bool {
    let linear = linearised(zero)
    guard residual(zero).allSatisfy(\.isFinite), linear.allSatisfy({ $0.1.allSatisfy(\.isFinite) }) else { return true }
    return lengths.indices.contains { axis in
      let highest = linear.filter { $0.0[axis] == highestOrder(along: axis) }
      return highest.allSatisfy { $0.1.allSatisfy { $0 == 0 } }
    }
  }

  /// The equation with all terms times a factor but those that are linear and of the highest order along an axis.
  func weakened(_ factor: Double) -> GridEquation {
    var result = self
    for t in terms.indices where !isLeading(terms[t]) {
      for i in source.indices { result.terms[t].coefficient[i] *= factor }
    }
    return result
  }

  /// The equation at some of the points.
  func thinned(to places: [Int]) -> GridEquation {
    var result = self
    result.source = places.map { source[$0] }
    result.gaps = places.indices.filter { gaps.contains(places[$0]) }
    result.terms = Self.thinned(terms, to: places)
    return result
  }

  private static func thinned(_ terms: [Term], to places: [Int]) -> [Term] {
    terms.map { term in
      Term(
        coefficient: places.map { term.coefficient[$0] },
        factors: term.factors.map { factor in
          guard case .function(let f, let order, let inner) = factor else { return factor }
          return .function(f, order: order, of: thinned(inner, to: places))
        })
    }
  }

  private func isLeading(_ term: Term) -> Bool {
    guard Self.isLinear(term), case .derivative(let order)? = term.factors.first else { return false }
    return lengths.indices.contains { order[$0] > 0 && order[$0] == highestOrder(along: $0) }
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

  /// As `linearised(u)`, where source - N(u) is known too.
  ///
  /// - Throws: `undefined` where one of both is not finite.
  func linearised(_ u: [Order: [Double]], _ residual: [Double]) throws(PDEError) -> [(Order, [Double])] {
    let result = linearised(u)
    for i in residual.indices where !(residual[i].isFinite && result.allSatisfy { $0.1[i].isFinite }) {
      throw .undefined(unknown: u[Order()]![i])
    }
    return result
  }

  /// The coefficients of each derivative of the change in N'(u), in a fixed order.
  func linearised(_ u: [Order: [Double]]) -> [(Order, [Double])] {
    var result = orders.map { ($0, Array(repeating: 0.0, count: source.count)) }
    addChange(of: terms, times: nil, u, to: &result)
    return result
  }

  /// Adds the coefficients of the change of a sum of terms, times a function of the point, by the rules of products and
  /// of chains.
  private func addChange(
    of terms: [Term], times outer: [Double]?, _ u: [Order: [Double]], to result: inout [(Order, [Double])]
  ) {
    for term in terms {
      for (place, factor) in term.factors.enumerated() {
        var others = term.factors
        others.remove(at: place)
        var coefficients = product(term.coefficient, others, u)
        if let outer { for i in coefficients.indices { coefficients[i] *= outer[i] } }
        switch factor {
        case .derivative(let order):
          let at = orders.firstIndex(of: order)!
          for i in coefficients.indices { result[at].1[i] += coefficients[i] }
        case .function(let f, let order, let inner):
          let slopes = values(.function(f, order: order + 1, of: inner), u)
          for i in coefficients.indices { coefficients[i] *= slopes[i] }
          addChange(of: inner, times: coefficients, u, to: &result)
        }
      }
    }
  }
}
