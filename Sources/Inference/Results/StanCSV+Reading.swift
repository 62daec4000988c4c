import Foundation
import PPL

extension StanCSV {
  /// Reads the files of a run's chains, CmdStan's own too.
  ///
  /// Columns such as `theta.1`, `theta.2` become one vector, `S.1.1`, `S.2.1`, ... one matrix; an array of
  /// more dimensions becomes scalars with names such as "a[1,2,3]". Warm-up that was saved is passed over,
  /// and so are columns that end in `__` and are no `SamplerStatistic`.
  ///
  /// - Parameter paths: one for each chain; the chains may have different lengths.
  /// - Throws: `StanCSVError` with file and line; `DrawsError`.
  public init(contentsOf paths: [String]) throws {
    let files = try paths.map { path throws(StanCSVError) in try StanCSVFile(contentsOf: path) }
    guard let first = files.first else { throw StanCSVError.noFiles }
    for (file, path) in zip(files, paths) where file.header != first.header {
      throw StanCSVError.differentColumns(
        path: path, line: file.headerLine, columns: file.header, expected: first.header)
    }
    func joined(_ column: Int) -> [Double] { files.flatMap { $0.columns[column] } }
    var statistics: [SamplerStatistic: [Double]] = [:]
    var names: [String] = []
    var columns: [[Double]] = []
    for (column, name) in first.header.enumerated() {
      if let statistic = SamplerStatistic(rawValue: name) {
        statistics[statistic] = joined(column)
      } else if !name.hasSuffix("__") {
        names.append(name)
        columns.append(joined(column))
      }
    }
    let (counts, stepSizes) = (files.map(\.count), files.compactMap(\.stepSize))
    let variables = stanVariables(names, first.originalNames)
    try self.init(
      Draws(VariableColumns(variables: variables, columns: columns), counts: counts),
      statistics: SamplerStatistics(
        statistics, counts: counts, stepSizes: stepSizes.count == files.count ? stepSizes : [],
        inverseMetrics: files.map(\.inverseMetric)),
      warmup: first.settings["num_warmup"].flatMap(Int.init) ?? 0,
      seed: first.settings["seed"].flatMap { UInt64($0) })
  }
}

/// The variables that columns stand for: neighbours of one name whose indices count through a shape,
/// column-major.
private func stanVariables(_ columns: [String], _ originalNames: [String: String]) -> [Variable] {
  var result: [Variable] = []
  var start = 0
  while start < columns.count {
    let base = columns[start].prefix { $0 != "." }
    let end = columns[start...].firstIndex { $0.prefix { $0 != "." } != base } ?? columns.count
    let indices = columns[start..<end].map { column in
      column.dropFirst(base.count).split(separator: ".").map { Int($0) ?? 0 }
    }
    let name = originalNames[String(base)] ?? String(base)
    if let shape = stanShape(indices) {
      result.append(Variable(name: name, shape: shape))
    } else {
      for column in columns[start..<end] {
        let parts = column.split(separator: ".").dropFirst()
        result.append(
          Variable(name: parts.isEmpty ? name : "\(name)[\(parts.joined(separator: ","))]", shape: .scalar))
      }
    }
    start = end
  }
  return result
}

/// The shape whose elements have these indices, in column-major order; nil where there is none.
private func stanShape(_ indices: [[Int]]) -> Shape? {
  guard let last = indices.last else { return nil }
  switch last.count {
  case 0: return indices.count == 1 ? .scalar : nil
  case 1: return indices == (0..<indices.count).map { [$0 + 1] } ? .vector(indices.count) : nil
  case 2:
    let (rows, columns) = (last[0], last[1])
    let count = indices.count
    guard rows > 0, columns > 0, count / rows == columns, count % rows == 0 else { return nil }
    return indices == (0..<count).map { [$0 % rows + 1, $0 / rows + 1] } ? .matrix(rows, columns) : nil
  default: return nil
  }
}
