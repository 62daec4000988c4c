import Foundation
import NumericCore
import PPL

/// Markov chains on the values of a static model's sites, by kernels that each move some of them given the others: a path
/// given parameters and parameters given the path, say, as in particle Gibbs (Andrieu, Doucet and Holenstein 2010).
///
///     let gibbs = try GibbsSampler(chains: 4, warmup: 500, draws: 1_000) {
///       ParticleGibbs(particles: 20, over: .prefix("path/"))
///       ConditionalUpdate(of: ["phi", "sigma"], by: try SliceSampling())
///     }
///     let posterior = try await gibbs.run(volatility, seed: 1)
///
/// An iteration is one move by each kernel, in order. Each chain starts from a draw of the prior. Models whose structure
/// depends on drawn values are taken by `TraceMarkovChain`.
public struct GibbsSampler: Sendable {
  public var chains: Int
  public var warmup: Int
  public var draws: Int
  /// The number of iterations for each draw that is kept.
  public var thinning: Int
  /// Whether the draws of latents in scans are kept. What the model returns is kept in any case.
  public var recordsSteps: Bool
  public var kernels: [any SiteKernel]

  public init(
    chains: Int = 4, warmup: Int = 1000, draws: Int = 1000, thinning: Int = 1, recordsSteps: Bool = true,
    @SiteKernelBuilder _ kernels: () throws -> [any SiteKernel]
  ) rethrows {
    (self.chains, self.warmup, self.draws, self.thinning) = (chains, warmup, draws, thinning)
    self.recordsSteps = recordsSteps
    self.kernels = try kernels()
  }

  /// - Parameter seed: the same seed gives the same draws, on any number of threads.
  /// - Throws: `ModelError`: `structureMismatch` for a model whose structure depends on drawn values,
  ///   `initialisationFailed` where 100 draws of the prior have weight 0; `InferenceError` for a setting out of range; what
  ///   a kernel throws. A cancelled run returns what was drawn.
  public func run<Value>(
    _ model: Model<Value>, seed: UInt64, progress: ProgressHandler? = nil
  ) async throws -> GibbsPosterior {
    try checkChainCount(chains)
    try checkCount("warmup", warmup, from: 0)
    try checkCount("draws", draws)
    try checkCount("thinning", thinning)
    let evaluation = try SiteEvaluation(model, recordsSteps: recordsSteps)
    let prior = try ForwardRun(model)
    let key = RandomKey(seed: seed)
    let results = try await runChains(chains, limit: ProcessInfo.processInfo.activeProcessorCount) { number in
      let key = key.child("chain").child(UInt64(number))
      let start = try prior.startOfPositiveWeight(evaluation.sites, key: key.child("start"))
      let prepared = try kernels.map { try $0.prepared(for: model) }
      return try await chain(
        number, prepared, from: start, GibbsChain(evaluation, key: key.child("draws")), key, progress)
    }
    return try GibbsPosterior(results)
  }

  private func chain(
    _ number: Int, _ kernels: [any PreparedSiteKernel], from start: [String: [Double]], _ empty: GibbsChain,
    _ key: RandomKey, _ progress: ProgressHandler?
  ) async throws -> GibbsChain {
    var (values, result, total) = (start, empty, warmup + draws * thinning)
    for iteration in 0..<total {
      if Task.isCancelled { break }
      await Task.yield()
      let phase: SamplingProgress.Phase = iteration < warmup ? .warmup : .sampling
      let key = key.child("iteration").child(UInt64(iteration))
      for (number, kernel) in kernels.enumerated() {
        let tally = try kernel.move(&values, in: phase, key: key.child(UInt64(number)))
        if phase == .sampling { result.moves.add(tally) }
      }
      if phase == .sampling, (iteration - warmup + 1) % thinning == 0 { try result.append(values) }
      progress?(
        SamplingProgress(
          chain: number, chains: chains, iteration: iteration + 1, iterations: total, phase: phase, divergences: 0))
    }
    try result.evaluateRest()
    return result
  }
}

extension ForwardRun {
  /// Arbitrary: a prior that misses the support of the data more often than 99 times in 100 needs another start.
  private static var attempts: UInt64 { 100 }

  /// The values of some sites at a draw of the prior whose scores are not 0.
  fileprivate func startOfPositiveWeight(_ sites: [Variable], key: RandomKey) throws -> [String: [Double]] {
    for attempt in 0..<Self.attempts {
      let draw = try draws(count: 1, key: key.child(attempt))
      guard draw.logWeights[0] > -.infinity else { continue }
      let values = sites.map { ($0.name, draw.draws[$0.name]?.map { $0[0] } ?? []) }
      return Dictionary(values, uniquingKeysWith: { first, _ in first })
    }
    throw ModelError.initialisationFailed(
      site: "scores",
      reason: "\(Self.attempts) draws of the prior have weight 0: widen what the model says of the data",
      location: nil)
  }
}
