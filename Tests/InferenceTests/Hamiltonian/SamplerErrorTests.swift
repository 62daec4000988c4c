import Inference
import NumericCore
import Testing

@Suite struct SamplerErrorTests {
  private func setting(_ sampler: NoUTurnSampler) async -> InferenceError? {
    await #expect(throws: InferenceError.self) {
      try await sampler.sample(
        Gaussian.standard(2), from: Array(repeating: [0, 0], count: max(sampler.chains, 0)), key: RandomKey(seed: 1))
    }
  }

  private func setting(_ sampler: HamiltonianMonteCarlo) async -> InferenceError? {
    await #expect(throws: InferenceError.self) {
      try await sampler.sample(
        Gaussian.standard(2), from: Array(repeating: [0, 0], count: max(sampler.chains, 0)), key: RandomKey(seed: 1))
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
