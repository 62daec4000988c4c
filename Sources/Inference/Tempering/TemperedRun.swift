import Foundation
import NumericCore
import PPL

/// Particles with their log likelihoods, and how their moves were accepted.
private struct TemperedPopulation: Sendable {
  var positions: [Double] = []
  var logLikelihoods: [Double] = []
  var acceptance = Acceptance()

  /// Adds the walkers of a block.
  mutating func append(_ block: PositionBlock) {
    for l in 0..<block.count {
      for i in 0..<block.dimension { positions.append(block.state.positions[i * block.lanes + l]) }
      logLikelihoods.append(block.state.logLikelihoods[l])
    }
  }

  mutating func append(_ other: TemperedPopulation) {
    positions += other.positions
    logLikelihoods += other.logLikelihoods
    acceptance += other.acceptance
  }
}

/// Both samplers: `length` states of each chain are kept, or with a length of 1 the state after one move.
struct TemperedRun: Sendable {
  let chains: Int
  let length: Int
  let islands: Int
  let kernel: any PositionKernel
  let schedule: TemperingSchedule
  let resampling: any ResamplingScheme
  /// Walkers side by side: enough to fill vectors, few enough for what they compute to stay in the cache.
  private static let blockSize = 64

  func run<Value>(
    _ model: Model<Value>, seed: UInt64, progress: TemperingProgressHandler?
  ) async throws -> TemperedPosterior {
    try checkCount("particles", chains)
    try checkCount("islands", islands)
    try schedule.validate()
    let compiled = try CompiledModel(model)
    let (density, key) = (try TemperedDensity(compiled), RandomKey(seed: seed))
    let cores = ProcessInfo.processInfo.activeProcessorCount
    let results = try await runChains(islands, limit: cores) { number in
      let key = key.child("island").child(UInt64(number))
      let prior = try compiled.priorPositions(count: chains * length, key: key.child("prior"))
      return try await island(density, prior, key: key) {
        progress?(TemperingProgress(island: number, islands: islands, inverseTemperature: $0))
      }
    }
    let columns = try compiled.generate(
      positions: results.flatMap(\.positions), count: results.count * chains * length, key: key.child("generated"))
    let isFixed = if case .fixed = schedule { true } else { false }
    return TemperedPosterior(
      weighted: WeightedPosterior(draws: columns, logWeights: results.flatMap(\.logWeights)), islands: results,
      isEvidenceUnbiased: isFixed && !kernel.adapts)
  }

  private func island(
    _ density: TemperedDensity, _ prior: [Double], key: RandomKey, progress: (_ inverseTemperature: Double) -> Void
  ) async throws -> TemperedIsland {
    let (n, count) = (density.dimension, chains * length)
    var kernel = kernel
    var population = try await inBlocks(of: count) { range, _ in
      let block = PositionBlock(density, count: range.count)
      block.place(range.count) { prior[(range.lowerBound + $0) * n + $1] }
      var part = TemperedPopulation()
      part.append(block)
      return part
    }
    var (beta, logEvidence, steps) = (0.0, 0.0, [TemperedStep]())
    while true {
      try Task.checkCancellation()
      let next = try schedule.next(steps.count, after: beta, logLikelihoods: population.logLikelihoods)
      let increments = population.logLikelihoods.map { (next - beta) * $0 }
      var weights = increments
      guard increments.contains(where: { $0 > -.infinity }) else {
        steps.append(TemperedStep(inverseTemperature: next, effectiveSampleSize: 0, logEvidence: -.infinity))
        return TemperedIsland(steps: steps, positions: population.positions, logWeights: increments)
      }
      let summary = try weights.withUnsafeMutableBufferPointer { weights in
        try increments.withUnsafeBufferPointer { try LogWeights.normalize($0, into: weights) }
      }
      let before = logEvidence
      logEvidence += summary.logMean
      steps.append(
        TemperedStep(
          inverseTemperature: next, effectiveSampleSize: summary.effectiveSampleSize, logEvidence: logEvidence))
      progress(next)
      if next == 1 {
        return TemperedIsland(
          steps: steps, positions: population.positions, logWeights: increments.map { $0 + before })
      }
      beta = next
      kernel.adapt(to: PositionMoments(population.positions, dimension: n, weights: weights))
      let key = key.child("step").child(UInt64(steps.count))
      let ancestors = try resampling.ancestors(weights: weights, count: chains, key: key.child("resampling"))
      population = try await move(population, ancestors, density, kernel, beta, key: key.child("moves"))
      steps[steps.count - 1].acceptanceRate = population.acceptance.rate
    }
  }

  private func move(
    _ population: TemperedPopulation, _ ancestors: [Int], _ density: TemperedDensity, _ kernel: any PositionKernel,
    _ beta: Double, key: RandomKey
  ) async throws -> TemperedPopulation {
    let (n, length) = (density.dimension, length)
    return try await inBlocks(of: ancestors.count) { range, number in
      let block = PositionBlock(density, count: range.count)
      block.inverseTemperature = beta
      block.place(range.count) { population.positions[ancestors[range.lowerBound + $0] * n + $1] }
      var part = TemperedPopulation()
      if length > 1 { part.append(block) }
      for step in 0..<max(length - 1, 1) {
        try Task.checkCancellation()
        part.acceptance += try kernel.step(block, key: key.child(UInt64(number)).child(UInt64(step)))
        part.append(block)
      }
      return part
    }
  }

  /// Runs a body for blocks of particles, on all cores, and joins what they give in their order.
  private func inBlocks(
    of count: Int, _ body: @escaping @Sendable (Range<Int>, _ number: Int) async throws -> TemperedPopulation
  ) async throws -> TemperedPopulation {
    let size = Self.blockSize
    let parts = try await runChains((count + size - 1) / size, limit: ProcessInfo.processInfo.activeProcessorCount) {
      try await body(($0 * size)..<min(($0 + 1) * size, count), $0)
    }
    return parts.reduce(into: TemperedPopulation()) { $0.append($1) }
  }
}
