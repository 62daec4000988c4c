import ArgumentParser
import Foundation
import Inference
import Measures
import PPL

/// CPU seconds of chains and particles beside those of peers, on their benchmarks.
@main struct Peers: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "peers",
    abstract: "CPU seconds on the benchmarks of monad-bayes and of particles, model preparation included.")

  @Option(help: "Repetitions of each row, of which the median is taken.") var repetitions = 5
  @Option(help: "The most particles of the stochastic volatility model.") var particles = 1_000_000
  @Option(help: "Rows whose model and inference contain this, as in `HMM100 SMC`.") var only = ""
  @Flag(help: "Print figures as JSON.") var json = false

  struct Row: Codable {
    let peer: String
    let model: String
    let inference: String
    /// The median of our CPU seconds, and the peer's at equal particles, resampler and moves.
    let cpuSeconds: Double
    let peerSeconds: Double
    /// Scores times particles, or moves.
    let steps: Int
    var ratio: Double { peerSeconds / cpuSeconds }
    var nanosecondsPerStep: Double { cpuSeconds * 1e9 / Double(steps) }
    var peerNanosecondsPerStep: Double { peerSeconds * 1e9 / Double(steps) }
  }

  /// CPU seconds of monad-bayes 1.3.0.5, GHC 9.0.2 -O2, one core: chains of 100 moves, 100 particles, and 10 particles with
  /// a move after each score.
  private static let monadBayes: [(model: String, size: Int, chain: Double, particles: Double, moved: Double)] = [
    ("LR", 100, 0.053, 0.040, 0.084), ("LR", 1000, 0.937, 0.386, 0.886), ("HMM", 100, 0.104, 0.054, 0.169),
    ("HMM", 1000, 1.695, 0.425, 1.584), ("LDA", 50, 0.293, 0.239, 0.371), ("LDA", 500, 5.14, 5.71, 4.73),
  ]

  /// CPU seconds of particles 0.4 with numba: stochastic volatility, 1,000 steps, systematic, ESS < 1/2.
  private static let particles: [(count: Int, seconds: Double)] = [
    (1_000, 0.29), (10_000, 1.07), (100_000, 10.0), (1_000_000, 100),
  ]

  func run() async throws {
    guard let folder = ProcessInfo.processInfo.environment["BOREL_REFERENCE"] else {
      throw ValidationError("the data are in the folder that BOREL_REFERENCE names, which is not set")
    }
    let models = PeerModels(folder: folder + "/data/inference")
    var rows: [Row?] = []
    for row in Self.monadBayes {
      switch row.model {
      case "LR": rows += try await measure(row, row.size, try models.logisticRegression(row.size))
      case "HMM": rows += try await measure(row, row.size, try models.hiddenMarkov(row.size))
      default: rows += try await measure(row, 5 * row.size, try models.topics(row.size))
      }
    }
    let volatility = try models.volatility()
    for (count, seconds) in Self.particles where count <= self.particles {
      let filter = SequentialMonteCarlo(particles: count) {
        Resample(.systematic, when: .effectiveSampleFraction(below: 0.5))
      }
      rows.append(
        try await row("particles", "SV1000", "SMC, \(count) particles", seconds, steps: 1_000 * count) {
          _ = try await filter.run(volatility, seed: $0)
        })
    }
    try report(rows.compactMap { $0 })
  }

  private func measure<Value>(
    _ peer: (model: String, size: Int, chain: Double, particles: Double, moved: Double), _ scores: Int,
    _ model: Model<Value>
  ) async throws -> [Row?] {
    let chain = TraceMarkovChain(chains: 1, warmup: 0, draws: 100) { SingleSiteMetropolis() }
    let particles = SequentialMonteCarlo(particles: 100) { Resample(.systematic, when: .always) }
    let moved = SequentialMonteCarlo(particles: 10) {
      Resample(.systematic, when: .always)
      Rejuvenate(SingleSiteMetropolis())
    }
    func row(
      _ inference: String, _ seconds: Double, steps: Int, _ body: (UInt64) async throws -> Void
    ) async throws -> Row? {
      try await self.row("monad-bayes", "\(peer.model)\(peer.size)", inference, seconds, steps: steps, body)
    }
    return [
      try await row("MH, 100 moves", peer.chain, steps: 100) { _ = try await chain.run(model, seed: $0) },
      try await row("SMC, 100 particles", peer.particles, steps: 100 * scores) {
        _ = try await particles.run(model, seed: $0)
      },
      try await row("RM-SMC, 10 particles, 1 move", peer.moved, steps: 10 * scores) {
        _ = try await moved.run(model, seed: $0)
      },
    ]
  }

  /// A row; nil where it was not asked for.
  private func row(
    _ peer: String, _ model: String, _ inference: String, _ peerSeconds: Double, steps: Int,
    _ body: (UInt64) async throws -> Void
  ) async throws -> Row? {
    guard only.isEmpty || "\(model) \(inference)".contains(only) else { return nil }
    return Row(
      peer: peer, model: model, inference: inference, cpuSeconds: try await median(body), peerSeconds: peerSeconds,
      steps: steps)
  }

  private func median(_ body: (UInt64) async throws -> Void) async throws -> Double {
    var times: [Double] = []
    for seed in 0..<UInt64(max(repetitions, 1)) {
      let start = ProcessUsage.cpuSeconds
      try await body(seed)
      times.append(ProcessUsage.cpuSeconds - start)
    }
    return times.sorted()[times.count / 2]
  }

  private func report(_ rows: [Row]) throws {
    if json { return try printJSON(rows) }
    func padded(_ text: String, _ width: Int) -> String {
      text.padding(toLength: width, withPad: " ", startingAt: 0)
    }
    print(padded("model", 9) + padded("inference", 30) + "  CPU s    peer s   ratio   ns/step  peer's")
    for row in rows {
      print(
        padded(row.model, 9) + padded(row.inference, 30)
          + String(
            format: "%8.4f %8.3f %7.1f %9.0f %9.0f", row.cpuSeconds, row.peerSeconds, row.ratio,
            row.nanosecondsPerStep,
            row.peerNanosecondsPerStep))
    }
  }
}
