import Foundation
import NumericCore

/// N partial runs of a program, each stopped after the same number of scores, with their weights: a population in the
/// sense of Scibior et al. ('Denotational validation of higher-order Bayesian inference', POPL 2018), of suspended
/// computations. It represents the measure that gives f the value E sum_i w_i f(x_i), x_i being what run i returns when it
/// is finished.
///
/// Static programs run with particles as lanes, blocks of lanes on all cores; dynamic ones on continuations that can be
/// resumed many times. Neither starts anew after a score. The same key gives the same population on any number of cores.
public final class Population {
  public let count: Int
  /// The logarithms of the weights. A population starts with log(1 / N) each, so that its mass is that of one run.
  public var logWeights: [Double]
  /// The number of scores that the runs stand after; runs that have come to their end wait.
  public private(set) var scores = 0
  /// Whether all runs have come to their end.
  public private(set) var isFinished = false
  /// What kernels proposed and accepted since the last score.
  public var moves = MoveTally()
  /// The number of resamplings so far.
  public private(set) var resamplings = 0
  /// For each particle, the one that it was copied from in the last resampling, and in the first generation.
  public private(set) var ancestors, founders: [Int]
  private let run: RandomKey
  private let particles: any Particles

  fileprivate init(_ particles: any Particles, count: Int, key: RandomKey) {
    (self.particles, self.count, run) = (particles, count, key)
    (ancestors, founders) = (Array(0..<count), Array(0..<count))
    logWeights = Array(repeating: -log(Double(count)), count: count)
  }

  /// A population of copies of all runs, which stand where these stand, with their weights. It stands for the same measure.
  /// What it draws from here on comes of the key: with a key of its own it shares the past with this population, and no
  /// future. This one goes on as if it had not been copied.
  ///
  /// Cost: on lanes the buffers are copied; continuations and traces are shared until they change.
  public func copy(key: RandomKey) -> Population {
    let copy = Population(particles.copy(key: key), count: count, key: key)
    (copy.logWeights, copy.scores, copy.isFinished) = (logWeights, scores, isFinished)
    (copy.moves, copy.resamplings, copy.ancestors, copy.founders) = (moves, resamplings, ancestors, founders)
    return copy
  }

  /// Runs all particles on to their next score, and multiplies their weights by it.
  ///
  /// - Returns: the logarithms of the scores; nil where there were none, as all runs have come to their end.
  /// - Throws: `ModelError` for a parameter out of its domain or a score that is not a number, and what a continuation
  ///   throws.
  public func advance() throws -> [Double]? {
    guard !isFinished else { return nil }
    var increments = Array(repeating: 0.0, count: count)
    guard try particles.advance(&increments) else {
      isFinished = true
      return nil
    }
    if let particle = increments.firstIndex(where: \.isNaN) {
      throw ModelError.scoreNotANumber(site: particles.site(ofParticle: particle), particle: particle)
    }
    let isDropped = Mutation.isActive(.scoreDropped) && scores == 1
    if !isDropped {
      logWeights.withUnsafeMutableBufferPointer { weights in
        for i in weights.indices { weights[i] += increments[i] }
      }
    }
    if Mutation.isActive(.scoreCountedTwice), scores == 0 { for i in increments.indices { logWeights[i] += increments[i] } }
    moves = MoveTally()
    scores += 1
    return increments
  }

  /// Replaces each run by a copy of its ancestor. What it draws from here on is its own: two copies share no future. The
  /// weights are the caller's to set.
  ///
  /// Cost: what the runs have yet to read is moved, the past stays where it is.
  ///
  /// - Throws: `ModelError.shapeMismatch` unless there is an ancestor for each particle, `indexOutOfRange` for one that is
  ///   not there.
  public func resample(_ ancestors: [Int]) throws {
    guard ancestors.count == count else {
      throw ModelError.shapeMismatch(
        operation: "resample a population", shapes: [.vector(ancestors.count), .vector(count)], location: nil)
    }
    if let wrong = ancestors.first(where: { $0 < 0 || $0 >= count }) {
      throw ModelError.indexOutOfRange(operation: "resample a population", index: wrong, count: count)
    }
    resamplings += 1
    self.ancestors = ancestors
    founders = founders.withUnsafeBufferPointer { founders in ancestors.map { founders[$0] } }
    particles.resample(ancestors, key: run.child("resampled").child(UInt64(resamplings)))
  }

  /// Moves each run by a Markov kernel that leaves the measure of its choices invariant: the population stands for what it
  /// stood for before. Runs are moved on all cores.
  ///
  /// - Parameter body: is given a run and its number.
  /// - Throws: `ModelError.structureMismatch` where the runs do not remember their choices (`keepsTraces`); what the body
  ///   throws.
  public func move<Result: Sendable>(
    _ body: @escaping @Sendable (_ trace: inout Trace, _ particle: Int) throws -> Result
  ) throws -> [Result] {
    guard let traced = particles as? TracedParticles else {
      throw ModelError.structureMismatch("a population whose runs keep no traces cannot be moved")
    }
    return try traced.map(body)
  }

