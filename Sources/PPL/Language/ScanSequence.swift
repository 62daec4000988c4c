import NumericCore

/// What a `Scan` goes over: data, or a random vector or matrix; a step sees its own element or column.
public protocol ScanSequence: Sendable {
  /// What a step sees.
  associatedtype Step
  /// The whole sequences: each a vector with a number for each step, or a matrix with a column for each.
  var wholes: [AnyRandom] { get }
  /// What a step sees, of its elements of the sequences.
  static func step(_ elements: [AnyRandom]) -> Step
}

extension Array: ScanSequence where Element: ScalarRandomValue {
  public var wholes: [AnyRandom] { [AnyRandom(constant)] }
  public static func step(_ elements: [AnyRandom]) -> Random<Element> { .init(expression: elements[0]) }
}

/// A step sees a column.
extension Matrix: ScanSequence {
  public var wholes: [AnyRandom] { [AnyRandom(constant)] }
  public static func step(_ elements: [AnyRandom]) -> Random<[Double]> { .init(expression: elements[0]) }
}

/// A step sees its number.
extension Range: ScanSequence where Bound == Int {
  public var wholes: [AnyRandom] { [AnyRandom(Array(self).constant)] }
  public static func step(_ elements: [AnyRandom]) -> Random<Int> { .init(expression: elements[0]) }
}

/// A value that is a sequence of others.
public protocol SequenceValue: RandomValue {
  associatedtype StepValue: RandomValue
}
extension Array: SequenceValue where Element: ScalarRandomValue { public typealias StepValue = Element }
extension Matrix: SequenceValue { public typealias StepValue = [Double] }

extension Random: ScanSequence where Value: SequenceValue {
  public var wholes: [AnyRandom] { [expression] }
  public static func step(_ elements: [AnyRandom]) -> Random<Value.StepValue> { .init(expression: elements[0]) }
}
