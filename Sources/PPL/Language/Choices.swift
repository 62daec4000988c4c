/// Comparisons of random numbers: random truth values.
extension Random where Value == Double {
  public static func < (a: Self, b: Self) -> Random<Bool> { compare(Elementary.Less.self, a, b) }
  public static func < (a: Self, b: some PlainNumber) -> Random<Bool> { a < Self(b.plainValue) }
  public static func > (a: Self, b: Self) -> Random<Bool> { b < a }
  public static func > (a: Self, b: some PlainNumber) -> Random<Bool> { Self(b.plainValue) < a }
  public static func <= (a: Self, b: Self) -> Random<Bool> { compare(Elementary.LessOrEqual.self, a, b) }
  public static func >= (a: Self, b: Self) -> Random<Bool> { b <= a }

  private static func compare<F: BinaryFunction>(_ function: F.Type, _ a: Self, _ b: Self) -> Random<Bool> {
    .init(.binary(function, a.expression, b.expression, kind: .boolean))
  }
}

/// Element by element; a number stands for all elements.
extension Random where Value == [Double] {
  public static func < (a: Self, b: Self) -> Random<[Bool]> { less(a.expression, b.expression) }
  public static func < (a: Self, b: some VectorOperand) -> Random<[Bool]> { less(a.expression, b.vectorOperand) }
  public static func > (a: Self, b: Self) -> Random<[Bool]> { less(b.expression, a.expression) }
  public static func > (a: Self, b: some VectorOperand) -> Random<[Bool]> { less(b.vectorOperand, a.expression) }

  private static func less(_ a: AnyRandom, _ b: AnyRandom) -> Random<[Bool]> {
    .init(.binary(Elementary.Less.self, a, b, kind: .boolean))
  }
}

extension Random where Value == Bool {
  public static prefix func ! (a: Self) -> Self { Self(.unary(Elementary.Not.self, a.expression, kind: .boolean)) }
  public static func && (a: Self, b: Self) -> Self {
    Self(.binary(Elementary.And.self, a.expression, b.expression, kind: .boolean))
  }
  public static func || (a: Self, b: Self) -> Self {
    Self(.binary(Elementary.Or.self, a.expression, b.expression, kind: .boolean))
  }

  /// 1 where this is true, 0 elsewhere.
  public var integer: Random<Int> { .init(expression.whole(kind: .integer)) }
  public var real: Random<Double> { .init(expression.whole(kind: .real)) }

  /// `a` where this is true, `b` elsewhere. Both are evaluated: a choice between structures is a `flatMap`.
  public func choose<V: RandomValue>(_ a: Random<V>, else b: Random<V>) -> Random<V> {
    .init(.choice(expression, a.expression, b.expression))
  }

  /// The same of real numbers: `heads.choose(0.9, else: p)`.
  public func choose(_ a: Random<Double>, else b: Random<Double>) -> Random<Double> {
    .init(.choice(expression, a.expression, b.expression))
  }
}

extension Random where Value == [Bool] {
  public static prefix func ! (a: Self) -> Self { Self(.unary(Elementary.Not.self, a.expression, kind: .boolean)) }

  /// 1 where an element is true, 0 elsewhere.
  public var integer: Random<[Int]> { .init(expression.whole(kind: .integer)) }
  public var real: Random<[Double]> { .init(expression.whole(kind: .real)) }

  /// Element by element: that of `a` where this is true, that of `b` elsewhere; a number stands for all elements. Both are
  /// evaluated.
  public func choose(_ a: some RealArgument, else b: some RealArgument) -> Random<[Double]> {
    .init(.choice(expression, a.argument, b.argument))
  }
}

extension AnyRandom {
  /// The same elements as numbers of a kind.
  fileprivate func whole(kind: NumberKind) -> AnyRandom {
    if let known = knownNumber { return AnyRandom(known: known, kind: kind) }
    return .apply(Slice.self, [self], shape: shape, kind: kind, immediate: (0, 1, 0, 0))
  }

  /// An element of `a` where the condition's is true, of `b` elsewhere; a scalar broadcasts.
  fileprivate static func choice(_ condition: AnyRandom, _ a: AnyRandom, _ b: AnyRandom) -> AnyRandom {
    let values = a.shape.broadcast(with: b.shape)
    guard let shape = values?.broadcast(with: condition.shape), condition.shape.isScalar ? shape == values : true else {
      return .failure(
        .shapeMismatch(operation: "choose", shapes: [condition.shape, a.shape, b.shape], location: nil))
    }
    return .apply(Choose.self, [condition, a, b], shape: shape, kind: a.kind)
  }
}

extension Random where Value == Int {
  /// Whether both are the same number.
  public func equals(_ other: Random<Int>) -> Random<Bool> {
    .init(.binary(Elementary.Equal.self, expression, other.expression, kind: .boolean))
  }
}
