/// Numbers at places of a space of several continuous coordinates, the modes: the entries of a tensor that is
/// indexed by real numbers. Places may be missing, and may occur more than once.
public struct TensorData: Sendable {
  /// The coordinates of the entries, mode by mode.
  public let coordinates: [[Double]]
  public let values: [Double]
  /// What the coordinates are, mode by mode.
  public let kinds: [TensorMode]
  /// As the functions of the modes know them.
  var reduced: [[Double]] { zip(kinds, coordinates).map { $0.reduced($1) } }
  public var count: Int { values.count }
  public var modes: Int { coordinates.count }

  /// - Parameter kinds: of the modes; nil where all are continuous.
  /// - Throws: `TensorError` without entries or modes, for columns of different lengths, for numbers that are
  ///   not finite, for a number of kinds that is not that of the modes, and for a period that is not above 0.
  public init(coordinates: [[Double]], values: [Double], kinds: [TensorMode]? = nil) throws(TensorError) {
    guard !values.isEmpty else { throw .noEntries }
    guard !coordinates.isEmpty else { throw .noModes }
    for (mode, column) in coordinates.enumerated() {
      guard column.count == values.count else {
        throw .wrongCount(mode: mode, count: column.count, expected: values.count)
      }
      if let entry = column.firstIndex(where: { !$0.isFinite }) {
        throw .notFinite(what: "coordinate of mode \(mode)", entry: entry, value: column[entry])
      }
    }
    if let entry = values.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(what: "value", entry: entry, value: values[entry])
    }
    self.kinds = kinds ?? coordinates.map { _ in .continuous }
    guard self.kinds.count == coordinates.count else {
      throw .invalidSetting(
        name: "number of kinds", value: Double(self.kinds.count),
        expected: "\(coordinates.count), one for each mode")
    }
    for (mode, kind) in self.kinds.enumerated() { try kind.check(mode: mode) }
    (self.coordinates, self.values) = (coordinates, values)
  }
}

/// What is wrong with a tensor's data or with how it is to be fitted.
public enum TensorError: Error, Equatable, Sendable, CustomStringConvertible {
  case noEntries
  case noModes
  case wrongCount(mode: Int, count: Int, expected: Int)
  case notFinite(what: String, entry: Int, value: Double)
  case wrongKind(mode: Int, kind: TensorMode, expected: TensorMode)
  case invalidSetting(name: String, value: Double, expected: String)

  public var description: String {
    switch self {
    case .noEntries: "a tensor without entries: expected at least one"
    case .noModes: "a tensor without modes: expected at least one column of coordinates"
    case .wrongCount(let mode, let count, let expected):
      "mode \(mode) has \(count) coordinates, expected \(expected), one for each value"
    case .notFinite(let what, let entry, let value):
      "\(what) = \(value) at entry \(entry), expected a finite number"
    case .wrongKind(let mode, let kind, let expected): "mode \(mode) is \(kind), expected \(expected)"
    case .invalidSetting(let name, let value, let expected): "\(name) = \(value), expected \(expected)"
    }
  }
}