  /// What the runs return, once they have come to their end, and the sites that are recorded.
  ///
  /// - Throws: as `advance`; `ModelError.structureMismatch` before the end.
  public func values() throws -> VariableColumns {
    guard isFinished else { throw ModelError.structureMismatch("a run has no value before its end") }
    return try particles.values()
  }
}

extension Population {
  /// The arcs between delayed normal variables that have been turned round, in all runs: what delaying them cost.
  package var arcReversals: Int { (particles as? ContinuationParticles)?.arcReversals ?? 0 }
}

/// How the runs of a population are kept.
protocol Particles: AnyObject {
  /// Runs on to the next scores; false where there were none.
  func advance(_ increments: inout [Double]) throws -> Bool
  /// The site that a particle scored last.
  func site(ofParticle particle: Int) -> String
  func resample(_ ancestors: [Int], key: RandomKey)
  /// The same runs, which draw by another key from here on.
  func copy(key: RandomKey) -> any Particles
  func values() throws -> VariableColumns
}

extension [Double] {
  /// Takes the scores of particles; 0 for one that has come to its end.
  ///
  /// - Returns: whether there was a score.
  mutating func take(_ scores: [Double?]) -> Bool {
    self = scores.map { $0 ?? 0 }
    return scores.contains { $0 != nil }
  }
}

/// A model prepared for populations: lowered once, for as many as are wanted.
public struct PopulationProgram: Sendable {
  private let program: RunProgram
  /// Nil where particles are not lanes: where the model is dynamic, traces are kept, or sampling is delayed.
  private let lanes: LaneProgram?
  private let keepsTraces: Bool
  private let delaysSampling: Bool
  /// Where traces are kept of a static program.
  private let network: TraceNetwork?

  /// - Parameters:
  ///   - sites: those that are held: each population is given their values, and their log densities are the first
  ///     scores, so that its mass estimates p(held values, data).
  ///   - recordsSteps: whether the draws of latents in scans are kept: memory for each step of each particle. What the
  ///     model returns is kept in any case.
  ///   - keepsTraces: whether the runs remember their choices, so that kernels can move them: `Population.move`.
  ///   - delaysSampling: whether a run keeps latents as distributions as long as it can: normal ones and what is linear in
  ///     them, and beta and gamma ones. Data that they are conjugate to condition them in closed form, and score their
  ///     likelihood given all before; what needs a number draws it given all so far.
  /// - Throws: `ModelError` for an ill-formed model; `unknownSite` and `unsupportedSite` for sites that cannot be held:
  ///   those of scans and of continuations; `delayedTraces` for runs that are to keep traces and to delay sampling.
  public init<Value>(
    _ model: Model<Value>, holding sites: [String] = [], recordsSteps: Bool = false, keepsTraces: Bool = false,
    delaysSampling: Bool = false
  ) throws {
    if keepsTraces && delaysSampling { throw ModelError.delayedTraces }
    let program = try RunProgram(model, holding: sites, recordsSteps: recordsSteps)
    (self.program, self.keepsTraces, self.delaysSampling) = (program, keepsTraces, delaysSampling)
    lanes = keepsTraces || delaysSampling || program.isDynamic ? nil : try LaneProgram(program)
    network = try keepsTraces && !program.isDynamic ? NetworkBuilder.network(of: program) : nil
  }

  /// Whether the structure depends on drawn values, so that the model is run particle by particle.
  public var isDynamic: Bool { program.isDynamic }

  /// N runs that have yet to begin.
  ///
  /// - Parameter values: those of the sites that are held, in column-major order.
  /// - Throws: `ModelError.invalidParameter` unless there is at least one; `unknownSite` where values are given for other
  ///   sites than those held, `shapeMismatch` for another number of them than the site has.
  public func population(_ count: Int, key: RandomKey, held values: [String: [Double]] = [:]) throws -> Population {
    try program.check(held: values)
    guard count >= 1 else {
      throw ModelError.invalidParameter(
        site: "population", distribution: "Population", parameter: "count", value: Double(count), expected: ">= 1",
        location: SourceLocation(file: #fileID, line: #line))
    }
    let particles: any Particles =
      if keepsTraces {
        TracedParticles(Trace(TraceOrigin(program, network: network, held: values)), count: count, key: key)
      } else if let lanes {
        LaneParticles(lanes, program.variables, count: count, key: key, held: values)
      } else {
        ContinuationParticles(
          start(holding: values), program.outputs.map(\.element), program.variables, count: count, key: key)
      }
    return Population(particles, count: count, key: key)
  }
  private func start(holding values: [String: [Double]]) -> PartialRun {
    var start = program.start.holding(values)
    if delaysSampling { start.delayed = DelayedVariables() }
    return start
  }
}
