import NumericCore

/// Numbers at places of a space of several continuous coordinates, the modes: the entries of a tensor that is indexed by real
/// numbers. Places may be missing, and may occur more than once.
public struct TensorData: Sendable {
  /// The coordinates of the entries, mode by mode.
  public let coordinates: [[Double]]
  public let values: [Double]
  public var count: Int { values.count }
  public var modes: Int { coordinates.count }

  /// - Throws: `TensorError` without entries or modes, for columns of different lengths, and for numbers that are not finite.
  public init(coordinates: [[Double]], values: [Double]) throws(TensorError) {
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
    (self.coordinates, self.values) = (coordinates, values)
  }
}

/// What is wrong with a tensor's data or with how it is to be fitted.
public enum TensorError: Error, Equatable, Sendable, CustomStringConvertible {
  case noEntries
  case noModes
  case wrongCount(mode: Int, count: Int, expected: Int)
  case notFinite(what: String, entry: Int, value: Double)
  case invalidSetting(name: String, value: Double, expected: String)

  public var description: String {
    switch self {
    case .noEntries: "a tensor without entries: expected at least one"
    case .noModes: "a tensor without modes: expected at least one column of coordinates"
    case .wrongCount(let mode, let count, let expected):
      "mode \(mode) has \(count) coordinates, expected \(expected), one for each value"
    case .notFinite(let what, let entry, let value):
      "\(what) = \(value) at entry \(entry), expected a finite number"
    case .invalidSetting(let name, let value, let expected): "\(name) = \(value), expected \(expected)"
    }
  }
}

/// The distinct coordinates of a mode, sorted, and the entries of each.
package struct ModeIndex: Sendable {
  package let points: [Double]
  /// The entries, those of the first point first, and where each point's begin.
  let entries: [Int32]
  let starts: [Int]
  /// The number of each entry's point.
  package let pointOfEntry: [Int32]

  /// Coordinates that differ by less than this part of their range count as one: no function of the model could tell them
  /// apart in double precision.
  private static var resolution: Double { 1e-10 }

  package init(_ column: [Double]) {
    let order = column.indices.sorted { (column[$0], $0) < (column[$1], $1) }
    let tolerance = (column[order[order.count - 1]] - column[order[0]]) * Self.resolution
    var (points, starts, pointOfEntry) = ([Double](), [Int](), Array(repeating: Int32(0), count: column.count))
    for (place, entry) in order.enumerated() {
      if points.isEmpty || column[entry] - points[points.count - 1] > tolerance {
        points.append(column[entry])
        starts.append(place)
      }
      pointOfEntry[entry] = Int32(points.count - 1)
    }
    starts.append(order.count)
    (self.points, self.starts, self.pointOfEntry) = (points, starts, pointOfEntry)
    entries = order.map { Int32($0) }
  }
}
