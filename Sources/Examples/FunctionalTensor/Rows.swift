import CommandSupport
import GP
import NumericCore

/// The rows of a file: coordinates, values, and which rows are held out.
struct Rows {
  let coordinates: [String]
  private var kinds: [TensorMode]
  private let columns: [[Double]]
  private let values: [Double]
  private let isHeldOut: [Bool]

  init(path: String, value: String, fold: String?, ignoring: [String]) throws {
    let table = try DataTable(contentsOf: path)
    values = try table.doubles(value)
    isHeldOut = try fold.map { try Self.flags($0, table) } ?? values.map { _ in false }
    for name in ignoring where !table.columns.contains(name) {
      throw InputError(
        description:
          "\(path): there is no column `\(name)`, expected one of \(table.columns.joined(separator: ", "))")
    }
    coordinates = table.columns.filter { $0 != value && $0 != fold && !ignoring.contains($0) }
    columns = try coordinates.map { try table.doubles($0) }
    kinds = coordinates.map { _ in .continuous }
    guard !coordinates.isEmpty else {
      throw InputError(description: "\(path): no column is left for a coordinate, expected at least one")
    }
    guard isHeldOut.contains(false) else {
      throw InputError(description: "\(path): no row is left to fit, expected at least one")
    }
  }

  private static func flags(_ name: String, _ table: DataTable) throws -> [Bool] {
    try table.integers(name).enumerated().map { row, flag in
      guard flag == 0 || flag == 1 else {
        throw InputError(
          description: "\(table.path), row \(row + 1): \(name) = \(flag), expected 0 or 1")
      }
      return flag == 1
    }
  }

  /// Places without values.
  init(places path: String, like rows: Rows) throws {
    let table = try DataTable(contentsOf: path)
    coordinates = rows.coordinates
    columns = try coordinates.map { try table.doubles($0) }
    (kinds, values, isHeldOut) = (rows.kinds, [], [])
  }

  /// Tells what a coordinate is.
  mutating func setKind(_ kind: TensorMode, of name: String) throws {
    guard let mode = coordinates.firstIndex(of: name) else {
      throw InputError(
        description: "there is no coordinate `\(name)`, expected one of \(coordinates.joined(separator: ", "))")
    }
    kinds[mode] = kind
  }

  var hasHeldOut: Bool { isHeldOut.contains(true) }
  func count(heldOut: Bool) -> Int { isHeldOut.count { $0 == heldOut } }

  func data(heldOut: Bool) throws -> TensorData {
    let chosen = values.indices.filter { isHeldOut[$0] == heldOut }
    return try TensorData(
      coordinates: columns.map { column in chosen.map { column[$0] } }, values: chosen.map { values[$0] },
      kinds: kinds)
  }

  /// The coordinates of each row.
  var places: [[Double]] { (0..<(columns.first?.count ?? 0)).map { row in columns.map { $0[row] } } }

  func isCategorical(_ mode: Int) -> Bool { kinds[mode] == .categorical }

  /// The levels of a coordinate that is a code, or places all over the range of another.
  func grid(_ mode: Int) -> [Double] {
    if isCategorical(mode) { return Set(columns[mode]).sorted() }
    let (low, high) = (columns[mode].min() ?? 0, columns[mode].max() ?? 0)
    return (0...300).map { low + (high - low) * Double($0) / 300 }
  }
}

extension TensorData {
  var places: [[Double]] { (0..<count).map { entry in coordinates.map { $0[entry] } } }
}
