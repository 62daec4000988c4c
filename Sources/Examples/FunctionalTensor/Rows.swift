import GP
import NumericCore

/// The rows of a file: coordinates, values, and which rows are held out.
struct Rows {
  let coordinates: [String]
  private let columns: [[Double]]
  private let values: [Double]
  private let isHeldOut: [Bool]

  init(path: String, value: String, fold: String?, ignoring: [String]) throws {
    let table = try DataTable(contentsOf: path)
    values = try table.doubles(value)
    isHeldOut = try fold.map { try table.integers($0) }?.map { $0 == 1 } ?? values.map { _ in false }
    for name in ignoring where !table.columns.contains(name) {
      throw InputError(
        description:
          "\(path): there is no column `\(name)`, expected one of \(table.columns.joined(separator: ", "))")
    }
    coordinates = table.columns.filter { $0 != value && $0 != fold && !ignoring.contains($0) }
    columns = try coordinates.map { try table.doubles($0) }
    guard !coordinates.isEmpty else {
      throw InputError(description: "\(path): no column is left for a coordinate, expected at least one")
    }
    guard isHeldOut.contains(false) else {
      throw InputError(description: "\(path): no row is left to fit, expected at least one")
    }
  }

  /// Places without values.
  init(places path: String, like rows: Rows) throws {
    let table = try DataTable(contentsOf: path)
    coordinates = rows.coordinates
    columns = try coordinates.map { try table.doubles($0) }
    values = []
    isHeldOut = []
  }

  var hasHeldOut: Bool { isHeldOut.contains(true) }
  func count(heldOut: Bool) -> Int { isHeldOut.count { $0 == heldOut } }

  func data(heldOut: Bool) throws -> TensorData {
    let chosen = values.indices.filter { isHeldOut[$0] == heldOut }
    return try TensorData(
      coordinates: columns.map { column in chosen.map { column[$0] } }, values: chosen.map { values[$0] })
  }

  /// The coordinates of each row.
  var places: [[Double]] { (0..<(columns.first?.count ?? 0)).map { row in columns.map { $0[row] } } }

  /// The range of a coordinate.
  func range(_ mode: Int) -> ClosedRange<Double> { (columns[mode].min() ?? 0)...(columns[mode].max() ?? 0) }
}

extension TensorData {
  var places: [[Double]] { (0..<count).map { entry in coordinates.map { $0[entry] } } }
}
