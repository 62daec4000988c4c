import ArgumentParser
import CommandSupport
import Foundation
import Inference
import NumericCore
import PPL

/// What the particles say.
struct Results: Encodable {
  struct Count: Encodable {
    let clusters: Int
    let probability: Double
    /// From the spread of the islands.
    let standardError: Double?
  }
  let counts: [Count]
  let logEvidence: Double
  let logEvidenceError: Double?
  /// Of all particles at the end.
  let effectiveSampleSize: Double
  /// The smallest number of first particles that an island descends from.
  let uniqueFounders: Int
  /// The smallest number of particles of an island that had offspring when it was resampled.
  let uniqueAncestors: Int?
  /// Of the assignment of each datum.
  let acceptance: [String: Double]

  init(_ posterior: ParticlePosterior) throws {
    logEvidence = posterior.logEvidence
    logEvidenceError = posterior.logEvidenceError
    effectiveSampleSize = posterior.weighted.effectiveSampleSize
    uniqueFounders = posterior.islands.map(\.uniqueFounders).min() ?? 0
    uniqueAncestors = posterior.islands.flatMap { $0.steps.compactMap(\.uniqueAncestors) }.min()
    let tally = posterior.islands.flatMap(\.steps).reduce(into: MoveTally()) { $0.add($1.moves) }
    acceptance = Dictionary(
      tally.counts.map { (String($0.split(separator: "/").last ?? ""), $1.rate) },
      uniquingKeysWith: { first, _ in first })

    guard let column = posterior.draws.variables.firstIndex(where: { $0.name == "clusters" }) else {
      throw InferenceError.unknownVariable("clusters", known: posterior.draws.variables.map(\.name))
    }
    let values = posterior.islands.map { $0.draws.columns[column] }
    // Each island's masses, in units of the evidence.
    let masses = posterior.islands.map { island in
      island.logWeights.map { exp($0 - posterior.logEvidence) }
    }
    let islands = Double(values.count)
    counts = (1...Int(values.joined().max() ?? 1)).map { count in
      let shares = zip(values, masses).map { values, masses in
        zip(values, masses).reduce(0) { $0 + ($1.0 == Double(count) ? $1.1 : 0) }
      }
      let probability = shares.reduce(0, +) / islands
      // Of a ratio of means, by the delta method.
      let residuals = zip(shares, masses).map { $0 - probability * $1.reduce(0, +) }
      return Count(
        clusters: count, probability: probability,
        standardError: values.count > 1 ? Diagnostics.standardDeviation(residuals) / islands.squareRoot() : nil)
    }
  }
}

