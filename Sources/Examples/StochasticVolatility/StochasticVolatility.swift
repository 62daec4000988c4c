import ArgumentParser
import CommandSupport
import Foundation
import Inference
import NumericCore
import PPL

@main struct StochasticVolatility: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stochastic-volatility",
    abstract:
      "The volatility of a series of returns, by particle Gibbs and by particle marginal Metropolis-Hastings.",
    discussion: """
      For instance the daily price of crude oil (West Texas Intermediate, dollars a barrel, 2016 to 2018: U.S. Energy \
      Information Administration, in the public domain):

        stochastic-volatility Sources/Examples/StochasticVolatility/crude_oil.csv --column price --prices
      """)

  /// Of the simulated returns.
  private static let simulation: (count: Int, seed: UInt64) = (300, 1)
  /// Fewer returns tell nothing of how volatility changes: arbitrary.
  private static let leastCount = 10

  @Argument(help: "A CSV file with a header; if none is given, 300 simulated returns.")
  var data: String?
  @Option(help: "The column of the returns.") var column = "return"
  @Flag(help: "The column holds prices: returns are 100 times the differences of their logarithms.") var prices =
    false
  @Option(help: "The number of chains of each sampler.") var chains = 4
  @Option(help: "Draws a chain of particle Gibbs after warm-up.") var draws = 2000
  @Option(help: "Iterations a chain of particle Gibbs before the first draw.") var warmup = 300
  @Option(help: "Particles of particle Gibbs.") var particles = 20
  @Option(help: "Draws a chain of PMMH after warm-up.") var marginalDraws = 2000
  @Option(help: "Iterations a chain of PMMH before the first draw.") var marginalWarmup = 500
  @Option(help: "Particles of PMMH.") var marginalParticles = 150
  @Option(help: "The seed: the same seed gives the same draws.") var seed: UInt64 = 1
  @Option(help: "The folder for the report.") var output = "output/stochastic-volatility"
  @Flag(help: "Print the results as JSON.") var json = false

  func run() async throws {
    let returns = try self.returns()
    let volatility = Volatility(returns)
    let (gibbs, gibbsSeconds) = try await timed("particle Gibbs") { progress in
      try await GibbsSampler(chains: chains, warmup: warmup, draws: draws) {
        ParticleGibbs(particles: particles, over: Volatility.path)
        ConditionalUpdate(of: Volatility.parameters, by: try SliceSampling())
        Rescaling()
      }.run(volatility.model, seed: seed, progress: progress)
    }
    let (marginal, marginalSeconds) = try await timed("PMMH") { progress in
      try await ParticleMarginalMetropolisHastings(
        over: Volatility.parameters,
        inner: SequentialMonteCarlo(particles: marginalParticles, recordsSteps: true) {
          Resample(.systematic, when: .effectiveSampleFraction(below: 0.5))
        }, chains: chains, warmup: marginalWarmup, draws: marginalDraws
      ).run(volatility.model, seed: seed, progress: progress)
    }
    let results = try Comparison(gibbs.draws, gibbsSeconds, marginal.draws, marginalSeconds, count: returns.count)
    let warnings = gibbs.warnings + marginal.warnings
    if json {
      try printJSON(results)
    } else {
      print("Stochastic volatility: \(returns.count) returns of \(source); \(chains) chains, seed \(seed)\n")
      print(aligned([Comparison.header] + results.cells))
      print("\ndifference of the means in Monte Carlo standard errors")
      for row in results.rows {
        print(row.name.padding(toLength: 8, withPad: " ", startingAt: 0) + String(format: "%8.2f", row.z))
      }
      print(String(format: "path    %8.2f, the root of the mean square", results.pathZ))
      print(
        String(
          format: "\neffective draws of h, mean over the path: %.0f by particle Gibbs, %.0f by PMMH",
          results.pathSamplesParticleGibbs, results.pathSamplesParticleMarginal))
      print(String(format: "seconds: %.1f and %.1f", gibbsSeconds, marginalSeconds))
      for warning in warnings { print("\nWarning: \(warning)") }
    }
    // Last: results are known, whether figures can be drawn or not.
    try report(returns, gibbs.draws, marginal.draws, results, warnings).write(to: "\(output)/report.html")
    if !json { print("\nreport: \(output)/report.html") }
  }

  private var source: String {
    data ?? "simulated data, mu = 0, phi = 0.97, sigma = 0.2, seed \(Self.simulation.seed)"
  }

  /// The returns, less their mean.
  private func returns() throws -> [Double] {
    guard let data else { return Volatility.simulated(count: Self.simulation.count, seed: Self.simulation.seed) }
    var values = try DataTable(contentsOf: data).doubles(column)
    if prices {
      // The header is line 1.
      if let row = values.firstIndex(where: { $0 <= 0 }) {
        throw InputError(description: "\(data):\(row + 2): \(column) = \(values[row]), expected a price > 0")
      }
      values = zip(values, values.dropFirst()).map { 100 * log($1 / $0) }
    }
    guard values.count >= Self.leastCount else {
      throw InputError(description: "\(data): \(values.count) returns, expected at least \(Self.leastCount)")
    }
    let mean = values.reduce(0, +) / Double(values.count)
    guard Diagnostics.standardDeviation(values) > 0 else {
      throw InputError(description: "\(data): all returns are \(values[0]), expected different ones")
    }
    return values.map { $0 - mean }
  }

  private func timed<Result>(
    _ name: String, _ body: (@escaping ProgressHandler) async throws -> Result
  ) async throws -> (Result, seconds: Double) {
    let (progress, start) = (TerminalProgress(name), ContinuousClock.now)
    defer { progress.finish() }
    let result = try await body(progress.update)
    return (result, start.duration(to: .now) / .seconds(1))
  }

  private func report(
    _ returns: [Double], _ gibbs: Draws, _ marginal: Draws, _ results: Comparison, _ warnings: [String]
  ) throws -> Report {
    let time = returns.indices.map { Double($0 + 1) }
    func volatilities(_ draws: Draws) throws -> [[Double]] {
      try returns.indices.map { try draws.values(of: "path/h", element: $0).map { exp(0.5 * $0) } }
    }
    let (own, other) = (try volatilities(gibbs), try volatilities(marginal))
    var report = Report(
      title: "Stochastic volatility",
      subtitle: "\(returns.count) returns of \(source); \(chains) chains, seed \(seed)")
    report.warnings(warnings)
    var path = try Plot.band(
      "The volatility by particle Gibbs", at: time, predictive: own, observed: (time, returns.map(abs)),
      xLabel: "time",
      yLabel: "standard deviation of a return")
    path.y.lower = 0
    var both = Plot(
      title: "Particle Gibbs and PMMH", x: Plot.Axis("time"),
      y: Plot.Axis("standard deviation of a return", lower: 0),
      layers: [])
    for (number, (name, draws)) in [("particle Gibbs", own), ("PMMH", other)].enumerated() {
      let quantiles = draws.map { Diagnostics.quantiles($0, [0.05, 0.5, 0.95]) }
      for (q, width) in [(1, 2.0), (0, 1), (2, 1)] {
        both.layers.append(
          Plot.Layer(
            .line(x: time, y: quantiles.map { $0[q] }), name: q == 1 ? name : nil, ink: .series(number),
            opacity: q == 1 ? 1 : 0.7, width: width))
      }
    }
    (path.width, both.width) = (900, 900)
    report.figures([
      Report.Figure(path, caption: "The median and the 50% and 90% intervals, and the absolute returns."),
      Report.Figure(both, caption: "Medians and 90% intervals of both samplers."),
    ])
    report.figures(
      try ["mu", "phi", "sigma"].map { parameter in
        let layers = try [("particle Gibbs", gibbs), ("PMMH", marginal)].enumerated().map { number, sampler in
          let curve = try KernelDensityEstimate(try sampler.1.values(of: parameter)).curve()
          return Plot.Layer(.line(x: curve.x, y: curve.density), name: sampler.0, ink: .series(number), width: 2)
        }
        return Report.Figure(
          Plot(title: parameter, x: Plot.Axis(parameter), y: Plot.Axis("density", lower: 0), layers: layers))
      })
    report.table(columns: Comparison.header, rows: results.cells)
    return report
  }
}
