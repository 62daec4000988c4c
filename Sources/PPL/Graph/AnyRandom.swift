/// A random element of any shape, as the graph sees it: a constant, or a node of an arena.
///
/// `Random` is its typed face. Distributions write their log densities with expressions, so that one formula serves
/// scalars and vectors: operations go element by element, and a scalar broadcasts.
public struct AnyRandom: Sendable {
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
    let node = arena[index]
    (storage, shape, kind) = (.node(arena, index), node.shape, node.kind)
  }

  public init(_ value: Double) { self.init(Constant(elements: [value], shape: .scalar, kind: .real)) }
  public init(_ values: [Double]) {
    self.init(Constant(elements: values, shape: .vector(values.count), kind: .real))
  }

  /// Whether this is the value of a node.
  func isNode(_ id: NodeID) -> Bool {
    guard case .node(let arena, let index) = storage else { return false }
    return NodeID(arena, index) == id
  }

  /// The numbers, where they are known before a run.
  public var constantElements: [Double]? {
    if case .constant(let constant) = storage { return constant.elements }
    return nil
  }

  /// A new node. It goes to the arena of the body that is being run, or to one of its own.
  static func make(
    _ content: Node.Content, _ inputs: [AnyRandom] = [], shape: Shape, kind: NumberKind
  ) -> AnyRandom {
    for input in inputs {
      if case .node(let arena, let index) = input.storage, case .failure(let error) = arena[index].content {
        return failure(error)
      }
    }
    let arena = Scope.current?.arena ?? Arena()
    let indices = inputs.map(arena.index(of:))
    return AnyRandom(arena: arena, index: arena.append(content, inputs: indices, shape: shape, kind: kind))
  }

  /// The application of an operation.
  static func apply(
    _ operation: any ArrayOperation.Type, _ inputs: [AnyRandom], shape: Shape, kind: NumberKind = .real,
    immediate: (Int, Int, Int, Int) = (0, 0, 0, 0)
  ) -> AnyRandom {
    make(.apply(Application(operation: operation, immediate: immediate)), inputs, shape: shape, kind: kind)
  }

  /// A value that could not be built: whoever uses it carries the error on, and lowering throws it.
  static func failure(_ error: ModelError) -> AnyRandom {
    Scope.current?.record(error)
    let arena = Scope.current?.arena ?? Arena()
    return AnyRandom(arena: arena, index: arena.append(.failure(error), shape: .scalar, kind: .real))
  }

  static func unary<F: UnaryFunction>(_ function: F.Type, _ x: AnyRandom, kind: NumberKind = .real) -> AnyRandom {
    if let x = x.knownNumber { return AnyRandom(known: F.value(x), kind: kind) }
    return apply(F.self, [x], shape: x.shape, kind: kind)
  }

  static func binary<F: BinaryFunction>(
    _ function: F.Type, _ a: AnyRandom, _ b: AnyRandom, kind: NumberKind = .real
  ) -> AnyRandom {
    if let a = a.knownNumber, let b = b.knownNumber { return AnyRandom(known: F.value(a, b), kind: kind) }
    guard let shape = a.shape.broadcast(with: b.shape) else {
      return failure(.shapeMismatch(operation: F.name, shapes: [a.shape, b.shape], location: nil))
    }
    return apply(F.self, [a, b], shape: shape, kind: kind)
  }

  /// integer op integer stays an integer.
  static func arithmetic<F: BinaryFunction>(_ function: F.Type, _ a: AnyRandom, _ b: AnyRandom) -> AnyRandom {
    binary(function, a, b, kind: a.kind == .integer && b.kind == .integer ? .integer : .real)
  }
}

extension AnyRandom: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  public init(floatLiteral value: Double) { self.init(value) }
  public init(integerLiteral value: Int) { self.init(Double(value)) }
}

extension AnyRandom {
  public static func + (a: AnyRandom, b: AnyRandom) -> AnyRandom { arithmetic(Elementary.Add.self, a, b) }
  public static func - (a: AnyRandom, b: AnyRandom) -> AnyRandom { arithmetic(Elementary.Subtract.self, a, b) }
  public static func * (a: AnyRandom, b: AnyRandom) -> AnyRandom { arithmetic(Elementary.Multiply.self, a, b) }
  public static func / (a: AnyRandom, b: AnyRandom) -> AnyRandom { binary(Elementary.Divide.self, a, b) }
  public static prefix func - (a: AnyRandom) -> AnyRandom { unary(Elementary.Negate.self, a, kind: a.kind) }

  public var exponential: AnyRandom { .unary(Elementary.Exponential.self, self) }
  public var logarithm: AnyRandom { .unary(Elementary.Logarithm.self, self) }
  public var log1p: AnyRandom { .unary(Elementary.Log1p.self, self) }
  public var logGamma: AnyRandom { .unary(Elementary.LogGamma.self, self) }
  public var logistic: AnyRandom { .unary(Elementary.Logistic.self, self) }
  public var softplus: AnyRandom { .unary(Elementary.Softplus.self, self) }
  public var squareRoot: AnyRandom { .unary(Elementary.SquareRoot.self, self) }
  public var reciprocal: AnyRandom { .unary(Elementary.Reciprocal.self, self) }
  public var square: AnyRandom { .unary(Elementary.Square.self, self) }

  /// The sum of all elements.
  public var sum: AnyRandom { shape.isScalar ? self : .apply(Sum.self, [self], shape: .scalar, kind: kind) }

  /// The sum over a plate of `count` elements that this value is broadcast to.
  func sum(overPlateOf count: Int) -> AnyRandom {
    shape.isScalar ? (count == 1 ? self : AnyRandom(Double(count)) * self) : sum
  }
}
