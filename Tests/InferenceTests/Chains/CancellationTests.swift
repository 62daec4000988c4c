import Inference
import NumericCore
import PPL
import Synchronization
import Testing

@Suite struct CancellationTests {
  /// Runs the body in a task that is cancelled once a chain has come so far.
  private func cancelled<Result: Sendable>(
    after iterations: Int, _ body: @escaping @Sendable (@escaping ProgressHandler) async throws -> Result
  ) async throws -> Result {
    let (reached, continuation) = AsyncStream.makeStream(of: Void.self)
    let task = Task {
      try await body { progress in
        if progress.iteration >= iterations { continuation.yield() }
      }
    }
    for await _ in reached { break }
    task.cancel()
    return try await task.value
  }

  @Test(.timeLimit(.minutes(10))) func whatWasDrawnIsReturned() async throws {
    let starts = [[0.5, 0.5], [1, -1]]
    let chains = try await cancelled(after: 100) { progress in
      try await NoUTurnSampler(chains: 2, warmup: 0, draws: 10_000_000, thinning: 7)
        .sample(Gaussian.standard(2), from: starts, key: RandomKey(seed: 1), progress: progress)
    }
    #expect(chains.count == 2 && chains.contains { $0.count > 0 })
    for chain in chains {
      #expect(!chain.isComplete)
      #expect(chain.positions.count == 2 * chain.count && chain.logDensities.count == chain.count)
    }
    // They are the draws that a run to the end would begin with.
    let whole = try await NoUTurnSampler(chains: 2, warmup: 0, draws: 5, thinning: 7)
      .sample(Gaussian.standard(2), from: starts, key: RandomKey(seed: 1))
    for (part, all) in zip(chains, whole) where part.count >= 5 {
      #expect(Array(part.positions.prefix(10)) == all.positions)
    }
  }

  private static let model = Model {
    let x = Latent("x", Normal(0, 1))
    Observe(0.5, from: Normal(x, 1), as: "y")
    Return(x)
  }

  @Test(.timeLimit(.minutes(10))) func aPosteriorOfACancelledRunSaysSo() async throws {
    let posterior = try await cancelled(after: 100) { progress in
      try await NoUTurnSampler(chains: 2, warmup: 0, draws: 10_000_000)
        .run(Self.model, seed: 1, progress: progress)
    }
    #expect(!posterior.isComplete && posterior.draws.count > 0 && posterior.draws.count < 20_000_000)
    #expect(posterior.draws.counts == posterior.chains.map(\.count))
    #expect(try posterior.draws.values(of: "x").count == posterior.draws.count)
    #expect(posterior.warnings.contains { $0.contains("cancelled") })
  }

  @Test(.timeLimit(.minutes(10))) func aRunCancelledInWarmUpHasNoDraws() async throws {
    await #expect(throws: InferenceError.noDraws) {
      try await cancelled(after: 100) { progress in
        try await HamiltonianMonteCarlo(chains: 2, warmup: 100_000_000, draws: 1)
          .run(Self.model, seed: 1, progress: progress)
      }
    }
  }

  /// Every chain reports its end; no chain reports less than before.
  @Test func progressComesToTheEnd() async throws {
    let reports = Mutex<[SamplingProgress]>([])
    _ = try await NoUTurnSampler(chains: 3, warmup: 50, draws: 20, thinning: 2, concurrentChains: 2)
      .sample(Gaussian.standard(2), from: [[0, 0], [0, 0], [0, 0]], key: RandomKey(seed: 1)) { report in
        reports.withLock { $0.append(report) }
      }
    for chain in 0..<3 {
      let own = reports.withLock { $0.filter { $0.chain == chain } }
      #expect(own.last?.iteration == 90 && own.last?.phase == .sampling)
      #expect(own.allSatisfy { $0.iterations == 90 && $0.chains == 3 })
      #expect(zip(own, own.dropFirst()).allSatisfy { $0.iteration < $1.iteration })
    }
  }

  /// Each island tells of each of its scores, and of each inverse temperature up to 1.
  @Test func populationsTellHowFarTheyAre() async throws {
    let scores = Mutex<[Int: [Int]]>([:])
    let smc = SequentialMonteCarlo(particles: 10, islands: 3) { Resample(.systematic) }
    let series = Model {
      let x = Latent("x", Normal(0, 1))
      for y in [0.5, 1, 1.5, 2] { Observe(y, from: Normal(x, 1)) }
      Return(x)
    }
    let posterior = try await smc.run(series, seed: 1) { report in
      scores.withLock { $0[report.island, default: []].append(report.scores) }
    }
    #expect(scores.withLock { $0 } == [0: [1, 2, 3, 4], 1: [1, 2, 3, 4], 2: [1, 2, 3, 4]])
    #expect(try await smc.run(series, seed: 1).logEvidence == posterior.logEvidence)

    let temperatures = Mutex<[Int: [Double]]>([:])
    let tempered = TemperedSequentialMonteCarlo(particles: 50, islands: 2, kernel: RandomWalkMetropolis())
    let result = try await tempered.run(series, seed: 1) { report in
      temperatures.withLock { $0[report.island, default: []].append(report.inverseTemperature) }
    }
    for (island, path) in temperatures.withLock({ $0 }) {
      #expect(path == result.islands[island].steps.map(\.inverseTemperature) && path.last == 1)
    }
  }
}
