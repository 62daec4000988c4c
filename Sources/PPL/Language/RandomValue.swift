import NumericCore

/// A Swift value that numbers stand for: what sites draw and data hold.
public protocol RandomValue: Sendable {
  static var kind: NumberKind { get }
  var shape: Shape { get }
  /// The numbers, column by column.
  var elements: [Double] { get }
  /// The value that has this shape and these numbers.
  init(elements: [Double], shape: Shape)
}

extension RandomValue {
  var constant: Constant { Constant(elements: elements, shape: shape, kind: Self.kind) }
}

/// A single number or truth value, of which a plate draws many.
public protocol ScalarRandomValue: RandomValue {
  init(element: Double)
  var element: Double { get }
}

extension ScalarRandomValue {
  public var shape: Shape { .scalar }
  public var elements: [Double] { [element] }
  public init(elements: [Double], shape: Shape) { self.init(element: elements[0]) }
}

extension Double: ScalarRandomValue {
  public static var kind: NumberKind { .real }
  public var element: Double { self }
  public init(element: Double) { self = element }
}

extension Int: ScalarRandomValue {
  public static var kind: NumberKind { .integer }
  public var element: Double { Double(self) }
  /// An element that no Int holds becomes the nearest one; NaN becomes 0.
  public init(element: Double) { self = Int(exactly: element.rounded()) ?? (element > 0 ? .max : element < 0 ? .min : 0) }
}

extension Bool: ScalarRandomValue {
  public static var kind: NumberKind { .boolean }
  public var element: Double { self ? 1 : 0 }
  public init(element: Double) { self = element != 0 }
}

extension Array: RandomValue where Element: ScalarRandomValue {
  public static var kind: NumberKind { Element.kind }
  public var shape: Shape { .vector(count) }
  public var elements: [Double] { map(\.element) }
  public init(elements: [Double], shape: Shape) { self = elements.map(Element.init(element:)) }
}
