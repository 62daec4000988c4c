import ArgumentParser
import CommandSupport
import Foundation
import GP
import Inference

@main struct MultiscalePDECommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "multiscale-pde",
    abstract: "Differential equations with solutions of high frequency and of many scales, by Gaussian processes.",
    discussion: """
      Solves a problem by its name and draws solution, error and uncertainty; `--list` tells the names, `--table` compares \
      all problems of a paper with its published errors. All settings are chosen from the problem itself: the exact \
      solution gives boundary data and the errors that are printed.
      """)

  @Argument(help: "The problem, such as P6, A3 or wave.") var problem: String?
  @Flag(help: "List the problems.") var list = false
  @Flag(help: "The table of all problems, larger grids, generated problems and the paper's own method.") var table = false
  @Option(help: "The points along each axis, as 200,200; if none are given, the problem's own.") var grid: String?
  @Option(help: "How many problems the table generates.") var generated = 100
  @Option(help: "Steps of the paper's own method in the table.") var referenceSteps = 30_000
  @Option(help: "The seed of generated problems.") var seed: UInt64 = 1
  @Option(help: "Draws for the uncertainty in two and three dimensions.") var samples = 16
  @Option(help: "The folder for the report.") var output = "output/multiscale-pde"
  @Flag(help: "Print the results as JSON.") var json = false

  func validate() throws {
    guard list || table || problem != nil else {
      throw ValidationError("no problem, expected a name, --list or --table")
    }
    if let problem, Problem.named(problem) == nil {
      throw ValidationError(
        "no problem `\(problem)`, expected one of \(Problem.all.map(\.name).joined(separator: ", "))")
    }
    guard samples >= 1 else { throw ValidationError("--samples = \(samples), expected at least 1") }
    guard referenceSteps >= 1000 else {
      throw ValidationError("--reference-steps = \(referenceSteps), expected at least 1000")
    }
    guard generated >= 1 else { throw ValidationError("--generated = \(generated), expected at least 1") }
    _ = try points()
  }

  func run() throws {
    if list {
      for problem in Problem.all { print("\(problem.name): \(problem.equation), u = \(problem.solution)") }
      return
    }
    if table {
      let progress = TerminalProgress("table")
      let table = try ReferenceTable(count: generated, seed: seed, referenceSteps: referenceSteps) { progress.show($0) }
      progress.finish()
      try show(table) { table.text() }
      return
    }
    guard let name = problem, let problem = Problem.named(name) else { return }
    let (outcome, solution) = try Outcome.solving(problem, grid: try points())
    try Figures(problem: problem, outcome: outcome, solution: solution, samples: samples).report()
      .write(to: "\(output)/report.html")
    try show(outcome) {
      """
      \(problem.name): \(problem.equation), u = \(problem.solution), grid \(outcome.gridText)

      relative error at the nodes     \(String(format: "%.2e", outcome.errorAtNodes))
      relative error on the test grid \(String(format: "%.2e", outcome.errorOnTestGrid))\
      \(outcome.published.map { String(format: " (published: %.1e)", $0) } ?? "")
      CPU time                        \(String(format: "%.3f", outcome.seconds)) s
      components along each axis      \(outcome.componentsText)
      residual of the equation        \(String(format: "%.2e", outcome.relativeResidual))
      \(outcome.warnings.map { "\nWarning: \($0)" }.joined())
      report: \(output)/report.html
      """
    }
  }

  private func show(_ value: some Encodable, _ text: () -> String) throws {
    guard json else {
      print(text())
      return
    }
    try printJSON(value)
  }

  private func points() throws -> [Int]? {
    guard let grid else { return nil }
    let numbers = grid.split(separator: ",").map { Int($0.trimmingCharacters(in: .whitespaces)) }
    let values = numbers.compactMap { $0 }
    guard values.count == numbers.count, !values.isEmpty, values.allSatisfy({ $0 > 0 }) else {
      throw ValidationError("--grid = \(grid), expected numbers of points such as 200,200")
    }
    return values
  }
}
