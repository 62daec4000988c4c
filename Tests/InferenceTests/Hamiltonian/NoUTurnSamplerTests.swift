import Foundation
import Inference
import NumericCore
import Synchronization
import Testing

/// A normal density by its precision matrix: a user's own `DifferentiableLogDensity`.
struct GaussianDensity: DifferentiableLogDensity {
  let precision: Matrix
  var dimension: Int { precision.rows }

  init(covariance: Matrix) throws {
    let factor = try Cholesky(covariance)
    let columns = (0..<covariance.rows).map { i in
      factor.solve((0..<covariance.rows).map { $0 == i ? 1 : 0 })
    }
    precision = try Matrix(columns: columns)
  }

  func logDensity(at x: Span<Double>, workspace: inout Void) -> Double {
    var total = 0.0
    for i in 0..<dimension { for j in 0..<dimension { total -= 0.5 * x[i] * precision[i, j] * x[j] } }
    return total
  }

  func logDensity(at x: Span<Double>, gradient: inout MutableSpan<Double>, workspace: inout Void) -> Double {
    var total = 0.0
    for i in 0..<dimension {
      var sum = 0.0
      for j in 0..<dimension { sum += precision[i, j] * x[j] }
      gradient[i] = -sum
      total -= 0.5 * x[i] * sum
    }
    return total
  }
}

@Suite struct NoUTurnSamplerTests {
  /// Scales from 1/2 to 4, neighbours correlated by 0.8.
  private func covariance(_ n: Int) -> Matrix {
    var result = Matrix(rows: n, columns: n)
    for i in 0..<n {
      for j in 0..<n {
        let scale = { (k: Int) in 0.5 + 3.5 * Double(k) / Double(max(n - 1, 1)) }
        result[i, j] = scale(i) * scale(j) * pow(0.8, Double(abs(i - j)))
      }
    }
    return result
  }

  private func columns(_ chains: [ChainDraws], _ n: Int) -> [[[Double]]] {
    (0..<n).map { i in chains.map { chain in (0..<chain.count).map { chain.positions[$0 * n + i] } } }
  }

  /// Means and variances of a normal, within 4.5 Monte Carlo standard errors; seed 7.
  @Test(arguments: [1, 2, 10, 30], [MetricKind.unit, .diagonal, .dense])
  func momentsOfNormals(n: Int, metric: MetricKind) async throws {
    let covariance = covariance(n)
    let sampler = NoUTurnSampler(chains: 4, warmup: 500, draws: 1000, metric: metric)
    let starts = (0..<4).map { c in (0..<n).map { Double($0 % 3) - Double(c) } }
    let chains = try await sampler.sample(GaussianDensity(covariance: covariance), from: starts, key: RandomKey(seed: 7))
    for (i, column) in columns(chains, n).enumerated() {
      let all = column.flatMap { $0 }
      #expect(abs(all.reduce(0, +) / Double(all.count)) < 4.5 * Diagnostics.meanMCSE(column))
      let squares = column.map { $0.map { $0 * $0 } }
      let mean = all.reduce(0) { $0 + $1 * $1 } / Double(all.count)
      #expect(abs(mean - covariance[i, i]) < 4.5 * Diagnostics.meanMCSE(squares))
      #expect(Diagnostics.rHat(column) < 1.02)
    }
  }

  @Test func hamiltonianMonteCarloFindsTheSame() async throws {
    let covariance = covariance(5)
    let chains = try await HamiltonianMonteCarlo(chains: 4, warmup: 500, draws: 1000).sample(
      GaussianDensity(covariance: covariance), from: (0..<4).map { _ in Array(repeating: 1, count: 5) },
      key: RandomKey(seed: 3))
    for (i, column) in columns(chains, 5).enumerated() {
      let all = column.flatMap { $0 }
      #expect(abs(all.reduce(0, +) / Double(all.count)) < 4.5 * Diagnostics.meanMCSE(column))
      let squares = column.map { $0.map { $0 * $0 } }
      let mean = all.reduce(0) { $0 + $1 * $1 } / Double(all.count)
      #expect(abs(mean - covariance[i, i]) < 4.5 * Diagnostics.meanMCSE(squares))
    }
  }

