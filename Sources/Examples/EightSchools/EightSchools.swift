import ArgumentParser
import CommandSupport
import Foundation
import Inference
import PPL

/// Rubin (1981): the effects of coaching on test scores in eight schools, with their standard errors. The effects of
/// the schools are draws from a common population.
func eightSchools(effects: [Double], standardErrors: [Double]) -> Model<EightSchoolsValue> {
  Model {
    let mu = Latent("mu", Normal(0, 5))
    let tau = Latent("tau", HalfCauchy(scale: 5))
    // Non-centred: the schools' effects are scaled draws of a standard normal, which NUTS explores well.
    let z = Latent("z", Normal(0, 1), count: effects.count)
    let theta = mu + tau * z
    Observe(effects, from: Normal(theta, standardErrors), as: "effect")
    Return(EightSchoolsValue(mu: mu, tau: tau, theta: theta))
  }
}

struct EightSchoolsValue: Sendable {
  let mu, tau: Random<Double>
  let theta: Random<[Double]>
}

@main struct EightSchools: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "eight-schools", abstract: "A hierarchical model of eight schools, by the no-U-turn sampler.")

  @Option(help: "The number of chains.") var chains = 4
  @Option(help: "Draws a chain after warm-up.") var draws = 1000
  @Option(help: "The seed: the same seed gives the same draws.") var seed: UInt64 = 20
  @Option(help: "The folder for draws and report.") var output = "output/eight-schools"
  @Flag(help: "Print the summary as JSON.") var json = false

  func run() async throws {
    let effects = [28.0, 8, -3, 7, -1, 1, 18, 12]
    let standardErrors = [15.0, 10, 16, 11, 9, 11, 10, 18]
    let progress = TerminalProgress("eight schools")
    let posterior = try await NoUTurnSampler(chains: chains, draws: draws, targetAcceptance: 0.95).run(
      eightSchools(effects: effects, standardErrors: standardErrors), seed: seed, progress: progress.update)
    progress.finish()

    let files = try posterior.writeStanCSV(to: output, name: "draws")
    let summary = posterior.summary()
    if json {
      try printJSON(summary)
    } else {
      print("Eight schools: \(posterior.draws.chains) chains, \(posterior.draws.count) draws, seed \(seed)\n")
      print(summary.table())
      for warning in posterior.warnings { print("\nWarning: \(warning)") }
      print("\ndraws:  \(files[0]) and \(files.count - 1) more")
    }

    // Last: results are known, whether figures can be drawn or not.
    var report = try Report(posterior, title: "Eight schools")
    report.heading("Data and posterior predictions")
    let predictions = try posterior.predictive(seed: seed)["effect"] ?? []
    let schools = (1...effects.count).map(Double.init)
    report.figures([
      Report.Figure(
        try .band(
          "Effects of coaching", at: schools, predictive: predictions, observed: (schools, effects), xLabel: "school",
          yLabel: "points"),
        caption: "Observed effects, with the median and the 50% and 90% intervals of what the model predicts."),
      Report.Figure(
        try .intervals(
          "theta: the schools' effects",
          of: schools.indices.map { ("school \($0 + 1)", try posterior.draws.values(of: "theta", element: $0)) },
          xLabel: "points")),
    ])
    try report.write(to: "\(output)/report.html")
    if !json { print("report: \(output)/report.html") }
  }
}
