import ArgumentParser
import CommandSupport
import Foundation
import Inference
import PPL

/// What is known of the changepoints.
struct Results: Encodable {
  struct Count: Encodable {
    let k: Int
    let exact, estimate: Double
    /// The Monte Carlo standard error; nil where no draw, or each, has this k, and for too few draws.
    let standardError: Double?
    var z: Double? { standardError.map { (estimate - exact) / $0 } }
  }
  struct Decade: Encodable {
    let firstYear: Int
    let meanRate: Double
  }
  let counts: [Count]
  let decades: [Decade]
  let acceptance: [String: Double]

  init(_ posterior: TracePosterior, exact: [Double]) throws {
    let k = try posterior.draws.chains(of: "k")
    counts = exact.enumerated().map { value, exact in
      let indicators = k.map { $0.map { $0 == Double(value) ? 1.0 : 0 } }
      let estimate = Diagnostics.mean(indicators.flatMap { $0 })
      let error = Diagnostics.meanMCSE(indicators)
      return Count(
        k: value, exact: exact, estimate: estimate, standardError: error > 0 && error.isFinite ? error : nil)
    }
    let means = try Disasters.counts.indices.map {
      Diagnostics.mean(try posterior.draws.values(of: "rate", element: $0))
    }
    let years = Dictionary(grouping: means.indices) { (Disasters.firstYear + $0) / 10 * 10 }
    decades = years.sorted { $0.key < $1.key }.map { first, years in
      Decade(firstYear: first, meanRate: Diagnostics.mean(years.map { means[$0] }))
    }
    acceptance = posterior.acceptance.counts.mapValues(\.rate)
  }
}

@main struct CoalMining: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "coal-mining",
    abstract: "The number of changepoints in the rate of coal-mining disasters, by reversible jumps.")

  @Option(help: "The number of chains.") var chains = 4
  @Option(help: "Draws a chain after warm-up.") var draws = 2000
  @Option(help: "Iterations a chain before the first draw.") var warmup = 500
  @Option(help: "The seed: the same seed gives the same draws.") var seed: UInt64 = 1
  @Option(help: "The folder for the report.") var output = "output/coal-mining"
  @Flag(help: "Leave the data out: the sampler has to give the prior.") var prior = false
  @Flag(help: "Print the results as JSON.") var json = false

  func run() async throws {
    let progress = TerminalProgress("coal mining")
    let sampler = TraceMarkovChain(chains: chains, warmup: warmup, draws: draws) {
      Changepoints.birthAndDeath.repeated(2)
      ConjugateGibbs(over: ".../height").repeated(2)
      SingleSiteMetropolis(over: ".../position", proposal: .drift(scale: 3))
      SingleSiteMetropolis(over: ".../position")
    }
    let posterior = try await sampler.run(
      Changepoints.model(prior ? nil : Disasters.counts), seed: seed, progress: progress.update)
    progress.finish()
    let exact = prior ? Changepoints.priorOfCount : Changepoints.exactPosterior(Disasters.counts)
    let results = try Results(posterior, exact: exact)
    if json {
      try printJSON(results)
    } else {
      let data = "\(Disasters.counts.reduce(0, +)) in \(Disasters.counts.count) years\(prior ? ", left out" : "")"
      print("Coal-mining disasters: \(data); \(chains) chains, \(draws) draws each, seed \(seed)\n")
      print("changepoints     exact   estimate     error        z")
      for row in results.counts {
        let error = row.standardError.map { String(format: "%10.4f", $0) } ?? "         -"
        let z = row.z.map { String(format: "%9.2f", $0) } ?? "        -"
        print(String(format: "%12d%10.4f%11.4f", row.k, row.exact, row.estimate) + error + z)
      }
      print("\ndecade   disasters a year")
      for row in results.decades { print(String(format: "%ds%18.2f", row.firstYear, row.meanRate)) }
      print("\naccepted")
      for (name, rate) in results.acceptance.sorted(by: { $0.key < $1.key }) {
        print(String(format: "%5.1f%%  ", 100 * rate) + name)
      }
      for warning in posterior.warnings { print("\nWarning: \(warning)") }
    }
    // Last: results are known, whether figures can be drawn or not.
    try report(posterior, results).write(to: "\(output)/report.html")
    if !json { print("\nreport: \(output)/report.html") }
  }

  private func report(_ posterior: TracePosterior, _ results: Results) throws -> Report {
    let years = Disasters.counts.indices.map { Double(Disasters.firstYear + $0) }
    let rates = try years.indices.map { try posterior.draws.values(of: "rate", element: $0) }
    let observed = prior ? nil : (years, Disasters.counts.map(Double.init))
    var report = Report(
      title: "Coal-mining disasters", subtitle: "\(chains) chains of \(draws) draws, seed \(seed)")
    report.figures([
      Report.Figure(
        try .band(
          "The rate of disasters", at: years, predictive: rates, observed: observed, xLabel: "year",
          yLabel: "disasters a year"),
        caption: "The median and the 50% and 90% intervals of the rate, and the counts."),
      Report.Figure(
        Plot(
          title: "The number of changepoints", x: Plot.Axis("k"), y: Plot.Axis("probability", lower: 0),
          layers: [
            Plot.Layer(
              .bars(
                edges: (0...results.counts.count).map { Double($0) - 0.5 },
                heights: results.counts.map(\.estimate)),
              name: "draws", ink: .series(0), opacity: 0.5),
            Plot.Layer(
              .points(x: results.counts.map { Double($0.k) }, y: results.counts.map(\.exact)), name: "exact",
              ink: .foreground, width: 5),
          ]),
        caption: "Shares of draws, beside the exact probabilities."),
    ])
    report.table(
      columns: ["moved", "accepted"],
      rows: results.acceptance.sorted { $0.key < $1.key }.map { [$0, String(format: "%.1f%%", 100 * $1)] })
    report.warnings(posterior.warnings)
    return report
  }
}
