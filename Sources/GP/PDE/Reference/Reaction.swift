/// A term n(u) of an equation laplacian(u) + n(u) = F: a function of the unknown alone, with its derivative.
public struct Reaction: Sendable {
  public let value: @Sendable (Double) -> Double
  public let derivative: @Sendable (Double) -> Double

  public init(
    value: @escaping @Sendable (Double) -> Double, derivative: @escaping @Sendable (Double) -> Double
  ) {
    (self.value, self.derivative) = (value, derivative)
  }

  /// u (u^2 - 1), the term of the steady Allen-Cahn equation.
  public static let allenCahn = Reaction(value: { $0 * ($0 * $0 - 1) }, derivative: { 3 * $0 * $0 - 1 })
}
