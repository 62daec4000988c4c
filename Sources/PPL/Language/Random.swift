/// A random element: a value that depends on the source of randomness.
///
/// A constant is a random element, a function of random elements is one, and so is a choice between random elements
/// that another one makes. A `Random` is shared: used twice, it is the same draw.
public struct Random<Value: Sendable>: Sendable {
  /// This value as the graph sees it.
  public let expression: AnyRandom

  /// The typed face of an expression. The caller answers for its shape and kind.
  public init(_ expression: AnyRandom) { self.expression = expression }
}

extension Random where Value: RandomValue {
  /// The constant `value`.
  public init(_ value: Value) { expression = AnyRandom(value.constant) }

  /// The shape, known before any draw.
  public var shape: Shape { expression.shape }
}

extension Random: ExpressibleByIntegerLiteral where Value: ScalarRandomValue & ExpressibleByIntegerLiteral {
  public init(integerLiteral value: Value.IntegerLiteralType) { self.init(Value(integerLiteral: value)) }
}

extension Random: ExpressibleByFloatLiteral where Value: ScalarRandomValue & ExpressibleByFloatLiteral {
  public init(floatLiteral value: Value.FloatLiteralType) { self.init(Value(floatLiteral: value)) }
}

extension Random: ExpressibleByBooleanLiteral where Value == Bool {
  public init(booleanLiteral value: Bool) { self.init(value) }
}
