/// Where a boundary condition holds: at the lower or the upper end of an axis.
public struct Side: Sendable, Hashable {
  public let axis: Int
  public let isUpper: Bool

  public static func lower(_ axis: Axis) -> Side { Side(axis: axis.index, isUpper: false) }
  public static func upper(_ axis: Axis) -> Side { Side(axis: axis.index, isUpper: true) }
}

/// What is asked of u on the boundary.
public enum BoundaryCondition: Sendable {
  /// u = g.
  case dirichlet(Field)
  /// The derivative along the outward normal is g.
  case neumann(Field)
  /// a u + b du/dn = g with constants a and b, and n the outward normal.
  case robin(Double, Double, Field)
  /// The derivative of an order along the axis, up to 3, is g: of second order at an end of a beam that is held but
  /// may turn.
  case derivative(Int, Field)
  /// u and its derivatives, as many as the equation asks for, agree at both ends of the axis.
  case periodic

  public static func dirichlet(_ g: @escaping @Sendable (Double) -> Double) -> Self { .dirichlet(Field(g)) }
  public static func dirichlet(_ g: @escaping @Sendable (Double, Double) -> Double) -> Self {
    .dirichlet(Field(g))
  }
  public static func dirichlet(_ g: @escaping @Sendable (Double, Double, Double) -> Double) -> Self {
    .dirichlet(Field(g))
  }
  public static func neumann(_ g: @escaping @Sendable (Double) -> Double) -> Self { .neumann(Field(g)) }
  public static func neumann(_ g: @escaping @Sendable (Double, Double) -> Double) -> Self {
    .neumann(Field(g))
  }
  public static func neumann(_ g: @escaping @Sendable (Double, Double, Double) -> Double) -> Self {
    .neumann(Field(g))
  }
  public static func robin(_ a: Double, _ b: Double, _ g: @escaping @Sendable (Double) -> Double) -> Self {
    .robin(a, b, Field(g))
  }
  public static func robin(_ a: Double, _ b: Double, _ g: @escaping @Sendable (Double, Double) -> Double) -> Self {
    .robin(a, b, Field(g))
  }
  public static func robin(_ a: Double, _ b: Double, _ g: @escaping @Sendable (Double, Double, Double) -> Double) -> Self {
    .robin(a, b, Field(g))
  }
  public static func derivative(_ order: Int, _ g: @escaping @Sendable (Double) -> Double) -> Self {
    .derivative(order, Field(g))
  }
  public static func derivative(_ order: Int, _ g: @escaping @Sendable (Double, Double) -> Double) -> Self {
    .derivative(order, Field(g))
  }
  public static func derivative(_ order: Int, _ g: @escaping @Sendable (Double, Double, Double) -> Double) -> Self {
    .derivative(order, Field(g))
  }
}

/// A boundary condition on some sides. All that are stated hold: u and du/dn on one side are Cauchy's data.
public struct Boundary: Sendable {
  let condition: BoundaryCondition
  /// nil for all.
  let sides: [Side]?

  /// - Parameter sides: all of the domain's where there are none. A periodic condition holds on both sides of an axis.
  public init(_ condition: BoundaryCondition, on sides: Side...) {
    (self.condition, self.sides) = (condition, sides.isEmpty ? nil : sides)
  }
}
