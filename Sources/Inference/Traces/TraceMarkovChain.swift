import Foundation
import NumericCore
import PPL

/// Markov chains on the runs of a program, by any kernel: marginal . step^t in the terms of Scibior et al. (2018). It takes
/// any program, of varying structure too.
///
///     let chain = TraceMarkovChain(draws: 10_000) {
///       SingleSiteMetropolis(over: .all.subtracting("k"))
///       DiscreteGibbs(over: "k")
///     }
///     let posterior = try await chain.run(model, seed: 1)
///
/// An iteration is one move of the cycle of its kernels. Nothing is adapted: the warm-up is left out, no more.
public struct TraceMarkovChain: Sendable {
  public var chains: Int
  public var warmup: Int
  public var draws: Int
  /// The number of iterations for each draw that is kept.
  public var thinning: Int
  public var kernels: [any TraceKernel]

  public init(
    chains: Int = 4, warmup: Int = 1000, draws: Int = 1000, thinning: Int = 1,
    @TraceKernelBuilder _ kernels: () -> [any TraceKernel]
  ) {
    (self.chains, self.warmup, self.draws, self.thinning) = (chains, warmup, draws, thinning)
    self.kernels = kernels()
  }

  /// - Parameter seed: the same seed gives the same draws, on any number of threads.
  /// - Throws: `ModelError`; `initialisationFailed` where 100 draws of the prior have weight 0; `InferenceError` for a
  ///   setting out of range; what a kernel throws. A cancelled run returns what was drawn.
  public func run<Value>(
    _ model: Model<Value>, seed: UInt64, progress: ProgressHandler? = nil
  ) async throws -> TracePosterior {
    try checkChainCount(chains)
    try checkCount("warmup", warmup, from: 0)
    try checkCount("draws", draws)
    try checkCount("thinning", thinning)
    let program = try TraceProgram(model)
    let key = RandomKey(seed: seed)
    let results = try await runChains(chains, limit: ProcessInfo.processInfo.activeProcessorCount) { number in
      try await chain(number, program, key: key.child("chain").child(UInt64(number)), progress)
    }
    return try TracePosterior(results)
  }

  private func chain(
    _ number: Int, _ program: TraceProgram, key: RandomKey, _ progress: ProgressHandler?
  ) async throws -> TraceChainDraws {
    var trace = try program.startOfPositiveWeight(key: key.child("start"))
    let (kernel, total) = (TraceCycle(kernels), warmup + draws * thinning)
    var result = TraceChainDraws()
    for iteration in 0..<total {
      if Task.isCancelled { break }
      await Task.yield()
      let tally = try kernel.move(&trace, key: key.child("iteration").child(UInt64(iteration)))
      if iteration >= warmup {
        result.tally.add(tally)
        if (iteration - warmup + 1) % thinning == 0 { try result.append(trace) }
      }
      progress?(
        SamplingProgress(
          chain: number, chains: chains, iteration: iteration + 1, iterations: total,
          phase: iteration < warmup ? .warmup : .sampling, divergences: 0))
    }
    return result
  }
}

extension TraceProgram {
  /// Arbitrary: a prior that misses the support of the data more often than 99 times in 100 needs another start.
  private static var attempts: UInt64 { 100 }

  /// A draw of the prior whose scores are not 0.
  func startOfPositiveWeight(key: RandomKey) throws -> Trace {
    for attempt in 0..<Self.attempts {
      let trace = try trace(key: key.child(attempt))
      if trace.logScore > -.infinity { return trace }
    }
    throw ModelError.initialisationFailed(
      site: "scores", reason: "\(Self.attempts) draws of the prior have weight 0: widen what the model says of the data",
      location: nil)
  }
}

/// One chain's draws.
struct TraceChainDraws: Sendable {
  private(set) var rows = ChainRows()
  private(set) var logDensities: [Double] = []
  var tally = MoveTally()

  mutating func append(_ trace: Trace) throws {
    rows.append(try trace.row(), of: trace.variables)
    logDensities.append(trace.logDensity)
  }
}

/// Draws of a posterior by Markov chains on traces, chain after chain.
public struct TracePosterior: Sendable {
  /// The named sites of the static part, and the returned values.
  public let draws: Draws
  /// The log density of all choices and scores at each draw.
  public let logDensities: [Double]
  /// What was proposed and accepted after the warm-up, by chain.
  public let moves: [MoveTally]

  init(_ chains: [TraceChainDraws]) throws {
    let chains = chains.filter { !$0.logDensities.isEmpty }
    guard !chains.isEmpty else { throw InferenceError.noDraws }
    draws = try Draws(chains.map(\.rows), counts: chains.map(\.logDensities.count))
    logDensities = chains.flatMap(\.logDensities)
    moves = chains.map(\.tally)
  }

  public func summary(probabilities: [Double] = [0.05, 0.5, 0.95]) -> Summary {
    Summary(draws, probabilities: probabilities)
  }

  /// Accepted and proposed moves of all chains, by site.
  public var acceptance: MoveTally {
    moves.reduce(into: MoveTally()) { $0.add($1) }
  }

  /// What is wrong with the chains, and what to do about it; empty where nothing is.
  public var warnings: [String] {
    acceptance.counts.sorted { $0.key < $1.key }.filter { $1.proposed >= 100 && $1.rate < 0.01 }.map { name, count in
      "`\(name)`: \(count.accepted) of \(count.proposed) moves were accepted: propose smaller changes, or move it by another "
        + "kernel"
    }
  }
}
