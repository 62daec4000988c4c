import CommandSupport
import Foundation
import NumericCore

/// A series from two columns of a table: numbers or dates, and values, sorted by x. Rows without a value are
/// left out.
struct Series: Sendable {
  private(set) var x: [Double]
  private(set) var y: [Double]
  let xName: String
  let yName: String
  /// Whether x are years that were dates.
  let areDates: Bool
  /// Rows without a value.
  let missing: Int

  /// - Parameters: names of columns; nil for the first and the second.
  init(_ table: DataTable, x xColumn: String?, y yColumn: String?) throws {
    guard table.columns.count >= 2 || (xColumn != nil && yColumn != nil) else {
      throw InputError(description: "\(table.path): 1 column, expected one of points and one of values")
    }
    xName = xColumn ?? table.columns[0]
    let other = table.columns.first { $0 != (xColumn ?? table.columns[0]) }
    yName = yColumn ?? other ?? table.columns[0]
    let values = try table.doubles(yName, missing: DataTable.missing)
    areDates = try table.isDated(xName)
    let points = areDates ? try table.dates(xName).map(\.year) : try table.doubles(xName)
    let rows = values.indices.filter { values[$0] != nil }.sorted { points[$0] < points[$1] }
    missing = values.count - rows.count
    x = rows.map { points[$0] }
    y = rows.compactMap { values[$0] }
    guard Set(x).count >= 8 else {
      throw InputError(
        description: "\(table.path): values at \(Set(x).count) different `\(xName)`, expected at least 8")
    }
    guard let low = y.min(), let high = y.max(), low < high else {
      throw InputError(
        description: "\(table.path): all values of `\(yName)` are \(y[0]), expected some that differ")
    }
  }

  /// The series with the logarithms of its values.
  func logarithms(path: String) throws -> Series {
    guard let i = y.firstIndex(where: { $0 <= 0 }) else {
      var copy = self
      copy.y = y.map { log($0) }
      return copy
    }
    throw InputError(description: "\(path): \(yName) = \(y[i]) at \(xName) = \(x[i]), expected > 0 for --log")
  }

  var range: Double { (x.last ?? 0) - (x.first ?? 0) }

  /// The median gap between neighbours that differ.
  var gap: Double {
    let gaps = zip(x.dropFirst(), x).map { $0 - $1 }.filter { $0 > 0 }.sorted()
    return gaps[gaps.count / 2]
  }

  var variance: Double {
    let mean = y.reduce(0, +) / Double(y.count)
    return y.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(y.count)
  }

  /// `count` of the points, drawn without replacement; all where there are no more.
  func subset(_ count: Int, key: RandomKey) -> Series {
    x.count > count ? subset(count, of: x.count, key: key) : self
  }

  /// `count` of the first so many points, drawn without replacement, and all that follow these.
  func subset(_ count: Int, of first: Int, key: RandomKey) -> Series {
    var stream = RandomStream(key)
    return points((0..<first).shuffled(using: &stream).prefix(count).sorted() + Array(first..<x.count))
  }

  /// The last `count` points.
  func last(_ count: Int) -> Series { points(Array(x.indices.suffix(count))) }

  private func points(_ chosen: [Int]) -> Series {
    var copy = self
    (copy.x, copy.y) = (chosen.map { x[$0] }, chosen.map { y[$0] })
    return copy
  }
}