  /// One-step exactness: exact draws, moved once, are exact draws. 4,000 chains of one transition; 4.5 standard errors
  /// for each of five expectations; seed 21.
  @Test(arguments: [0.3, 1.1]) func oneTransitionKeepsTheLaw(stepSize: Double) async throws {
    let covariance = try Matrix(rows: 2, columns: 2, elements: [1, 0.7, 0.7, 2])
    let factor = try Cholesky(covariance).lower
    var stream = RandomStream(RandomKey(seed: 21))
    let count = 4000
    let starts = (0..<count).map { _ in
      let (a, b) = (stream.normal(), stream.normal())
      return [factor[0, 0] * a, factor[1, 0] * a + factor[1, 1] * b]
    }
    let sampler = NoUTurnSampler(chains: count, warmup: 0, draws: 1, initialStepSize: stepSize)
    let chains = try await sampler.sample(GaussianDensity(covariance: covariance), from: starts, key: RandomKey(seed: 22))
    let functions: [(@Sendable (Double, Double) -> Double, Double)] = [
      ({ x, _ in x }, 0), ({ _, y in y }, 0), ({ x, _ in x * x }, 1), ({ x, y in x * y }, 0.7), ({ _, y in y * y }, 2),
    ]
    for (f, expected) in functions {
      let values = chains.map { f($0.positions[0], $0.positions[1]) }
      let mean = values.reduce(0, +) / Double(count)
      #expect(abs(mean - expected) < 4.5 * Diagnostics.standardDeviation(values) / Double(count).squareRoot())
    }
    #expect(zip(chains, starts).filter { $0.positions != $1 }.count > count / 4)
  }

  @Test func theSameSeedGivesTheSameDraws() async throws {
    let density = try GaussianDensity(covariance: covariance(3))
    func draws(_ seed: UInt64, _ concurrent: Int?) async throws -> [[Double]] {
      try await NoUTurnSampler(chains: 4, warmup: 200, draws: 50, concurrentChains: concurrent)
        .sample(density, from: Array(repeating: [1, 2, 3], count: 4), key: RandomKey(seed: seed)).map(\.positions)
    }
    let first = try await draws(1, nil)
    #expect(try await draws(1, 1) == first)
    #expect(try await draws(1, 3) == first)
    #expect(try await draws(2, nil) != first)
    #expect(Set(first).count == 4)
  }

  /// The average of the logarithm of the step size leaves the acceptance above its target, the more so the lower that
  /// is (as in Stan): within 60% of the way to 1.
  @Test func theStepSizeReachesItsTarget() async throws {
    var previous = 0.0
    for target in [0.6, 0.8, 0.95] {
      let chains = try await NoUTurnSampler(chains: 4, targetAcceptance: target).sample(
        GaussianDensity(covariance: covariance(10)), from: Array(repeating: Array(repeating: 0.5, count: 10), count: 4),
        key: RandomKey(seed: 5))
      let rates = chains.flatMap { $0.infos.map(\.acceptanceRate) }
      let rate = rates.reduce(0, +) / Double(rates.count)
      #expect(rate > target - 0.05 && rate < target + 0.6 * (1 - target) && rate > previous)
      previous = rate
    }
  }

  /// Stan's windows.
  @Test func warmupWindows() {
    #expect(WarmupSchedule(iterations: 1000).windowEnds == [99, 149, 249, 449, 949])
    #expect(WarmupSchedule(iterations: 150).windowEnds == [99])
    #expect(WarmupSchedule(iterations: 100).windowEnds == [89])
    #expect(WarmupSchedule(iterations: 10).windowEnds == [])
  }

  @Test func cancellationKeepsWhatWasDrawn() async throws {
    let density = try GaussianDensity(covariance: covariance(4))
    let box = Mutex<Task<[ChainDraws], any Error>?>(nil)
    let task = Task {
      try await NoUTurnSampler(chains: 2, warmup: 50, draws: 50_000_000).sample(
        density, from: Array(repeating: [0, 0, 0, 0], count: 2), key: RandomKey(seed: 1),
        progress: { progress in
          if progress.iteration > 200 { box.withLock { $0?.cancel() } }
        })
    }
    box.withLock { $0 = task }
    let chains = try await task.value
    #expect(chains.allSatisfy { !$0.isComplete && $0.positions.count == 4 * $0.count })
    #expect(chains.contains { $0.count > 0 })
  }

  @Test func wrongSettingsAndStartsAreSaid() async throws {
    let density = try GaussianDensity(covariance: covariance(2))
    let key = RandomKey(seed: 1)
    await #expect(throws: InferenceError.invalidSetting(name: "draws", value: 0, expected: ">= 1")) {
      try await NoUTurnSampler(chains: 1, draws: 0).sample(density, from: [[0, 0]], key: key)
    }
    await #expect(throws: InferenceError.self) {
      try await NoUTurnSampler(chains: 1, targetAcceptance: 1.5).sample(density, from: [[0, 0]], key: key)
    }
    await #expect(throws: InferenceError.wrongStartCount(count: 1, expected: 2)) {
      try await NoUTurnSampler(chains: 2).sample(density, from: [[0, 0]], key: key)
    }
    await #expect(throws: InferenceError.self) {
      try await NoUTurnSampler(chains: 1).sample(density, from: [[.nan, 0]], key: key)
    }
    await #expect(throws: InferenceError.self) {
      try await NoUTurnSampler(chains: 1).sample(density, from: [[0]], key: key)
    }
  }
}
