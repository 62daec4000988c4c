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
    guard a.expression.shape == b.expression.shape else {
      return .init(
        .failure(.shapeMismatch(operation: "choose", shapes: [a.expression.shape, b.expression.shape], location: nil)))
    }
    return .init(
      .apply(Choose.self, [expression, a.expression, b.expression], shape: a.expression.shape, kind: a.expression.kind))
  }
}

extension Random where Value == [Bool] {
  /// 1 where an element is true, 0 elsewhere.
  public var integer: Random<[Int]> { .init(expression.whole(kind: .integer)) }
  public var real: Random<[Double]> { .init(expression.whole(kind: .real)) }
}

extension AnyRandom {
  /// The same elements as numbers of a kind.
  fileprivate func whole(kind: NumberKind) -> AnyRandom {
    if let known = knownNumber { return AnyRandom(known: known, kind: kind) }
    return .apply(Slice.self, [self], shape: shape, kind: kind, immediate: (0, 1, 0, 0))
  }
}

extension Random where Value == Int {
  /// Whether both are the same number.
  public func equals(_ other: Random<Int>) -> Random<Bool> {
    .init(.binary(Elementary.Equal.self, expression, other.expression, kind: .boolean))
  }
}
