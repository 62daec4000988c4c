import ArgumentParser
import CommandSupport
import Foundation
import Inference
import NumericCore

@main struct GaussianProcessCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gp",
    abstract:
      "A series taken apart and forecast by a Gaussian process: trend, seasons, short term and noise.",
    discussion: """
      Points are numbers or dates, in any order, with or without gaps; rows without a value are left out. Seasons \
      are looked for, and kept where the evidence is strong. Hyper-parameters maximise their posterior density, of \
      some thousand points where there are more; intervals take them as known. The time that the rest takes is linear \
      in the number of points.
      """)

  @Argument(help: "A CSV file with a header.") var data: String
  @Option(name: .customLong("x"), help: "The column of points or dates; if none is given, the first.")
  var xName: String?
  @Option(name: .customLong("y"), help: "The column of values; if none is given, the next one.") var yName:
    String?
  @Option(help: "The period of a season, in units of x (years, for dates); may be repeated.") var period:
    [Double] = []
  @Flag(help: "Look for no seasons.") var noSeason = false
  @Flag(
    help:
      "Model the logarithm of the values: for seasons and noise in proportion to them; the curve is then the median."
  ) var log =
    false
  @Option(help: "How far to forecast, in units of x; if none is given, a fifth of the range of the data.")
  var horizon: Double?
  @Option(help: "The probability that bands hold.") var probability = 0.9
  @Option(help: "The seed, for the choice of points for the fit where there are many.") var seed: UInt64 = 1
  @Option(help: "The folder for the report.") var output = "output/gp"
  @Flag(help: "Print the results as JSON.") var json = false

  func validate() throws {
    for (name, value) in period.map({ ("--period", $0) }) + (horizon.map { [("--horizon", $0)] } ?? [])
    where !(value > 0 && value.isFinite) {
      throw ValidationError("\(name) = \(value), expected > 0")
    }
    guard probability > 0, probability < 1 else {
      throw ValidationError("--probability = \(probability), expected between 0 and 1")
    }
    guard !noSeason || period.isEmpty else {
      throw ValidationError("--period and --no-season, expected one of them")
    }
  }

  func run() async throws {
    let read = try Series(try DataTable(contentsOf: data), x: xName, y: yName)
    let series = log ? try read.logarithms(path: data) : read
    for value in period where value > series.range {
      throw InputError(
        description: "--period = \(value), expected at most \(series.range), the range of `\(series.xName)`")
    }
    let progress = TerminalProgress("gp")
    let analysis = try Analysis(series, periods: noSeason ? [] : period.isEmpty ? nil : period, seed: seed) {
      progress.show($0)
    }
    progress.finish()
    let isLogarithmic = log
    let results = try Results(
      analysis, horizon: horizon ?? series.range / 5, probability: probability
    ) { isLogarithmic ? exp($0) : $0 }
    let warnings = warnings(results)
    if json {
      try printJSON(results)
    } else {
      print("\(read.yName) by \(read.xName): \(read.x.count) values of \(data)\n")
      print(results.table())
      for warning in warnings { print("\nWarning: \(warning)") }
    }
    // Last: results are known, whether figures can be drawn or not.
    let shown = read.subset(Figures.mostPoints, key: RandomKey(seed: seed).child(3))
    try Figures(
      results: results, observed: (shown.x, shown.y), xName: read.areDates ? "year" : read.xName,
      yName: read.yName
    ).report(
      title: "\(read.yName) by \(read.xName)", subtitle: "\(read.x.count) values of \(data)",
      warnings: warnings
    ).write(to: "\(output)/report.html")
    if !json { print("\nreport: \(output)/report.html") }
  }

  private func warnings(_ results: Results) -> [String] {
    var warnings: [String] = []
    if results.missing > 0 { warnings.append("\(results.missing) rows without a value were left out") }
    if results.fitted < results.points {
      warnings.append(
        "hyper-parameters were fitted to \(results.fitted) of the points, as there are many; all else is given all")
    }
    if results.jitter > 0 { warnings.append("the covariance needed jitter of \(results.jitter)") }
    // Beyond 3 standard errors of a share.
    let error = (0.09 / Double(results.points)).squareRoot()
    if abs(results.leaveOneOut.coverageOf90 - 0.9) > max(3 * error, 0.04) {
      let share = String(format: "%.1f%%", 100 * results.leaveOneOut.coverageOf90)
      warnings.append(
        "90% intervals hold \(share) of the values given all others: the noise may not be normal")
    }
    return warnings
  }
}
