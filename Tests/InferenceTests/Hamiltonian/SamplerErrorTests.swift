import Inference
import NumericCore
import PPL
import Testing

@Suite struct SamplerErrorTests {
  private func setting(_ sampler: NoUTurnSampler) async -> InferenceError? {
    await #expect(throws: InferenceError.self) {
      try await sampler.sample(
        Gaussian.standard(2), from: Array(repeating: [0, 0], count: min(max(sampler.chains, 0), 4)),
        key: RandomKey(seed: 1))
    }
  }

  private func setting(_ sampler: HamiltonianMonteCarlo) async -> InferenceError? {
    await #expect(throws: InferenceError.self) {
      try await sampler.sample(
        Gaussian.standard(2), from: Array(repeating: [0, 0], count: min(max(sampler.chains, 0), 4)),
        key: RandomKey(seed: 1))
    }
  }

  @Test func settingsOutOfRangeAreNamed() async {
    func invalid(_ name: String, _ value: Double, _ expected: String) -> InferenceError {
      .invalidSetting(name: name, value: value, expected: expected)
    }
    for count in [0, -3] {
      #expect(await setting(NoUTurnSampler(chains: count)) == invalid("chains", Double(count), ">= 1"))
      #expect(await setting(HamiltonianMonteCarlo(chains: count)) == invalid("chains", Double(count), ">= 1"))
      #expect(await setting(NoUTurnSampler(draws: count)) == invalid("draws", Double(count), ">= 1"))
      #expect(await setting(HamiltonianMonteCarlo(draws: count)) == invalid("draws", Double(count), ">= 1"))
      #expect(await setting(NoUTurnSampler(thinning: count)) == invalid("thinning", Double(count), ">= 1"))
      #expect(
        await setting(NoUTurnSampler(concurrentChains: count)) == invalid("concurrentChains", Double(count), ">= 1"))
      #expect(
        await setting(HamiltonianMonteCarlo(concurrentChains: count))
          == invalid("concurrentChains", Double(count), ">= 1"))
      #expect(
        await setting(NoUTurnSampler(maximumTreeDepth: count)) == invalid("maximumTreeDepth", Double(count), "1 to 30"))
    }
    #expect(await setting(NoUTurnSampler(maximumTreeDepth: 31)) == invalid("maximumTreeDepth", 31, "1 to 30"))
    #expect(await setting(NoUTurnSampler(warmup: -1)) == invalid("warmup", -1, ">= 0"))
    #expect(await setting(HamiltonianMonteCarlo(warmup: -1)) == invalid("warmup", -1, ">= 0"))
    for target in [0, 1, -0.2, 1.5] {
      let expected = invalid("targetAcceptance", target, "between 0 and 1")
      #expect(await setting(NoUTurnSampler(targetAcceptance: target)) == expected)
      #expect(await setting(HamiltonianMonteCarlo(targetAcceptance: target)) == expected)
    }
    for size in [0, -1, Double.infinity] {
      #expect(await setting(NoUTurnSampler(initialStepSize: size)) == invalid("initialStepSize", size, "> 0"))
      #expect(
        await setting(HamiltonianMonteCarlo(trajectoryLength: size)) == invalid("trajectoryLength", size, "> 0"))
    }
  }

  @Test func jitterIsAFraction() async {
    for jitter in [-0.1, 1.1, Double.infinity] {
      #expect(
        await setting(HamiltonianMonteCarlo(jitter: jitter))
          == .invalidSetting(name: "jitter", value: jitter, expected: "0 to 1"))
    }
    guard case .invalidSetting("jitter", _, _) = await setting(HamiltonianMonteCarlo(jitter: .nan)) else {
      Issue.record("expected an invalid jitter")
      return
    }
  }

  /// Counts whose sums and products no Int holds.
  @Test(arguments: [Int.max, Int.max - 1, 1 << 31]) func countsBeyondReasonAreNamed(count: Int) async throws {
    func tooLarge(_ name: String, _ most: Int) -> InferenceError {
      .invalidSetting(name: name, value: Double(count), expected: "at most \(most)")
    }
    let iterations = Int(Int32.max)
    #expect(await setting(NoUTurnSampler(chains: count)) == tooLarge("chains", 1_000_000))
    #expect(await setting(HamiltonianMonteCarlo(chains: count)) == tooLarge("chains", 1_000_000))
    #expect(await setting(NoUTurnSampler(warmup: count)) == tooLarge("warmup", iterations))
    #expect(await setting(HamiltonianMonteCarlo(warmup: count)) == tooLarge("warmup", iterations))
    #expect(await setting(NoUTurnSampler(draws: count)) == tooLarge("draws", iterations))
    #expect(await setting(HamiltonianMonteCarlo(draws: count)) == tooLarge("draws", iterations))
    #expect(await setting(NoUTurnSampler(thinning: count)) == tooLarge("thinning", iterations))
    await #expect(throws: tooLarge("chains", 1_000_000)) {
      try await NoUTurnSampler(chains: count).run(Model { Return(Latent("x", Normal(0, 1))) }, seed: 1)
    }
  }

  @Test func notANumberIsNoSetting() async {
    for (sampler, name) in [
      (NoUTurnSampler(targetAcceptance: .nan), "targetAcceptance"),
      (NoUTurnSampler(initialStepSize: .nan), "initialStepSize"),
    ] {
      guard case .invalidSetting(name, let value, _) = await setting(sampler) else {
        Issue.record("expected an invalid \(name)")
        continue
      }
      #expect(value.isNaN)
    }
    guard case .invalidSetting("trajectoryLength", _, _) = await setting(HamiltonianMonteCarlo(trajectoryLength: .nan))
    else {
      Issue.record("expected an invalid trajectoryLength")
      return
    }
  }

  @Test func startsMustFit() async {
    let key = RandomKey(seed: 1)
    await #expect(throws: InferenceError.wrongStartCount(count: 1, expected: 4)) {
      try await NoUTurnSampler().sample(Gaussian.standard(1), from: [[0]], key: key)
    }
    await #expect(
      throws: InferenceError.invalidSetting(
        name: "the number of coordinates of a start", value: 3, expected: "2")
    ) {
      try await HamiltonianMonteCarlo(chains: 2).sample(Gaussian.standard(2), from: [[0, 0], [0, 0, 0]], key: key)
    }
  }

  @Test func aStartWithoutADensityNamesItsChain() async {
    let density = OnTheLine { x in x > 0 ? (-x, -1) : x == 0 ? (0, .nan) : (.nan, .nan) }
    let sampler = NoUTurnSampler(chains: 2)
    for (start, value) in [(-1.0, -Double.infinity), (0, 0)] {
      await #expect(throws: InferenceError.invalidStart(chain: 1, logDensity: value)) {
        try await sampler.sample(density, from: [[1], [start]], key: RandomKey(seed: 1))
      }
      await #expect(throws: InferenceError.invalidStart(chain: 1, logDensity: value)) {
        try await HamiltonianMonteCarlo(chains: 2).sample(density, from: [[1], [start]], key: RandomKey(seed: 1))
      }
    }
    await #expect(throws: InferenceError.self) {
      try await sampler.sample(density, from: [[1], [.nan]], key: RandomKey(seed: 1))
    }
  }

  @Test func errorsSayWhatIsWrong() {
    #expect(
      "\(InferenceError.invalidSetting(name: "draws", value: 0, expected: ">= 1"))" == "draws = 0.0, expected >= 1")
    #expect("\(InferenceError.invalidStart(chain: 1, logDensity: -.infinity))".hasPrefix("chain 2: the log density"))
    #expect("\(InferenceError.wrongStartCount(count: 1, expected: 4))" == "1 starts, expected 4")
  }
}
