import ArgumentParser
import Foundation
import Inference
import Measures
import PPL

/// Tempering of a logistic regression: 768 women of the Pima, 9 coefficients with normal priors of scale 5.
@main struct Tempering: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tempering",
    abstract: "CPU seconds and the spread of the log evidence, of standard and of waste-free tempering.")

  @Option(help: "Runs of each sampler, with seeds from 0.") var runs = 20
  @Flag(help: "Print figures as JSON.") var json = false

  struct Figures: Codable {
    let sampler: String
    let cpuSeconds: Double
    let logEvidence: Double
    let logEvidenceDeviation: Double
    let steps: Double
  }

  func run() async throws {
    guard let folder = ProcessInfo.processInfo.environment["BOREL_REFERENCE"] else {
      throw ValidationError("the data are in the folder that BOREL_REFERENCE names, which is not set")
    }
    let model = try Self.model(folder + "/data/inference/pima.csv")
    let standard = TemperedSequentialMonteCarlo(particles: 1_000, kernel: try RandomWalkMetropolis().repeated(10))
    let wasteFree = WasteFreeSequentialMonteCarlo(chains: 100, length: 20)
    let figures = [
      try await measure("standard, N = 1000, 10 moves") { try await standard.run(model, seed: $0) },
      try await measure("waste-free, M = 100, P = 20") { try await wasteFree.run(model, seed: $0) },
    ]
    if json { return try printJSON(figures) }
    for row in figures {
      print(
        String(
          format: "%@: %.3f CPU s, log evidence %.2f, sd %.2f (%d runs)", row.sampler, row.cpuSeconds,
          row.logEvidence,
          row.logEvidenceDeviation, runs))
    }
  }

  private func measure(
    _ sampler: String, _ run: (UInt64) async throws -> TemperedPosterior
  ) async throws -> Figures {
    var (results, steps) = ([Double](), 0)
    let start = ProcessUsage.cpuSeconds
    for seed in 0..<runs {
      let posterior = try await run(UInt64(seed))
      results.append(posterior.logEvidence)
      steps += posterior.islands[0].steps.count
    }
    let count = Double(runs)
    return Figures(
      sampler: sampler, cpuSeconds: (ProcessUsage.cpuSeconds - start) / count,
      logEvidence: results.reduce(0, +) / count, logEvidenceDeviation: Diagnostics.standardDeviation(results),
      steps: Double(steps) / count)
  }

  private static func model(_ path: String) throws -> Model<Random<[Double]>> {
    let rows = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").dropFirst().map {
      $0.split(separator: ",").compactMap { Double($0) }
    }
    let y = rows.map { $0[0] == 1 }
    let X = try Matrix(rowsOf: rows.map { Array($0.dropFirst()) })
    return Model {
      let beta = Latent("beta", Normal(0, 5), count: 9)
      Observe(y, from: BernoulliLogit(X * beta), as: "y")
      Return(beta)
    }
  }
}
