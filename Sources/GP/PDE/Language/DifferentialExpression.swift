/// A polynomial in an unknown function, its derivatives and smooth functions of these, with functions of the point as
/// coefficients: a sum of terms, each a coefficient times derivatives of u and functions.
///
///     laplacian(u) + u * (u * u - 1)
///     laplacian(u) - sinh(u)
///     a * d(u, .x, order: 2) + 3 * d(u, .y)     // with a Field a
public struct DifferentialExpression: Sendable {
  /// How many times u is differentiated along each axis.
  struct Order: Sendable, Hashable {
    private var counts = SIMD3<Int>()

    init() {}
    init(_ count: Int, along axis: Int) { counts[axis] = count }

    subscript(axis: Int) -> Int {
      get { counts[axis] }
      set { counts[axis] = newValue }
    }
    var total: Int { counts.wrappedSum() }
    /// The axis that u is differentiated along where it is one alone; nil for u itself and for mixed derivatives.
    var onlyAxis: Int? {
      let axes = (0..<3).filter { counts[$0] > 0 }
      return axes.count == 1 ? axes[0] : nil
    }
  }

  struct Term: Sendable {
    var constant: Double
    /// What multiplies the constant.
    var coefficients: [Field]
    /// What it is the product of; a term without any is part of the source.
    var factors: [Factor]
  }

  indirect enum Factor: Sendable {
    case derivative(Order)
    /// A derivative of a function, of an expression.
    case function(SmoothFunction, order: Int, of: DifferentialExpression)
  }

  var terms: [Term]
  /// Of the domain; 0 where u is not part of it.
  var dimensions: Int
  /// That a coefficient which is a function was differentiated: thrown when the problem is solved.
  var differentiatesCoefficient = false

  /// The unknown itself.
  static func unknown(dimensions: Int) -> Self {
    Self(terms: [Term(constant: 1, coefficients: [], factors: [.derivative(Order())])], dimensions: dimensions)
  }

  init(terms: [Term], dimensions: Int, differentiatesCoefficient: Bool = false) {
    (self.terms, self.dimensions) = (terms, dimensions)
    self.differentiatesCoefficient = differentiatesCoefficient
  }

  /// A function of the point alone.
  public init(_ field: Field) {
    if case .constant(let value) = field.formula {
      terms = [Term(constant: value, coefficients: [], factors: [])]
    } else {
      terms = [Term(constant: 1, coefficients: [field], factors: [])]
    }
    dimensions = 0
  }

  private static func combine(_ a: Self, _ b: Self, _ terms: [Term]) -> Self {
    Self(
      terms: terms, dimensions: max(a.dimensions, b.dimensions),
      differentiatesCoefficient: a.differentiatesCoefficient || b.differentiatesCoefficient)
  }
}

extension DifferentialExpression: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  public init(floatLiteral value: Double) { self.init(Field(value)) }
  public init(integerLiteral value: Int) { self.init(Field(Double(value))) }
}

extension DifferentialExpression {
  public static func + (a: Self, b: Self) -> Self { combine(a, b, a.terms + b.terms) }
  public static func - (a: Self, b: Self) -> Self { a + -b }
  public static prefix func - (a: Self) -> Self { -1 * a }

  public static func * (a: Self, b: Self) -> Self {
    combine(
      a, b,
      a.terms.flatMap { s in
        b.terms.map { t in
          Term(
            constant: s.constant * t.constant, coefficients: s.coefficients + t.coefficients,
            factors: s.factors + t.factors)
        }
      })
  }

  // Numbers are expressions too: without the attribute `2 * x` of two numbers would have two meanings.
  @_disfavoredOverload
  public static func * (a: Double, b: Self) -> Self { Self(Field(a)) * b }
  @_disfavoredOverload
  public static func * (a: Self, b: Double) -> Self { Self(Field(b)) * a }
  @_disfavoredOverload
  public static func + (a: Self, b: Double) -> Self { a + Self(Field(b)) }
  @_disfavoredOverload
  public static func - (a: Self, b: Double) -> Self { a - Self(Field(b)) }

  public static func * (a: Field, b: Self) -> Self { Self(a) * b }
  public static func * (a: Self, b: Field) -> Self { a * Self(b) }
  public static func + (a: Self, b: Field) -> Self { a + Self(b) }
  public static func - (a: Self, b: Field) -> Self { a - Self(b) }
}

/// An axis of the domain, counted from 0: `.x`, `.y`, `.z`, or a number.
public struct Axis: Sendable, Hashable, ExpressibleByIntegerLiteral {
  public let index: Int

  /// Precondition: 0, 1 or 2.
  public init(_ index: Int) {
    precondition((0...2).contains(index), "axis \(index), expected 0, 1 or 2")
    self.index = index
  }
  public init(integerLiteral index: Int) { self.init(index) }

  public static let x = Axis(0)
  public static let y = Axis(1)
  public static let z = Axis(2)
}

/// The derivative along an axis, `order` times, by the rules of products and of chains.
///
/// A coefficient that is a function of the point cannot be differentiated: `solve` throws `differentiatedCoefficient`.
/// The divergence form (a u')' is written `a * d(u, .x, order: 2) + slope * d(u, .x)`, with the slope of a.
///
/// Precondition: the order is not negative.
public func d(_ u: DifferentialExpression, _ axis: Axis, order: Int = 1) -> DifferentialExpression {
  precondition(order >= 0, "a derivative of order \(order)")
  return (0..<order).reduce(u) { expression, _ in expression.derivative(axis) }
}

extension DifferentialExpression {
  fileprivate func derivative(_ axis: Axis) -> Self {
    var result = Self(terms: [], dimensions: dimensions, differentiatesCoefficient: differentiatesCoefficient)
    for term in terms {
      if !term.coefficients.isEmpty { result.differentiatesCoefficient = true }
      for (i, factor) in term.factors.enumerated() {
        var changed = term
        switch factor {
        case .derivative(var order):
          order[axis.index] += 1
          changed.factors[i] = .derivative(order)
          result.terms.append(changed)
        case .function(let f, let order, let inner):
          changed.factors[i] = .function(f, order: order + 1, of: inner)
          result = result + Self(terms: [changed], dimensions: dimensions) * inner.derivative(axis)
        }
      }
    }
    return result
  }
}

/// The sum of second derivatives along all axes of the domain.
public func laplacian(_ u: DifferentialExpression) -> DifferentialExpression {
  let zero = DifferentialExpression(terms: [], dimensions: u.dimensions)
  // A domain of more dimensions is refused when the problem is solved.
  return (0..<min(u.dimensions, 3)).reduce(zero) { $0 + d(u, Axis($1), order: 2) }
}
