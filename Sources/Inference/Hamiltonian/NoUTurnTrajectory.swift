import Foundation
import NumericCore

/// The no-U-turn trajectory with multinomial sampling (Hoffman and Gelman 2014; Betancourt 2017, appendix A.3), with
/// the generalised criterion, checked across adjacent subtrees too.
///
/// A trajectory doubles until its momentum sum points back, a step diverges, or `maximumDepth` is reached. The state
/// is drawn from a subtree with multinomial weights exp(-H), and between the old and the new half with a bias to the
/// new one.
struct NoUTurnTrajectory: Trajectory {
  let maximumDepth: Int
  /// A step whose energy error exceeds this is divergent: 1000, as in Stan.
  let divergenceThreshold: Double
  private let dimension: Int
  private let pool: VectorPool
  private var current, forward, backward, sample, proposal: PhasePoint
  private let rho, rhoForward, rhoBackward: UnsafeMutablePointer<Double>
  private var edges: (forwardForward: Edge, forwardBackward: Edge, backwardForward: Edge, backwardBackward: Edge)
  private let levels: [Level]
  private let sum: UnsafeMutablePointer<Double>
  // Of the trajectory that is being built:
  private var initialEnergy = 0.0
  private var leapfrogSteps = 0
  private var acceptance = 0.0
  private var isDivergent = false

  /// Momentum and velocity at an end of a subtree.
  private struct Edge {
    let momentum: UnsafeMutablePointer<Double>
    let velocity: UnsafeMutablePointer<Double>
    init(_ pool: VectorPool) { (momentum, velocity) = (pool.take(), pool.take()) }
  }

  /// What a subtree of one depth needs while its halves are built.
  private struct Level {
    let initialEnd, finalBegin: Edge
    let rhoInitial, rhoFinal: UnsafeMutablePointer<Double>
    let proposal: PhasePoint
    init(_ pool: VectorPool) {
      (initialEnd, finalBegin) = (Edge(pool), Edge(pool))
      (rhoInitial, rhoFinal) = (pool.take(), pool.take())
      proposal = PhasePoint(pool)
    }
  }

  init(dimension: Int, maximumDepth: Int, divergenceThreshold: Double = 1000) {
    self.dimension = dimension
    self.maximumDepth = maximumDepth
    self.divergenceThreshold = divergenceThreshold
    let pool = VectorPool(dimension: dimension, vectors: 5 * 3 + 4 + 4 * 2 + (maximumDepth + 1) * 9)
    (current, forward, backward) = (PhasePoint(pool), PhasePoint(pool), PhasePoint(pool))
    (sample, proposal) = (PhasePoint(pool), PhasePoint(pool))
    (rho, rhoForward, rhoBackward, sum) = (pool.take(), pool.take(), pool.take(), pool.take())
    edges = (Edge(pool), Edge(pool), Edge(pool), Edge(pool))
    levels = (0...maximumDepth).map { _ in Level(pool) }
    self.pool = pool
  }

  mutating func transition<D: DifferentiableLogDensity>(
    _ point: inout PhasePoint, _ system: inout HamiltonianSystem<D>, stepSize: Double, using stream: inout RandomStream
  ) -> TransitionInfo {
    let n = dimension
    forward.copy(point, n)
    backward.copy(point, n)
    sample.copy(point, n)
    initialEnergy = system.energy(point)
    (leapfrogSteps, acceptance, isDivergent) = (0, 0, false)
    for edge in [edges.forwardForward, edges.forwardBackward, edges.backwardForward, edges.backwardBackward] {
      edge.momentum.update(from: point.momentum, count: n)
      system.metric.velocity(point.momentum, edge.velocity)
    }
    rho.update(from: point.momentum, count: n)
    var logWeight = 0.0
    var depth = 0
    var proposal = self.proposal
    while depth < maximumDepth {
      rhoForward.update(repeating: 0, count: n)
      rhoBackward.update(repeating: 0, count: n)
      var subtreeLogWeight = -Double.infinity
      let isForward = stream.uniform() > 0.5
      let isValid: Bool
      if isForward {
        current.copy(forward, n)
        rhoBackward.update(from: rho, count: n)
        copy(edges.forwardForward, to: edges.backwardForward)
        isValid = build(
          depth, begin: edges.forwardBackward, end: edges.forwardForward, rho: rhoForward, &proposal, &system,
          stepSize: stepSize, &subtreeLogWeight, using: &stream)
        forward.copy(current, n)
      } else {
        current.copy(backward, n)
        rhoForward.update(from: rho, count: n)
        copy(edges.backwardBackward, to: edges.forwardBackward)
        isValid = build(
          depth, begin: edges.backwardForward, end: edges.backwardBackward, rho: rhoBackward, &proposal, &system,
          stepSize: -stepSize, &subtreeLogWeight, using: &stream)
        backward.copy(current, n)
      }
      guard isValid else { break }
      depth += 1
      let isTaken = subtreeLogWeight > logWeight || stream.uniform() < exp(subtreeLogWeight - logWeight)
      if isTaken || Mutation.isActive(.newHalfAlwaysTaken) {
        sample.copy(proposal, n)
      }
      logWeight = logAddExp(logWeight, subtreeLogWeight)
      for i in 0..<n { rho[i] = rhoBackward[i] + rhoForward[i] }
      guard
        persists(edges.backwardBackward, edges.forwardForward, rho)
          && persists(edges.backwardBackward, edges.forwardBackward, rhoBackward, plus: edges.forwardBackward)
          && persists(edges.backwardForward, edges.forwardForward, rhoForward, plus: edges.backwardForward)
      else { break }
    }
    point.copy(sample, n)
    return TransitionInfo(
      acceptanceRate: leapfrogSteps > 0 ? acceptance / Double(leapfrogSteps) : 0, leapfrogSteps: leapfrogSteps,
      treeDepth: depth, isDivergent: isDivergent, energy: initialEnergy)
  }

