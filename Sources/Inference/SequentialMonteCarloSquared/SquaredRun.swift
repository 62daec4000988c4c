import Foundation
import NumericCore
import PPL

/// The run of an island of SMC^2.
struct SquaredRun {
  /// The number of particles that a task takes at a time: few, since each has a population.
  private static let block = 4

  private let settings: SequentialMonteCarloSquared
  private let target: ParameterTarget
  private let key: RandomKey
  private var particles: [ParameterParticle] = []
  private var logWeights: [Double] = []
  /// Of the inner populations.
  private var size: Int
  private var steps: [SquaredStep] = []

  init(_ settings: SequentialMonteCarloSquared, _ target: ParameterTarget, key: RandomKey) {
    (self.settings, self.target, self.key, size) = (settings, target, key, settings.inner.particles)
  }

  /// Runs to the end of all populations.
  mutating func finish(_ progress: (_ scores: Int) -> Void) async throws -> SquaredIsland {
    try await start()
    while try await advance() {
      let key = key.child("score").child(UInt64(steps.count))
      try await renew(key: key)
      progress(steps.count)
    }
    let key = key.child("chosen")
    let rows = try await map { particle, i in try particle.draw(key: key.child(UInt64(i))) }
    let columns = rows[0].columns.indices.map { column in rows.map { $0.columns[column][0] } }
    return SquaredIsland(
      draws: VariableColumns(variables: rows[0].variables, columns: columns), logWeights: logWeights, steps: steps,
      uniqueParameters: target.space.dimension > 0 ? Set(particles.map(\.position)).count : nil)
  }

  /// Parameters of the prior, with populations that have yet to score.
  private mutating func start() async throws {
    let (count, n) = (settings.particles, target.space.dimension)
    let positions = try target.space.priorPositions(count: count, key: key.child("prior"))
    let (target, size, key) = (target, size, key.child("start"))
    particles = try await runBlocks(of: count, size: Self.block) { i in
      let position = Array(positions[(i * n)..<((i + 1) * n)])
      guard let particle = try target.particle(at: position, scores: 0, size: size, key: key.child(UInt64(i))) else {
        throw ModelError.initialisationFailed(
          site: target.space.variables.map(\.name).joined(separator: ", "),
          reason: "a draw of the prior has no finite density on the unconstrained coordinates", location: nil)
      }
      return particle
    }
    logWeights = Array(repeating: -log(Double(count)), count: count)
  }

  /// Runs all populations on to their next score; false where there is none.
  private mutating func advance() async throws -> Bool {
    let inner = settings.inner
    let increments = try await map { particle, _ in try particle.advance(inner) }
    guard increments.contains(where: { $0 != nil }) else { return false }
    let times: Double = Mutation.isActive(.outerIncrementCountedTwice) && steps.isEmpty ? 2 : 1
    for (i, increment) in increments.enumerated() { logWeights[i] += times * (increment ?? 0) }
    let summary = logWeights.withUnsafeBufferPointer { try? LogWeights.summary(of: $0) }
    steps.append(
      SquaredStep(
        effectiveSampleSize: summary?.effectiveSampleSize ?? 0, logEvidence: summary?.logSum ?? -.infinity,
        innerParticles: size,
        parameters: settings.recordsParameters ? WeightedPosterior(draws: parameters, logWeights: logWeights) : nil))
    return true
  }

  private var parameters: VariableColumns {
    let variables = target.space.variables
    let columns = variables.flatMap { variable in
      (0..<variable.shape.count).map { e in particles.map { $0.values[variable.name]?[e] ?? .nan } }
    }
    return VariableColumns(variables: variables, columns: columns)
  }

  /// Resamples and moves the parameters, and lets their populations grow, where that is due.
  private mutating func renew(key: RandomKey) async throws {
    var weights = logWeights
    let summary = try? weights.withUnsafeMutableBufferPointer { weights in
      try logWeights.withUnsafeBufferPointer { try LogWeights.normalize($0, into: weights) }
    }
    guard let summary, settings.rule.isDue(summary) else { return }
    let dimension = target.space.dimension
    let moments = PositionMoments(particles.flatMap(\.position), dimension: dimension, weights: weights)
    let ancestors = try settings.resampling.ancestors(
      weights: weights, count: particles.count, key: key.child("resampling"))
    try await copy(ancestors, key: key.child("copies"))
    logWeights = Array(repeating: summary.logWeight(ofOffspring: particles.count), count: particles.count)
    steps[steps.count - 1].uniqueAncestors = Set(ancestors).count
    guard settings.moves > 0, let proposal = try settings.proposal.fitted(to: moments, dimension: dimension) else { return }
    let acceptance = try await move(proposal, key: key.child("moves"))
    steps[steps.count - 1].acceptanceRate = acceptance.rate
    let size = settings.growth.size(after: size, acceptance: acceptance)
    if size > self.size { try await exchange(forPopulationsOf: size, key: key.child("exchange")) }
  }

  /// The first offspring of a particle takes its population, all others copies.
  private mutating func copy(_ ancestors: [Int], key: RandomKey) async throws {
    var seen: Set<Int> = []
    let isFirst = ancestors.map { seen.insert($0).inserted }
    let old = particles
    particles = try await runBlocks(of: ancestors.count, size: Self.block) { i in
      let particle = old[ancestors[i]]
      return isFirst[i] ? particle : particle.copy(key: key.child(UInt64(i)))
    }
  }

  private mutating func move(_ proposal: FittedProposal, key: RandomKey) async throws -> Acceptance {
    let (target, moves, scores) = (target, settings.moves, steps.count)
    let moved = try await map { particle, i in
      let key = key.child(UInt64(i))
      var (particle, acceptance) = (particle, Acceptance())
      for move in 0..<moves {
        acceptance += try target.move(&particle, proposal, scores: scores, key: key.child(UInt64(move)))
      }
      return (particle, acceptance)
    }
    particles = moved.map { $0.0 }
    return moved.reduce(into: Acceptance()) { $0 += $1.1 }
  }

  /// New populations for the same parameters: the weights take the ratio of the estimates of the evidence.
  private mutating func exchange(forPopulationsOf size: Int, key: RandomKey) async throws {
    let (target, scores) = (target, steps.count)
    let old = particles
    particles = try await map { particle, i in
      try target.particle(at: particle.position, scores: scores, size: size, key: key.child(UInt64(i))) ?? particle
    }
    for (i, particle) in particles.enumerated() { logWeights[i] += particle.logLikelihood - old[i].logLikelihood }
    self.size = size
    steps[steps.count - 1].innerParticles = size
  }

  private func map<Result: Sendable>(
    _ body: @escaping @Sendable (ParameterParticle, Int) throws -> Result
  ) async throws -> [Result] {
    let particles = particles
    return try await runBlocks(of: particles.count, size: Self.block) { try body(particles[$0], $0) }
  }
}
