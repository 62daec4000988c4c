import ArgumentParser
import Foundation
import GP

/// Held-out errors on the reference data, at default settings, beside published ones and those of prototypes.
struct ReferenceTable {
  private struct Case {
    let file: String
    let fold: String
    let rank: Int
    /// Root mean square and mean absolute error to beat.
    let limit: (Double, Double)
  }

  private struct Row: Codable {
    let data: String
    let fold: String
    let rank: Int
    let heldOut: HeldOut
    let limitRootMeanSquare: Double
    let limitMeanAbsolute: Double
    let cpuSeconds: Double
    let sweeps: Int
  }

  private static let cases: [Case] = [
    Case(file: "beijing_pm25", fold: "test", rank: 3, limit: (0.2550, 0.1540)),
    Case(file: "beijing_pm25", fold: "test_days", rank: 3, limit: (0.759, 0.510)),
    Case(file: "beijing_pm10", fold: "test", rank: 3, limit: (0.3263, 0.2169)),
    Case(file: "us_temp", fold: "test", rank: 1, limit: (1.20, 0.7345)),
    Case(file: "us_temp", fold: "test", rank: 3, limit: (0.814, 0.4585)),
    Case(file: "us_temp", fold: "test_cells", rank: 5, limit: (0.745, 0.415)),
    Case(file: "synthetic_r1", fold: "test", rank: 1, limit: (0.002, 0.002)),
  ]

  let seed: UInt64

  func run(json: Bool) throws {
    guard let folder = ProcessInfo.processInfo.environment["BOREL_REFERENCE"] else {
      throw ValidationError("the data are in the folder that BOREL_REFERENCE names, which is not set")
    }
    if !json {
      print("data          fold        rank      RMSE    limit      MAE    limit   NLPD  in 90%    CPU s  sweeps")
    }
    var rows: [Row] = []
    for item in Self.cases {
      let ignored = ["test", "test_days", "test_cells"].filter { $0 != item.fold }
      let path = "\(folder)/data/funbat/\(item.file).csv"
      let columns = try String(contentsOfFile: path, encoding: .utf8).prefix { $0 != "\n" }.split(separator: ",")
        .map(String.init)
      let data = try Rows(path: path, value: "y", fold: item.fold, ignoring: ignored.filter(columns.contains))
      let start = clock()
      let fit = try FunctionalTensor(rank: item.rank).fit(data.data(heldOut: false), seed: seed)
      let seconds = Double(clock() - start) / Double(CLOCKS_PER_SEC)
      let held = try HeldOut(fit, data.data(heldOut: true), probability: 0.9)
      rows.append(
        Row(
          data: item.file, fold: item.fold, rank: item.rank, heldOut: held, limitRootMeanSquare: item.limit.0,
          limitMeanAbsolute: item.limit.1, cpuSeconds: seconds, sweeps: fit.history.count))
      if json { continue }
      print(
        item.file.padding(toLength: 14, withPad: " ", startingAt: 0)
          + item.fold.padding(toLength: 12, withPad: " ", startingAt: 0)
          + String(
            format: "%4d %9.4f %8.4f %8.4f %8.4f %6.3f %7.3f %8.2f %7d", item.rank, held.rootMeanSquare,
            item.limit.0,
            held.meanAbsolute, item.limit.1, held.negativeLogDensity, held.coverage, seconds, fit.history.count))
    }
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      print(String(decoding: try encoder.encode(rows), as: UTF8.self))
    }
  }
}