@main struct Mixture: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "The number of clusters of numbers, by a Dirichlet process mixture and resample-move Monte Carlo.")

  /// Of the simulated data.
  private static let simulationSeed: UInt64 = 1

  @Argument(help: "A CSV file with a header; if none is given, 30 simulated numbers of three clusters.")
  var data: String?
  @Option(help: "The column of the numbers.") var column = "y"
  @Option(help: "The concentration of the Dirichlet process.") var concentration = 1.0
  @Option(help: "The prior mean of a cluster's mean.") var mean = 0.0
  @Option(help: "The prior's worth in data on a cluster's mean.") var precision = 0.05
  @Option(help: "The shape of the inverse gamma prior of a cluster's variance.") var shape = 3.0
  @Option(help: "The rate of it.") var rate = 2.0
  @Option(help: "Particles of an island.") var particles = 100
  @Option(help: "Islands, whose spread tells the error.") var islands = 4
  @Option(help: "Moves of each particle after each datum.") var moves = 3
  @Option(help: "The seed: the same seed gives the same particles.") var seed: UInt64 = 1
  @Option(help: "The folder for the report.") var output = "output/mixture"
  @Flag(help: "Print the results as JSON.") var json = false

  func validate() throws {
    for (name, value) in [
      ("concentration", concentration), ("precision", precision), ("shape", shape), ("rate", rate),
    ] where !(value > 0 && value < .infinity) {
      throw ValidationError("--\(name) is \(value), expected a finite number > 0")
    }
    guard mean.isFinite else { throw ValidationError("--mean is \(mean), expected a finite number") }
  }

  func run() async throws {
    let y = try data.map { try DataTable(contentsOf: $0).doubles(column) } ?? Self.simulated
    let (low, high) = (y.min() ?? 0, y.max() ?? 0)
    let margin = max(0.2 * (high - low), 1)
    let grid = (0...80).map { low - margin + (high - low + 2 * margin) * Double($0) / 80 }
    let mixture = DirichletProcessMixture(
      concentration: concentration, prior: ClusterPrior(mean: mean, precision: precision, shape: shape, rate: rate))
    let sampler = SequentialMonteCarlo(particles: particles, islands: islands) {
      Resample(.systematic, when: .effectiveSampleFraction(below: 0.5))
      Rejuvenate(SingleSiteMetropolis(), moves: moves)
    }
    let progress = TerminalProgress("mixture")
    let posterior = try await sampler.run(mixture.model(y, grid: grid), seed: seed, progress: progress.update)
    progress.finish()
    let results = try Results(posterior)
    if json {
      try printJSON(results)
    } else {
      let source = data ?? "simulated data, seed \(Self.simulationSeed)"
      print("Mixture: \(y.count) numbers of \(source); \(islands) islands of \(particles) particles, seed \(seed)\n")
      print("clusters  probability     error")
      for row in results.counts where row.probability > 0 {
        print(
          String(format: "%8d%13.4f", row.clusters, row.probability)
            + (row.standardError.map { String(format: "%10.4f", $0) } ?? "         -"))
      }
      let error = results.logEvidenceError.map { String(format: " +- %.3f", $0) } ?? ""
      print(String(format: "\nlog evidence           %.3f", results.logEvidence) + error)
      print(String(format: "effective sample size  %.0f of %d", results.effectiveSampleSize, islands * particles))
      print("first particles left   \(results.uniqueFounders) of an island at the least")
      if let ancestors = results.uniqueAncestors {
        print("ancestors              \(ancestors) at a resampling at the least")
      }
      print("\naccepted")
      let byNumber = results.acceptance.sorted { $0.key.compare($1.key, options: .numeric) == .orderedAscending }
      for (name, rate) in byNumber {
        print(String(format: "%5.1f%%  ", 100 * rate) + name)
      }
      for warning in posterior.warnings { print("\nWarning: \(warning)") }
    }
    // Last: results are known, whether figures can be drawn or not.
    try report(posterior, results, y, grid).write(to: "\(output)/report.html")
    if !json { print("\nreport: \(output)/report.html") }
  }

  /// 10 numbers each of Normal(-4, 0.7), Normal(0, 1) and Normal(5, 0.5), in turn.
  private static var simulated: [Double] {
    var stream = RandomStream(RandomKey(seed: simulationSeed))
    return (0..<30).map { i in
      let (mean, scale) = [(-4.0, 0.7), (0, 1), (5, 0.5)][i % 3]
      return mean + scale * stream.normal()
    }
  }

  private func report(
    _ posterior: ParticlePosterior, _ results: Results, _ y: [Double], _ grid: [Double]
  ) throws -> Report {
    let density = try grid.indices.map { try posterior.mean(of: "density", element: $0) }
    var report = Report(
      title: "Dirichlet process mixture", subtitle: "\(islands) islands of \(particles) particles, seed \(seed)")
    report.figures([
      Report.Figure(
        Plot(
          title: "The density of the next datum", x: Plot.Axis(column), y: Plot.Axis("density", lower: 0),
          layers: [
            Plot.Layer(.line(x: grid, y: density), name: "posterior mean", ink: .series(0), width: 2),
            Plot.Layer(.points(x: y, y: y.map { _ in 0 }), name: "data", ink: .foreground, opacity: 0.75, width: 4),
          ])),
      Report.Figure(
        Plot(
          title: "The number of clusters", x: Plot.Axis("clusters"), y: Plot.Axis("probability", lower: 0),
          layers: [
            Plot.Layer(
              .bars(
                edges: (0...results.counts.count).map { Double($0) + 0.5 },
                heights: results.counts.map(\.probability)),
              ink: .series(0), opacity: 0.5)
          ])),
    ])
    report.warnings(posterior.warnings)
    return report
  }
}