  /// Builds a subtree of 2^depth steps from `current` on; false where it turns or diverges.
  private mutating func build<D: DifferentiableLogDensity>(
    _ depth: Int, begin: Edge, end: Edge, rho: UnsafeMutablePointer<Double>, _ proposal: inout PhasePoint,
    _ system: inout HamiltonianSystem<D>, stepSize: Double, _ logWeight: inout Double, using stream: inout RandomStream
  ) -> Bool {
    let n = dimension
    if depth == 0 {
      system.leapfrog(&current, stepSize: stepSize)
      leapfrogSteps += 1
      var energy = system.energy(current)
      if energy.isNaN { energy = .infinity }
      if energy - initialEnergy > divergenceThreshold { isDivergent = true }
      logWeight = logAddExp(logWeight, initialEnergy - energy)
      acceptance += min(1, exp(initialEnergy - energy))
      proposal.copy(current, n)
      begin.momentum.update(from: current.momentum, count: n)
      system.metric.velocity(current.momentum, begin.velocity)
      copy(begin, to: end)
      for i in 0..<n { rho[i] += current.momentum[i] }
      return !isDivergent
    }
    let level = levels[depth]
    level.rhoInitial.update(repeating: 0, count: n)
    level.rhoFinal.update(repeating: 0, count: n)
    var (initialLogWeight, finalLogWeight) = (-Double.infinity, -Double.infinity)
    guard
      build(
        depth - 1, begin: begin, end: level.initialEnd, rho: level.rhoInitial, &proposal, &system, stepSize: stepSize,
        &initialLogWeight, using: &stream)
    else { return false }
    var finalProposal = level.proposal
    guard
      build(
        depth - 1, begin: level.finalBegin, end: end, rho: level.rhoFinal, &finalProposal, &system,
        stepSize: stepSize, &finalLogWeight, using: &stream)
    else { return false }
    let subtreeLogWeight = logAddExp(initialLogWeight, finalLogWeight)
    logWeight = logAddExp(logWeight, subtreeLogWeight)
    if finalLogWeight > subtreeLogWeight || stream.uniform() < exp(finalLogWeight - subtreeLogWeight) {
      proposal.copy(finalProposal, n)
    }
    for i in 0..<n { sum[i] = level.rhoInitial[i] + level.rhoFinal[i] }
    for i in 0..<n { rho[i] += sum[i] }
    return persists(begin, end, sum)
      && persists(begin, level.finalBegin, level.rhoInitial, plus: level.finalBegin)
      && persists(level.initialEnd, end, level.rhoFinal, plus: level.initialEnd)
  }

  private func copy(_ from: Edge, to: Edge) {
    to.momentum.update(from: from.momentum, count: dimension)
    to.velocity.update(from: from.velocity, count: dimension)
  }

  /// Whether both ends still move along the sum of momenta.
  private func persists(_ begin: Edge, _ end: Edge, _ rho: UnsafePointer<Double>, plus edge: Edge? = nil) -> Bool {
    var (atBegin, atEnd) = (0.0, 0.0)
    for i in 0..<dimension {
      let r = rho[i] + (edge?.momentum[i] ?? 0)
      atBegin += begin.velocity[i] * r
      atEnd += end.velocity[i] * r
    }
    return atBegin > 0 && atEnd > 0
  }
}
