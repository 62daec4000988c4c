/// A random element of any shape, as the graph sees it: a constant, or a node of an arena.
///
/// `Random` is its typed face. Distributions write their log densities with expressions, so that one formula serves
/// scalars and vectors: operations go element by element, and a scalar broadcasts.
public struct Expression: Sendable {
  enum Storage: Sendable {
    case constant(Constant)
    case node(Arena, Int)
  }

  let storage: Storage
  public let shape: Shape
  public let kind: NumberKind

  init(_ constant: Constant) {
    (storage, shape, kind) = (.constant(constant), constant.shape, constant.kind)
  }

  init(arena: Arena, index: Int) {
    let node = arena.nodes[index]
    (storage, shape, kind) = (.node(arena, index), node.shape, node.kind)
  }

  public init(_ value: Double) { self.init(Constant(elements: [value], shape: .scalar, kind: .real)) }
  public init(_ values: [Double]) {
    self.init(Constant(elements: values, shape: .vector(values.count), kind: .real))
  }

  /// The numbers, where they are known before a run.
  public var constantElements: [Double]? {
    if case .constant(let constant) = storage { return constant.elements }
    return nil
  }

  /// A new node. It goes to the arena of the body that is being run, or to one of its own.
  static func make(
    _ content: Node.Content, _ inputs: [Expression] = [], shape: Shape, kind: NumberKind
  ) -> Expression {
    for input in inputs {
      if case .node(let arena, let index) = input.storage, case .failure(let error) = arena.nodes[index].content {
        return failure(error)
      }
    }
    let arena = Scope.current?.arena ?? Arena()
    let indices = inputs.map(arena.index(of:))
    return Expression(arena: arena, index: arena.append(content, inputs: indices, shape: shape, kind: kind))
  }

  /// The application of an operation.
  static func apply(
    _ operation: any Operation.Type, _ inputs: [Expression], shape: Shape, kind: NumberKind = .real,
    immediate: (Int, Int, Int, Int) = (0, 0, 0, 0)
  ) -> Expression {
    make(.apply(Application(operation: operation, immediate: immediate)), inputs, shape: shape, kind: kind)
  }

  /// A value that could not be built: whoever uses it carries the error on, and lowering throws it.
  static func failure(_ error: ModelError) -> Expression {
    Scope.current?.record(error)
    let arena = Scope.current?.arena ?? Arena()
    return Expression(arena: arena, index: arena.append(.failure(error), shape: .scalar, kind: .real))
  }

  static func unary<F: UnaryFunction>(_ function: F.Type, _ x: Expression, kind: NumberKind = .real) -> Expression {
    apply(F.self, [x], shape: x.shape, kind: kind)
  }

  static func binary<F: BinaryFunction>(
    _ function: F.Type, _ a: Expression, _ b: Expression, kind: NumberKind = .real
  ) -> Expression {
    guard let shape = a.shape.broadcast(with: b.shape) else {
      return failure(.shapeMismatch(operation: F.name, shapes: [a.shape, b.shape], location: nil))
    }
    return apply(F.self, [a, b], shape: shape, kind: kind)
  }

  /// integer op integer stays an integer.
  static func arithmetic<F: BinaryFunction>(_ function: F.Type, _ a: Expression, _ b: Expression) -> Expression {
    binary(function, a, b, kind: a.kind == .integer && b.kind == .integer ? .integer : .real)
  }
}

extension Expression: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  public init(floatLiteral value: Double) { self.init(value) }
  public init(integerLiteral value: Int) { self.init(Double(value)) }
}

extension Expression {
  public static func + (a: Expression, b: Expression) -> Expression { arithmetic(Elementary.Add.self, a, b) }
  public static func - (a: Expression, b: Expression) -> Expression { arithmetic(Elementary.Subtract.self, a, b) }
  public static func * (a: Expression, b: Expression) -> Expression { arithmetic(Elementary.Multiply.self, a, b) }
  public static func / (a: Expression, b: Expression) -> Expression { binary(Elementary.Divide.self, a, b) }
  public static prefix func - (a: Expression) -> Expression { unary(Elementary.Negate.self, a, kind: a.kind) }

  public var exponential: Expression { .unary(Elementary.Exponential.self, self) }
  public var logarithm: Expression { .unary(Elementary.Logarithm.self, self) }
  public var log1p: Expression { .unary(Elementary.Log1p.self, self) }
  public var logGamma: Expression { .unary(Elementary.LogGamma.self, self) }
  public var logistic: Expression { .unary(Elementary.Logistic.self, self) }
  public var softplus: Expression { .unary(Elementary.Softplus.self, self) }
  public var squareRoot: Expression { .unary(Elementary.SquareRoot.self, self) }
  public var reciprocal: Expression { .unary(Elementary.Reciprocal.self, self) }
  public var square: Expression { .unary(Elementary.Square.self, self) }

  /// The sum of all elements.
  public var sum: Expression { shape.isScalar ? self : .apply(Sum.self, [self], shape: .scalar, kind: kind) }

  /// The sum over a plate of `count` elements that this value is broadcast to.
  func sum(overPlateOf count: Int) -> Expression {
    shape.isScalar ? (count == 1 ? self : Expression(Double(count)) * self) : sum
  }
}
