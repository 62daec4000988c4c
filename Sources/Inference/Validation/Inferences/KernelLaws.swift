import Foundation
import NumericCore
import PPL

/// The laws of a Markov kernel, checked on a model that is a joint law of latents x and data y:
///
/// - *one step*: x from the prior, y given x, x' by a step from x that leaves p(x | y) as it is: then (x', y)
///   has the law of (x, y) (as in Cook, Gelman and Rubin, 'Validation of software for Bayesian models using
///   posterior quantiles', 2006, and Gandy and Scott, 'Unit testing for MCMC', 2020, for a chain that starts
///   in its own law). Independent pairs, so that errors are known, and no mixing is asked for.
/// - *joint distribution*: steps of x given y and new data y given x in turn, a chain whose law is p(x, y),
///   against independent draws (Geweke, 'Getting it right: joint distribution tests of posterior simulators',
///   2004).
///
///     let verdict = try await KernelLaws(model).verdict(on: MyKernel(), seed: 1)
///
/// What is compared are means of bounded functions: of each quantity the share of the prior below it, its
/// square, and products of two. Quantities are the latents, means of the data, and the log likelihood. The
/// identity passes all of it: that a kernel moves, and everywhere, is another matter. Discrete models are
/// held to an enumeration by `FiniteKernelLaws`.
public struct KernelLaws<Value: Sendable>: Sendable {
  public let model: Model<Value>
  /// The independent pairs of the test of one step.
  public var repetitions = 10_000
  /// The steps of each chain of Geweke's test; 0 leaves it out.
  public var steps = 1_000
  public var chains = 4
  public var errorRate = TestFamily.defaultErrorRate
  private let name: String

  /// - Parameter name: of the model, in the verdict.
  public init(_ model: Model<Value>, name: String = "model") { (self.model, self.name) = (model, name) }

  /// - Throws: `InferenceError.invalidSetting`; `ModelError` for a model that is no joint law, or whose
  ///   structure depends on drawn values. What the kernel throws is in the verdict.
  public func verdict(on kernel: some MarkovKernel, seed: UInt64) async throws -> LawVerdict {
    guard repetitions >= 100 else {
      throw InferenceError.invalidSetting(name: "repetitions", value: Double(repetitions), expected: ">= 100")
    }
    let (key, joint) = (RandomKey(seed: seed), try Joint(model, key: RandomKey(seed: seed).child("pilot")))
    do {
      var checks = try await oneStep(kernel, joint, key: key.child("one step"))
      if steps > 0 { checks += try await jointDistribution(kernel, joint, key: key.child("joint")) }
      return try LawVerdict(checks, errorRate: errorRate)
    } catch let failure as StepFailure {
      let check = LawVerdict.Check(.oneStep, name, problem: "a step ends in: \(failure.error)")
      return try LawVerdict([check], errorRate: errorRate)
    }
  }

  private func oneStep(
    _ kernel: some MarkovKernel, _ joint: Joint, key: RandomKey
  ) async throws -> [LawVerdict.Check] {
    let draws = try joint.simulator.draws(count: repetitions, key: key.child("draws"))
    let model = model
    let changes = try await inBlocks(repetitions) { number -> [Double] in
      let state = draws.values(of: draws.variables, draw: number)
      let observed = model.observing(draws.values(of: joint.simulator.observations, draw: number))
      let conditional = try ConditionalRun(observed)
      let before = try joint.functions(state, conditional)
      let after = try step(kernel, observed, state, conditional.sites, key: key.child(UInt64(number)))
      return zip(try joint.functions(ofStep: after, conditional), before).map { $0 - $1 }
    }
    return try joint.ofLatents.map { i in
      let sample = changes.map { $0[i] }
      return LawVerdict.Check(
        .oneStep, name, joint.names[i], estimate: Diagnostics.mean(sample), exact: 0,
        test: try .mean(of: sample, equals: 0))
    }
  }

  private func jointDistribution(
    _ kernel: some MarkovKernel, _ joint: Joint, key: RandomKey
  ) async throws -> [LawVerdict.Check] {
    let independent = try await inBlocks(chains * steps) { [model, key] number -> [Double] in
      let draws = try joint.simulator.draws(count: 1, key: key.child("independent").child(UInt64(number)))
      let observed = model.observing(draws.values(of: joint.simulator.observations, draw: 0))
      return try joint.functions(draws.values(of: draws.variables, draw: 0), ConditionalRun(observed))
    }
    let (model, steps) = (model, steps)
    let runs = try await runChains(chains, limit: ProcessInfo.processInfo.activeProcessorCount) { chain in
      let key = key.child("chain").child(UInt64(chain))
      let start = try joint.simulator.draws(count: 1, key: key)
      var state = start.values(of: start.variables, draw: 0)
      return try (0..<steps).map { number -> [Double] in
        let key = key.child(UInt64(number))
        let observed = model.observing(joint.data(of: state))
        let sites = try ConditionalRun(observed).sites
        state = try step(kernel, observed, state, sites, key: key.child("step"))
        do {
          state.merge(try joint.newData(given: state, key: key.child("data"))) { $1 }
          return try joint.functions(state, ConditionalRun(model.observing(joint.data(of: state))))
        } catch { throw StepFailure(error: error) }
      }
    }
    return try joint.names.enumerated().map { i, quantity in
      let (own, chains) = (independent.map { $0[i] }, runs.map { $0.map { $0[i] } })
      return LawVerdict.Check(
        .jointDistribution, name, quantity, estimate: Diagnostics.mean(chains.flatMap { $0 }),
        exact: Diagnostics.mean(own), test: try .means(of: own, andChains: chains))
    }
  }
}

extension Joint {
  /// The functions at what a kernel stepped to.
  fileprivate func functions(ofStep state: [String: [Double]], _ conditional: ConditionalRun) throws -> [Double] {
    do { return try functions(state, conditional) } catch { throw StepFailure(error: error) }
  }
}

/// What a kernel threw, or what came of values that it gave.
private struct StepFailure: Error {
  let error: any Error
}

/// A step of the latents; the data stay in the state.
private func step<Value>(
  _ kernel: some MarkovKernel, _ model: Model<Value>, _ state: [String: [Double]], _ sites: [Variable], key: RandomKey
) throws -> [String: [Double]] {
  let latents = state.filter { name, _ in sites.contains { $0.name == name } }
  do { return state.merging(try kernel.step(of: model, from: latents, key: key)) { $1 } } catch {
    throw StepFailure(error: error)
  }
}

/// The results of independent pieces of work, in order: many small ones to a task.
func inBlocks<Result: Sendable>(
  _ count: Int, _ body: @escaping @Sendable (Int) throws -> Result
) async throws -> [Result] {
  let size = 64
  let limit = ProcessInfo.processInfo.activeProcessorCount
  return try await runChains((count + size - 1) / size, limit: limit) { block in
    try (block * size..<min((block + 1) * size, count)).map(body)
  }.flatMap { $0 }
}
