import ArgumentParser
import CommandSupport
import Foundation
import Inference
import NumericCore
import PPL

/// A line through data with heavy-tailed errors, in the units of the data.
///
/// Priors are on standardised variables: the slope and the intercept are then of the order of 1.
struct Line: Sendable {
  let xMean, xScale, yMean, yScale: Double

  init(x: [Double], y: [Double]) {
    func mean(_ v: [Double]) -> Double { v.reduce(0, +) / Double(v.count) }
    (xMean, yMean) = (mean(x), mean(y))
    (xScale, yScale) = (Diagnostics.standardDeviation(x), Diagnostics.standardDeviation(y))
  }

  struct Value: Sendable {
    let slope, intercept, sigma: Random<Double>
  }

  /// - Parameter y: the data; nil where they are to be predicted at `x`.
  func model(x: [Double], y: [Double]?) -> Model<Value> {
    let standardised = x.map { ($0 - xMean) / xScale }
    return Model {
      let a = Latent("a", Normal(0, 1))
      let b = Latent("b", Normal(0, 1))
      let s = Latent("s", HalfNormal(scale: 1))
      let nu = Latent("nu", Gamma(shape: 2, rate: 0.1))
      let mean = yMean + yScale * (a + b * standardised)
      let errors = StudentT(degrees: nu, mean, scale: yScale * s)
      if let y {
        Observe(y, from: errors, as: "y")
      } else {
        Predict("y", from: errors, count: x.count)
      }
      Return(
        Value(slope: b * yScale / xScale, intercept: yMean + yScale * a - b * (yScale * xMean / xScale), sigma: yScale * s))
    }
  }
}

@main struct Regression: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "A robust regression line through two columns of a CSV file, by the no-U-turn sampler.")

  @Argument(help: "A CSV file with a header.") var data: String
  @Option(name: .customLong("x"), help: "The column of the predictor.") var xName: String
  @Option(name: .customLong("y"), help: "The column of the outcome.") var yName: String
  @Flag(help: "Take the logarithms (base 10) of both columns.") var log = false
  @Option(help: "The number of chains.") var chains = 4
  @Option(help: "Draws a chain after warm-up.") var draws = 1000
  @Option(help: "The seed: the same seed gives the same draws.") var seed: UInt64 = 1
  @Option(help: "The folder for draws and report.") var output = "output/regression"

  func run() async throws {
    let table = try DataTable(contentsOf: data)
    let (x, y) = (try column(xName, of: table), try column(yName, of: table))
    guard Diagnostics.standardDeviation(x) > 0, Diagnostics.standardDeviation(y) > 0 else {
      throw InputError(description: "\(data): `\(xName)` and `\(yName)` must each hold at least two different values")
    }
    let line = Line(x: x, y: y)
    let progress = TerminalProgress("regression")
    let posterior = try await NoUTurnSampler(chains: chains, draws: draws).run(
      line.model(x: x, y: y), seed: seed, progress: progress.update)
    progress.finish()

    let files = try posterior.writeStanCSV(to: output, name: "draws")
    print("Regression of \(yName) on \(xName), \(table.count) rows of \(data)\n")
    print(posterior.summary().table())
    for warning in posterior.warnings { print("\nWarning: \(warning)") }
    print("\ndraws:  \(files[0]) and \(files.count - 1) more")

    // Last: results are known, whether figures can be drawn or not.
    let (low, high) = (x.min() ?? 0, x.max() ?? 1)
    let grid = (0...60).map { low + (high - low) * Double($0) / 60 }
    let predictions = try posterior.predictive(of: line.model(x: grid, y: nil), seed: seed)["y"] ?? []
    var report = try Report(posterior, title: "Regression of \(yName) on \(xName)")
    report.heading("Data and posterior predictions")
    let prefix = log ? "log10 " : ""
    report.figures([
      Report.Figure(
        try .band(
          "\(yName) on \(xName)", at: grid, predictive: predictions, observed: (x, y), xLabel: prefix + xName,
          yLabel: prefix + yName),
        caption: "Data, with the median and the 50% and 90% intervals of what the model predicts.")
    ])
    try report.write(to: "\(output)/report.html")
    print("report: \(output)/report.html")
  }

  private func column(_ name: String, of table: DataTable) throws -> [Double] {
    let values = try table.doubles(name)
    guard log else { return values }
    if let i = values.firstIndex(where: { $0 <= 0 }) {
      throw InputError(description: "\(table.path): \(name) = \(values[i]) in row \(i + 1), expected > 0 for --log")
    }
    return values.map { log10($0) }
  }
}
