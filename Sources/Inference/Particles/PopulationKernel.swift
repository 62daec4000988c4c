import Foundation
import NumericCore
import PPL

/// A transformation of populations that keeps their meaning: E sum_i w_i f(x_i) stays what it is.
///
/// What conforms drops in between the library's own: `SequentialMonteCarlo` applies its kernels after each score.
public protocol PopulationKernel: Sendable {
  /// - Parameter key: of this application alone.
  func apply(to population: Population, key: RandomKey) throws
  /// Whether the runs have to remember their choices: whether it calls `Population.move`.
  var needsTraces: Bool { get }
}

extension PopulationKernel {
  public var needsTraces: Bool { false }
}

/// Replaces particles by copies of those that have weight. Each takes the mean weight: the mass of the population stays
/// what it is, in every run.
///
/// Where all weights are 0 nothing is done: the population has mass 0, and the result of the run says so.
public struct Resample<Scheme: ResamplingScheme>: PopulationKernel {
  public let scheme: Scheme
  public let rule: ResamplingRule

  public init(_ scheme: Scheme, when rule: ResamplingRule = .always) { (self.scheme, self.rule) = (scheme, rule) }

  public func apply(to population: Population, key: RandomKey) throws {
    try rule.validate()
    guard Mutation.isActive(.zeroMassUnguarded) || population.logWeights.contains(where: { $0 > -.infinity }) else { return }
    let isDue = try isDue(population)
    guard isDue || Mutation.isActive(.weightsFlattenedWithoutResampling) else { return }
    var weights = population.logWeights
    let summary = try weights.withUnsafeMutableBufferPointer { (weights) throws(ResamplingError) in
      try LogWeights.normalize(UnsafeBufferPointer(weights), into: weights)
    }
    var ancestors = try scheme.ancestors(weights: weights, count: population.count, key: key)
    if Mutation.isActive(.oneAncestorForAll) {
      let one = try scheme.ancestors(weights: weights, count: 1, key: key.child("one"))[0]
      ancestors = ancestors.map { _ in one }
    }
    ancestors.withUnsafeMutableBufferPointer { _ = keepSurvivorsInPlace($0) }
    if isDue && !Mutation.isActive(.copiesNotMade) { try population.resample(ancestors) }
    if Mutation.isActive(.weightsKeptInResampling) { return }
    population.logWeights = Array(
      repeating: Mutation.isActive(.weightLostInResampling)
        ? -log(Double(population.count)) : summary.logWeight(ofOffspring: population.count),
      count: population.count)
  }

  private func isDue(_ population: Population) throws -> Bool {
    switch rule {
    case .always: true
    case .never: false
    case .effectiveSampleFraction:
      rule.isDue(try population.logWeights.withUnsafeBufferPointer { (weights) throws(ResamplingError) in
        try LogWeights.summary(of: weights)
      })
    }
  }
}

/// The kernels of an inference, in order.
@resultBuilder public enum PopulationKernelBuilder {
  public static func buildExpression(_ kernel: any PopulationKernel) -> [any PopulationKernel] { [kernel] }
  public static func buildBlock(_ kernels: [any PopulationKernel]...) -> [any PopulationKernel] { kernels.flatMap { $0 } }
  public static func buildOptional(_ kernels: [any PopulationKernel]?) -> [any PopulationKernel] { kernels ?? [] }
  public static func buildEither(first: [any PopulationKernel]) -> [any PopulationKernel] { first }
  public static func buildEither(second: [any PopulationKernel]) -> [any PopulationKernel] { second }
  public static func buildArray(_ kernels: [[any PopulationKernel]]) -> [any PopulationKernel] { kernels.flatMap { $0 } }
}
