import ArgumentParser
import CommandSupport
import Foundation
import Inference
import NumericCore
import PPL

@main struct PopulationDynamics: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "population-dynamics",
    abstract: "How a population grows, from noisy yearly counts: the theta-logistic model by SMC^2.",
    discussion: """
      Sizes, growth rate, capacity, both noises and their evidence are known after each year. The evidences of two runs, \
      one with --ricker, compare the two models.
      """)

  /// Of the simulated data.
  private static let simulationSeed: UInt64 = 3

  @Argument(help: "A CSV file with a header, a row for each year; if none is given, 50 simulated years.")
  var data: String?
  @Option(help: "The column of the counts, which are above 0.") var column = "count"
  @Flag(help: "Fix the shape at 1: Ricker's model.") var ricker = false
  @Option(help: "Particles of parameters in an island.") var particles = 300
  @Option(help: "Particles of sizes for each of them, at first.") var inner = 100
  @Option(help: "Islands, whose spread tells the error.") var islands = 4
  @Option(help: "Moves of each particle after a resampling.") var moves = 3
  @Flag(help: "Run particle marginal Metropolis-Hastings beside it.") var compare = false
  @Option(help: "The seed: the same seed gives the same particles.") var seed: UInt64 = 1
  @Option(help: "The folder for the report.") var output = "output/population-dynamics"
  @Flag(help: "Print the results as JSON.") var json = false

  func run() async throws {
    let (counts, truth) = try source()
    let model = ThetaLogistic(isRicker: ricker)
    let logistic = model.model(counts.map { log($0) }, typical: counts.sorted()[counts.count / 2])
    let filter = SequentialMonteCarlo(particles: inner) {
      Resample(.systematic, when: .effectiveSampleFraction(below: 0.5))
    }
    let progress = TerminalProgress("population dynamics")
    defer { progress.finish() }
    let sampler = SequentialMonteCarloSquared(
      over: model.parameters, particles: particles, inner: filter, islands: islands, moves: moves,
      growth: .doubling(whenAcceptanceBelow: 0.1, most: 8 * max(inner, 1)), recordsParameters: true)
    let posterior = try await sampler.run(logistic, seed: seed, progress: progress.update)
    var chains: ParticleMarginalPosterior?
    if compare {
      let walk = ParticleMarginalMetropolisHastings(
        over: model.parameters, inner: filter, chains: 4, warmup: 1_000, draws: 3_000)
      chains = try await walk.run(logistic, seed: seed, progress: progress.update)
    }
    progress.finish()
    let results = try Results(posterior, parameters: model.parameters, beside: chains)
    if json {
      try printJSON(results)
    } else {
      let source = data ?? "simulated data, seed \(Self.simulationSeed)"
      print("\(title): \(counts.count) years of \(source); \(subtitle)\n")
      print(results.table(isSimulated: data == nil))
      let warnings = posterior.warnings + (chains?.warnings ?? []).map { "Metropolis-Hastings: \($0)" }
      for warning in warnings { print("\nWarning: \(warning)") }
    }
    // Last: results are known, whether figures can be drawn or not.
    try Figures(posterior: posterior, counts: counts, sizes: truth)
      .report(results, title: title, subtitle: subtitle).write(to: "\(output)/report.html")
    if !json { print("\nreport: \(output)/report.html") }
  }

  private var title: String { ricker ? "Ricker population" : "Theta-logistic population" }
  private var subtitle: String { "\(islands) islands of \(particles) x \(inner) particles, seed \(seed)" }

  /// The counts, and the sizes where they are known.
  private func source() throws -> (counts: [Double], sizes: [Double]?) {
    guard let data else {
      let (sizes, counts) = ThetaLogistic.simulated(years: 50, seed: Self.simulationSeed)
      return (counts, sizes)
    }
    let counts = try DataTable(contentsOf: data).doubles(column)
    if let row = counts.firstIndex(where: { !($0 > 0) }) {
      throw InputError(description: "\(data): \(column) = \(counts[row]) in row \(row + 1), expected > 0")
    }
    guard counts.count >= 2 else { throw InputError(description: "\(data): 1 year, expected at least 2") }
    return (counts, nil)
  }
}
