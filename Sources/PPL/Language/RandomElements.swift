import NumericCore

/// A value that says which random elements it is built of.
///
/// Tuples, structs, arrays, dictionaries and optionals of random values need not conform: their parts are read off.
/// A type that keeps random values where they cannot be read off (a function that captures them) must.
public protocol RandomElements {
  var randomElements: [(name: String, element: AnyRandom)] { get }
}

extension Random: RandomElements {
  public var randomElements: [(name: String, element: AnyRandom)] { [("", expression)] }
}

/// A random function: a Swift function of plain arguments, with the random elements that it captures.
public struct RandomFunction<Input, Output: Sendable>: RandomElements, Sendable {
  public let randomElements: [(name: String, element: AnyRandom)]
  private let body: @Sendable (Input) -> Random<Output>

  /// - Parameter captured: whatever the body refers to that is random: a random value, or a tuple of them.
  public init(capturing captured: some Sendable, _ body: @escaping @Sendable (Input) -> Random<Output>) throws {
    randomElements = try elements(of: captured)
    self.body = body
  }

  public func callAsFunction(_ input: Input) -> Random<Output> { body(input) }
}

/// The random elements that a value is built of, with the names of the labels that lead to them.
func elements(of value: Any, name: String = "") throws(ModelError) -> [(name: String, element: AnyRandom)] {
  func joined(_ part: String) -> String { name.isEmpty ? part : part.isEmpty ? name : "\(name).\(part)" }
  if let value = value as? any RandomElements {
    return value.randomElements.map { (joined($0.name), $0.element) }
  }
  if let value = value as? any RandomValue { return [(name, AnyRandom(value.constant))] }
  if value is String { return [] }
  let mirror = Mirror(reflecting: value)
  guard mirror.displayStyle != nil else { throw .unknownRandomElements(type: "\(type(of: value))") }
  var result: [(name: String, element: AnyRandom)] = []
  for (number, child) in mirror.children.enumerated() {
    var label = child.label ?? "\(number)"
    if label.hasPrefix(".") { label.removeFirst() }
    if mirror.displayStyle == .optional { label = "" }
    result += try elements(of: child.value, name: joined(label))
  }
  return result
}
