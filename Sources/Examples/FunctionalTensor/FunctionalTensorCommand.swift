import ArgumentParser
import CommandSupport
import Foundation
import GP
import Inference
import NumericCore

@main struct FunctionalTensorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "functional-tensor",
    abstract:
      "Values at places with several continuous coordinates, as sums of products of functions of one coordinate.",
    discussion: """
      Every numeric column but that of the values and that of the fold is a coordinate. Rows whose fold is 1 are \
      held out, and tell the error. --table compares held-out errors on reference data with published ones (needs \
      BOREL_REFERENCE), and on generated tensors with their noise.
      """)

  @Argument(help: "A CSV file with a header.") var data: String?
  @Option(help: "The column of the values.") var value = "y"
  @Option(help: "A column that is 1 in rows that are held out, and 0 in others.") var fold: String?
  @Option(help: "A column that is no coordinate; may be repeated.") var ignore: [String] = []
  @Option(help: "A coordinate that is a code without order; may be repeated.") var categorical: [String] = []
  @Option(help: "A coordinate that comes back after a period, as hour=24; may be repeated.")
  var periodic: [String] = []
  @Option(
    help: "The number of products; of several, given one by one, the one with the highest bound is taken.")
  var rank: [Int] = []
  @Option(
    help: "The ranks of a Tucker form, one for each coordinate, as 2x3x4; may be repeated, and beside --rank.")
  var tucker: [String] = []
  @Option(help: "Of the Matern functions: 0.5, 1.5, 2.5, or 0 for starts that take turns with the first two.")
  var smoothness = 0.0
  @Flag(help: "Student-t noise, for values some of which are far off.") var heavyTails = false
  @Option(help: "Starts, whose fits are mixed in predictions.") var starts = 4
  @Option(help: "A CSV file with the same coordinates, whose values are to be predicted.") var predict: String?
  @Option(help: "The probability of the intervals.") var probability = 0.9
  @Option(help: "The seed: the same seed gives the same fit.") var seed: UInt64 = 1
  @Option(help: "The folder for the report and the predictions.") var output = "output/functional-tensor"
  @Flag(help: "Print the table of reference data.") var table = false
  @Flag(help: "Print the results as JSON.") var json = false

  func validate() throws {
    guard table != (data != nil) else { throw ValidationError("expected a file of data, or --table") }
    guard probability > 0, probability < 1 else {
      throw ValidationError("--probability = \(probability), expected between 0 and 1")
    }
    guard smoothness == 0 || MaternSmoothness(rawValue: smoothness) != nil else {
      throw ValidationError("--smoothness = \(smoothness), expected 0, 0.5, 1.5 or 2.5")
    }
  }

  func run() async throws {
    if table { return try ReferenceTable(seed: seed).run(json: json) }
    guard let data else { return }
    var rows = try Rows(path: data, value: value, fold: fold, ignoring: ignore)
    for name in categorical { try rows.setKind(.categorical, of: name) }
    for text in periodic {
      let parts = text.split(separator: "=", omittingEmptySubsequences: false)
      guard parts.count == 2, let period = Double(parts[1]) else {
        throw ValidationError("--periodic = \(text), expected a coordinate and its period, as hour=24")
      }
      try rows.setKind(.periodic(period), of: String(parts[0]))
    }
    var model = FunctionalTensor(smoothness: MaternSmoothness(rawValue: smoothness))
    model.starts = starts
    if heavyTails { model.noise = .studentT() }
    let (progress, sweeps) = (TerminalProgress("fit"), model.maximumSweeps)
    let forms = rank.map { .cp(rank: $0) } + (try tucker.map(Self.form))
    let fit = try model.fit(rows.data(heldOut: false), forms: forms.isEmpty ? [model.form] : forms, seed: seed)
    { start, sweep, bound in
      progress.update("start \(start + 1), sweep \(sweep) of at most \(sweeps), bound \(Int(bound))")
    }
    let subtitle = "\(fit.form), seed \(seed)"
    progress.finish()
    let held = try rows.hasHeldOut ? HeldOut(fit, rows.data(heldOut: true), probability: probability) : nil
    var predictions: String?
    if let predict {
      predictions = "\(output)/predictions.csv"
      try writePredictions(fit, Rows(places: predict, like: rows), to: "\(output)/predictions.csv")
    }
    let results = Results(fit, entries: rows.count(heldOut: false), heldOut: held)
    if json {
      try printJSON(results)
    } else {
      print(
        "\(results.entries) values of `\(value)` by \(rows.coordinates.joined(separator: ", ")); \(subtitle)\n"
      )
      print(results.text)
      if !fit.hasConverged {
        print("\nWarning: the bound still rose after \(fit.history.count) sweeps.")
      }
      if let predictions { print("\npredictions: \(predictions)") }
    }
    // Last: results are known, whether figures can be drawn or not.
    try Figures(fit: fit, rows: rows, probability: probability).report(
      held, title: "Functional tensor", subtitle: subtitle
    )
    .write(to: "\(output)/report.html")
    if !json { print("\nreport: \(output)/report.html") }
  }

  private static func form(_ text: String) throws -> TensorForm {
    .tucker(
      ranks: try text.split(separator: "x", omittingEmptySubsequences: false).map { digits in
        guard let rank = Int(digits) else {
          throw ValidationError("--tucker = \(text), expected whole numbers as in 2x3x4")
        }
        return rank
      })
  }

  private func writePredictions(_ fit: FunctionalTensorFit, _ rows: Rows, to path: String) throws {
    let places = rows.places
    // A name may hold what separates cells (RFC 4180).
    let names = rows.coordinates.map { name in
      name.contains { $0 == "," || $0 == "\"" || $0.isNewline }
        ? "\"\(name.replacing("\"", with: "\"\""))\"" : name
    }
    var text = (names + ["mean", "sd", "lower", "upper"]).joined(separator: ",") + "\n"
    for (place, prediction) in zip(places, try fit.predict(places)) {
      let interval = prediction.interval(probability)
      let numbers =
        place + [prediction.mean, prediction.standardDeviation, interval.lowerBound, interval.upperBound]
      text += numbers.map { "\($0)" }.joined(separator: ",") + "\n"
    }
    let url = URL(fileURLWithPath: path)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: url, atomically: true, encoding: .utf8)
  }
}
