import NumericCore

/// What a `Scan` hands from step to step: a random value, or a structure of them.
///
/// Tuples of random values serve as they are. A structure conforms by naming its parts:
///
///     struct Ball: ScanState {
///       var height, speed: Random<Double>
///       var parts: [AnyRandom] { [height.expression, speed.expression] }
///       init(parts: [AnyRandom]) { (height, speed) = (Random(expression: parts[0]), Random(expression: parts[1])) }
///       static func history(ofParts parts: [AnyRandom]) -> [Random<[Double]>] { parts.map { Random(expression: $0) } }
///     }
public protocol ScanState: Sendable {
  /// The states of all steps.
  associatedtype History: Sendable
  var parts: [AnyRandom] { get }
  /// The state that has these parts, in the order of `parts`.
  init(parts: [AnyRandom])
  /// The history whose parts are these: each a vector for a number, a matrix of columns for a vector.
  static func history(ofParts parts: [AnyRandom]) -> History
}

/// A value of which there may be one for each step: numbers make a vector, vectors a matrix of columns.
public protocol StackableValue: RandomValue {
  associatedtype Stacked: RandomValue
}

extension Double: StackableValue { public typealias Stacked = [Double] }
extension Int: StackableValue { public typealias Stacked = [Int] }
extension Bool: StackableValue { public typealias Stacked = [Bool] }
extension Array: StackableValue where Element == Double { public typealias Stacked = Matrix }

extension Random: ScanState where Value: StackableValue {
  public var parts: [AnyRandom] { [expression] }
  public init(parts: [AnyRandom]) { self.init(expression: parts[0]) }
  public static func history(ofParts parts: [AnyRandom]) -> Random<Value.Stacked> { .init(expression: parts[0]) }
}
