import ArgumentParser
import CommandSupport
import Foundation
import GP

/// Held-out errors at default settings: on the reference data, beside published ones and those of prototypes,
/// then on generated tensors, beside the noise.
struct ReferenceTable {
  private struct Case {
    let file: String
    let fold: String
    let form: TensorForm
    /// Root mean square and mean absolute error to beat.
    let limit: (Double, Double)
  }

  private struct Row: Codable {
    let data: String
    let fold: String
    let form: String
    let heldOut: HeldOut
    let limitRootMeanSquare: Double
    let limitMeanAbsolute: Double
    let cpuSeconds: Double
    let sweeps: Int
  }

  private static let cases: [Case] = [
    Case(file: "beijing_pm25", fold: "test", form: .cp(rank: 3), limit: (0.2550, 0.1540)),
    Case(file: "beijing_pm25", fold: "test_days", form: .cp(rank: 3), limit: (0.759, 0.510)),
    Case(file: "beijing_pm10", fold: "test", form: .cp(rank: 3), limit: (0.3263, 0.2169)),
    Case(file: "beijing_pm10", fold: "test_days", form: .cp(rank: 3), limit: (0.738, 0.519)),
    Case(file: "us_temp", fold: "test", form: .cp(rank: 1), limit: (1.20, 0.7345)),
    Case(file: "us_temp", fold: "test", form: .cp(rank: 3), limit: (0.814, 0.4585)),
    Case(file: "us_temp", fold: "test_cells", form: .cp(rank: 5), limit: (0.745, 0.415)),
    Case(file: "beijing_pm25", fold: "test", form: .tucker(ranks: [2, 2, 2]), limit: (0.2590, 0.1658)),
    Case(file: "beijing_pm25", fold: "test", form: .tucker(ranks: [3, 3, 3]), limit: (0.2581, 0.1654)),
    Case(file: "beijing_pm25", fold: "test", form: .tucker(ranks: [2, 3, 4]), limit: (0.2581, 0.1654)),
    Case(file: "us_temp", fold: "test", form: .tucker(ranks: [3, 3, 3]), limit: (0.826, 0.455)),
    Case(file: "synthetic_r1", fold: "test", form: .cp(rank: 1), limit: (0.002, 0.002)),
  ]

  private struct Tables: Codable {
    let published: [Row]
    let generated: [GeneratedTable.Row]
  }

  private static var generatedTensors: Int { 20 }

  let seed: UInt64

  func run(json: Bool) throws {
    guard let folder = ProcessInfo.processInfo.environment["BOREL_REFERENCE"] else {
      throw ValidationError("the data are in the folder that BOREL_REFERENCE names, which is not set")
    }
    if !json {
      print(
        "data          fold        form                 RMSE    limit      MAE    limit   NLPD  in 90%    CPU s  sweeps"
      )
    }
    var rows: [Row] = []
    for item in Self.cases {
      let ignored = ["test", "test_days", "test_cells"].filter { $0 != item.fold }
      let path = "\(folder)/data/funbat/\(item.file).csv"
      let columns = try String(contentsOfFile: path, encoding: .utf8).prefix { !$0.isNewline }.split(
        separator: ","
      )
      .map(String.init)
      let data = try Rows(path: path, value: "y", fold: item.fold, ignoring: ignored.filter(columns.contains))
      let (fit, seconds) = try timed { try FunctionalTensor(item.form).fit(data.data(heldOut: false), seed: seed) }
      let held = try HeldOut(fit, data.data(heldOut: true), probability: 0.9)
      rows.append(
        Row(
          data: item.file, fold: item.fold, form: item.form.description, heldOut: held,
          limitRootMeanSquare: item.limit.0,
          limitMeanAbsolute: item.limit.1, cpuSeconds: seconds, sweeps: fit.history.count))
      if json { continue }
      print(
        item.file.padding(toLength: 14, withPad: " ", startingAt: 0)
          + item.fold.padding(toLength: 12, withPad: " ", startingAt: 0)
          + item.form.description.padding(toLength: 18, withPad: " ", startingAt: 0)
          + String(
            format: "%7.4f %8.4f %8.4f %8.4f %6.3f %7.3f %8.2f %7d", held.rootMeanSquare,
            item.limit.0,
            held.meanAbsolute, item.limit.1, held.negativeLogDensity, held.coverage, seconds, fit.history.count)
      )
    }
    let generated = try self.generated(json: json)
    if json {
      try printJSON(Tables(published: rows, generated: generated))
    }
  }

  /// Tensors of fresh seeds, at default settings: errors of predictions beside the noise.
  private func generated(json: Bool) throws -> [GeneratedTable.Row] {
    try GeneratedTensor.Task.allCases.flatMap { task in
      if !json { print("\nheld out of generated tensors: \(task.rawValue)\n\(GeneratedTable.header)") }
      let first = seed * 1_000
      let rows = try (0..<UInt64(Self.generatedTensors)).map { number in
        let row = try GeneratedTable.Row(seed: first + number, task: task)
        if !json { print(row.text) }
        return row
      }
      if !json { printQuantiles(rows) }
      return rows
    }
  }

  private func printQuantiles(_ rows: [GeneratedTable.Row]) {
    print("\nquantiles           lowest      25%      50%      75%  highest     mean")
    for (name, column) in [
      ("error / noise", \.errorToNoise), ("in 90% intervals", \.coverage),
      ("NLPD excess", \.excessNegativeLogDensity),
    ] as [(String, KeyPath<GeneratedTable.Row, Double>)] {
      let mean = rows.reduce(0) { $0 + $1[keyPath: column] } / Double(rows.count)
      let numbers = (GeneratedTable.quantiles(rows) { $0[keyPath: column] } + [mean]).map {
        String(format: "%8.3f", $0)
      }
      print(name.padding(toLength: 18, withPad: " ", startingAt: 0) + numbers.joined(separator: " "))
    }
  }
}
