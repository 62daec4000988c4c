/// Smooth functions of expressions in u:
///
///     laplacian(u) + lambda * exp(u)                              // Bratu
///     d(u, .y, order: 2) - d(u, .x, order: 2) + sin(u)            // sine-Gordon
///     d(u, .x, order: 2) - v * u / (k + u)                        // Michaelis and Menten
///     d(d(u, .x) / sqrt(1 + d(u, .x) * d(u, .x)), .x)             // curvature
///
/// They are differentiated by the chain rule, by `d` and by Newton's method, of which u must keep within where they are
/// defined.
extension DifferentialExpression {
  func applying(_ f: SmoothFunction) -> Self {
    if let constant { return Self(Field(f.derivative(0)(constant))) }
    return Self(
      terms: [Term(constant: 1, coefficients: [], factors: [.function(f, order: 0, of: self)])],
      dimensions: dimensions, differentiatesCoefficient: differentiatesCoefficient)
  }

  /// Its value where it holds neither u nor a function of the point.
  private var constant: Double? {
    let isConstant = terms.allSatisfy { $0.coefficients.isEmpty && $0.factors.isEmpty }
    return isConstant ? terms.reduce(0) { $0 + $1.constant } : nil
  }

  public static func / (a: Self, b: Self) -> Self { a * b.applying(.power(-1)) }

  // As for products: two numbers have one quotient.
  @_disfavoredOverload
  public static func / (a: Self, b: Double) -> Self { a / Self(Field(b)) }
  @_disfavoredOverload
  public static func / (a: Double, b: Self) -> Self { Self(Field(a)) / b }
  public static func / (a: Field, b: Self) -> Self { Self(a) / b }
  public static func / (a: Self, b: Field) -> Self { a / Self(b) }
}

@_disfavoredOverload
public func exp(_ u: DifferentialExpression) -> DifferentialExpression { u.applying(.exponential) }

/// The natural logarithm, of what is positive.
@_disfavoredOverload
public func log(_ u: DifferentialExpression) -> DifferentialExpression { u.applying(.logarithm) }

/// Of what is positive: at 0 there is no derivative.
@_disfavoredOverload
public func sqrt(_ u: DifferentialExpression) -> DifferentialExpression { pow(u, 0.5) }

@_disfavoredOverload
public func sin(_ u: DifferentialExpression) -> DifferentialExpression { u.applying(.sine) }

@_disfavoredOverload
public func cos(_ u: DifferentialExpression) -> DifferentialExpression { u.applying(.cosine) }

@_disfavoredOverload
public func sinh(_ u: DifferentialExpression) -> DifferentialExpression { u.applying(.hyperbolicSine) }

@_disfavoredOverload
public func cosh(_ u: DifferentialExpression) -> DifferentialExpression { u.applying(.hyperbolicCosine) }

@_disfavoredOverload
public func tanh(_ u: DifferentialExpression) -> DifferentialExpression { u.applying(.hyperbolicTangent) }

/// u to a power; of what is positive, unless the power is a whole number.
@_disfavoredOverload
public func pow(_ u: DifferentialExpression, _ power: Double) -> DifferentialExpression { u.applying(.power(power)) }
