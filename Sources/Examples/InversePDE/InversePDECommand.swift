import ArgumentParser
import CommandSupport
import Foundation
import GP
import Inference
import NumericCore

extension UnknownProblem: ExpressibleByArgument {}

@main struct InversePDECommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inverse-pde",
    abstract: "Unknown numbers of a differential equation from noisy observations of its solution, with intervals.",
    discussion: """
      `rod`: temperatures along a rod that is held at one end and loses heat: loss, ambient temperature and that of the \
      held end. `source`: the place and the strength of a source in a plate with cold edges, from sensors. Without a CSV \
      file observations are simulated, and the truth is printed beside the estimates.
      """)

  @Argument(help: "The problem: rod or source.") var problem: UnknownProblem
  @Argument(help: "A CSV file with a header: columns x (and y) and value.") var data: String?
  @Option(help: "The column of the observations.") var value = "value"
  @Option(help: "The ends of each axis, as 0,1,0,2; if none are given, 0,1 for each.") var ends: String?
  @Option(help: "The width of the source, in units of x.") var width = 0.1
  @Option(help: "Observations to simulate.") var count = 40
  @Option(help: "The noise of simulated observations; if none is given, 0.5 for the rod, 0.01 for the source.")
  var noise: Double?
  @Option(help: "The probability that intervals hold.") var probability = 0.9
  @Option(help: "The seed of a simulation.") var seed: UInt64 = 1
  @Option(help: "The folder for the report.") var output = "output/inverse-pde"
  @Flag(help: "Print the results as JSON.") var json = false

  func validate() throws {
    guard probability > 0, probability < 1 else {
      throw ValidationError("--probability = \(probability), expected between 0 and 1")
    }
    guard width > 0, width.isFinite else { throw ValidationError("--width = \(width), expected > 0") }
    guard count > 3 else { throw ValidationError("--count = \(count), expected more than 3") }
    if let noise, !(noise > 0 && noise.isFinite) { throw ValidationError("--noise = \(noise), expected > 0") }
    _ = try axes()
  }

  func run() throws {
    let axes = try axes()
    let observations =
      try data.map(read)
      ?? problem.simulate(
        count: count, noise: noise ?? (problem == .rod ? 0.5 : 0.01), seed: seed, width: width)
    let found = try problem.inverse(axes, observations, width: width).fit(observations, grid: problem.grid)
    let results = try Results(found, probability: probability, truth: data == nil ? problem.truth : nil)
    if json {
      try printJSON(results)
    } else {
      print(results.table())
      for warning in results.warnings { print("\nWarning: \(warning)") }
    }
    // Last: results are known, whether figures can be drawn or not.
    try Figures(problem: problem, found: found, observations: observations, ends: axes, probability: probability)
      .report(results, subtitle: "\(observations.count) observations" + (data.map { " of \($0)" } ?? ", simulated"))
      .write(to: "\(output)/report.html")
    if !json { print("\nreport: \(output)/report.html") }
  }

  private func axes() throws -> [[Double]] {
    guard let ends else { return problem.coordinates.map { _ in [0, 1] } }
    let numbers = ends.split(separator: ",").map { Double($0.trimmingCharacters(in: .whitespaces)) }
    let values = numbers.compactMap { $0 }
    guard values.count == numbers.count, values.count == 2 * problem.coordinates.count else {
      throw ValidationError("--ends = \(ends), expected \(2 * problem.coordinates.count) numbers")
    }
    return problem.coordinates.indices.map { Array(values[2 * $0...2 * $0 + 1]) }
  }

  private func read(_ path: String) throws -> [InverseProblem.Observation] {
    let table = try DataTable(contentsOf: path)
    let columns = try problem.coordinates.map { try table.doubles($0) }
    return try table.doubles(value).enumerated().map { i, value in
      .init(at: columns.map { $0[i] }, value: value)
    }
  }
}
