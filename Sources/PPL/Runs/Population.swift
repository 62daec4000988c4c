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
  /// The ancestors of each resampling so far.
  public private(set) var ancestors: [[Int]] = []
  private let run: RandomKey
  private let particles: any Particles

  fileprivate init(_ particles: any Particles, count: Int, key: RandomKey) {
    (self.particles, self.count, run) = (particles, count, key)
    logWeights = Array(repeating: -log(Double(count)), count: count)
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
    for i in increments.indices where !isDropped { logWeights[i] += increments[i] }
    if Mutation.isActive(.scoreCountedTwice), scores == 0 { for i in increments.indices { logWeights[i] += increments[i] } }
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
    self.ancestors.append(ancestors)
    particles.resample(ancestors, key: run.child("resampled").child(UInt64(self.ancestors.count)))
  }

  /// What the runs return, once they have come to their end, and the sites that are recorded.
  ///
  /// - Throws: as `advance`; `ModelError.structureMismatch` before the end.
  public func values() throws -> VariableColumns {
    guard isFinished else { throw ModelError.structureMismatch("a run has no value before its end") }
    return try particles.values(ancestors)
  }
}

/// How the runs of a population are kept.
protocol Particles: AnyObject {
  /// Runs on to the next scores; false where there were none.
  func advance(_ increments: inout [Double]) throws -> Bool
  /// The site that a particle scored last.
  func site(ofParticle particle: Int) -> String
  func resample(_ ancestors: [Int], key: RandomKey)
  func values(_ ancestors: [[Int]]) throws -> VariableColumns
}

/// A model prepared for populations: lowered once, for as many as are wanted.
public struct PopulationProgram: Sendable {
  private let attachments: [Attachments]
  private let outputs: [(name: String, element: AnyRandom)]
  private let start: PartialRun
  /// The shapes of the sites that are held.
  private let held: [String: Shape]
  /// Nil where the model is dynamic.
  private let program: LaneProgram?

  /// - Parameters:
  ///   - sites: those that are held: each population is given their values, and their log densities are the first
  ///     scores, so that its mass estimates p(held values, data).
  ///   - recordsSteps: whether the draws of latents in scans are kept: memory for each step of each particle. What the
  ///     model returns is kept in any case.
  /// - Throws: `ModelError` for an ill-formed model; `unknownSite` and `unsupportedSite` for sites that cannot be held:
  ///   those of scans and of continuations.
  public init<Value>(_ model: Model<Value>, holding sites: [String] = [], recordsSteps: Bool = false) throws {
    let instance = try model.instantiate()
    let scope = Scope()
    attachments = [instance.attachments, scope.attachments]
    let heldSites = try instance.sites(named: sites)
    let held = Dictionary(heldSites.map { ($0.path, $0.shape) }, uniquingKeysWith: { a, _ in a })
    self.held = held
    (outputs, start, program) = try Scope.$current.withValue(scope) {
      var (items, outputs) = try instance.forward(predicting: false, recordsSteps: recordsSteps)
      items.insert(
        contentsOf: heldSites.map { .score(site: $0.path, $0.distribution.terms(of: $0.draw)) }, at: 0)
      try scope.finish()
      let start = PartialRun(items, outputs: outputs.map(\.element))
      if PPL.isDynamic(outputs.map(\.element) + items.flatMap(\.roots)) { return (outputs, start, nil) }
      let lowering = try Lowering(stoppingAt: items) { site in
        held[site.path] == nil ? try drawn(site) : .given
      }
      for output in outputs { try lowering.output(output.element) }
      return (outputs, start, LaneProgram(lowering.finish()))
    }
  }

  /// Whether the structure depends on drawn values, so that the model is run particle by particle.
  public var isDynamic: Bool { program == nil }

  /// N runs that have yet to begin.
  ///
  /// - Parameter values: those of the sites that are held, in column-major order.
  /// - Throws: `ModelError.invalidParameter` unless there is at least one; `unknownSite` where values are given for other
  ///   sites than those held, `shapeMismatch` for another number of them than the site has.
  public func population(_ count: Int, key: RandomKey, held values: [String: [Double]] = [:]) throws -> Population {
    if let name = Set(values.keys).symmetricDifference(held.keys).sorted().first {
      throw ModelError.unknownSite(name, known: held.keys.sorted())
    }
    for (name, value) in values where value.count != held[name]?.count {
      throw ModelError.shapeMismatch(
        operation: "the value held for `\(name)`", shapes: [.vector(value.count), held[name] ?? .scalar],
        location: nil)
    }
    guard count >= 1 else {
      throw ModelError.invalidParameter(
        site: "population", distribution: "Population", parameter: "count", value: Double(count), expected: ">= 1",
        location: SourceLocation(file: #fileID, line: #line))
    }
    let variables = outputs.map { Variable(name: $0.name, shape: $0.element.shape, kind: $0.element.kind) }
    let particles: any Particles =
      if let program {
        LaneParticles(program, variables, count: count, key: key, held: values)
      } else {
        ContinuationParticles(start.holding(values), outputs.map(\.element), variables, count: count, key: key)
      }
    return Population(particles, count: count, key: key)
  }
}
