/// A box of one to three dimensions.
public struct Domain: Sendable, Equatable {
  /// The ends of each axis.
  let axes: [[Double]]

  /// - Parameter axes: the lower and the upper end of each.
  public static func box(_ axes: [Double]...) -> Domain { Domain(axes: axes) }
}

/// left == right: a differential equation.
public struct Equation: Sendable {
  /// left - right.
  let residual: DifferentialExpression

  public init(_ equality: Equality) { residual = equality.residual }

  /// What `==` between an expression in u and a source makes.
  public struct Equality: Sendable { let residual: DifferentialExpression }
}

extension DifferentialExpression {
  public static func == (left: Self, right: Self) -> Equation.Equality { .init(residual: left - right) }
  @_disfavoredOverload
  public static func == (left: Self, right: Field) -> Equation.Equality { .init(residual: left - right) }
  public static func == (
    left: Self, right: @escaping @Sendable (Double) -> Double
  ) -> Equation.Equality { left == Field(right) }
  public static func == (
    left: Self, right: @escaping @Sendable (Double, Double) -> Double
  ) -> Equation.Equality { left == Field(right) }
  public static func == (
    left: Self, right: @escaping @Sendable (Double, Double, Double) -> Double
  ) -> Equation.Equality { left == Field(right) }
}

/// What a problem is made of.
public protocol PDEStatement: Sendable {}
extension Equation: PDEStatement {}
extension Boundary: PDEStatement {}
extension Observation: PDEStatement {}

@resultBuilder
public enum PDEBuilder {
  public static func buildExpression(_ statement: some PDEStatement) -> [any PDEStatement] { [statement] }
  public static func buildBlock(_ parts: [any PDEStatement]...) -> [any PDEStatement] { parts.flatMap { $0 } }
  public static func buildOptional(_ part: [any PDEStatement]?) -> [any PDEStatement] { part ?? [] }
  public static func buildEither(first part: [any PDEStatement]) -> [any PDEStatement] { part }
  public static func buildEither(second part: [any PDEStatement]) -> [any PDEStatement] { part }
  public static func buildArray(_ parts: [[any PDEStatement]]) -> [any PDEStatement] { parts.flatMap { $0 } }
}

/// A differential equation for one function u on a box, with boundary conditions and observations of u:
///
///     let problem = PDE(on: .box([0, 1], [0, 1])) { u in
///       Equation(laplacian(u) + u * (u * u - 1) == source)
///       Boundary(.dirichlet(exact))
///     }
///     let solution = try problem.solve(grid: [200, 200])
///
/// What is wrong with a problem is thrown when it is solved.
public struct PDE: Sendable {
  let domain: Domain
  let statements: [any PDEStatement]

  public init(
    on domain: Domain, @PDEBuilder _ body: (DifferentialExpression) -> [any PDEStatement]
  ) {
    self.domain = domain
    statements = body(.unknown(dimensions: domain.axes.count))
  }
}
