import NumericCore
import PPL

/// Whether a Markov kernel leaves the posterior of a finite model as it is: independent exact draws, a step
/// from each, and the probabilities of all values that are not rare, before and after, by z-tests of the
/// changes. The identity passes.
///
///     let verdict = try await FiniteKernelLaws(model).verdict(on: MyKernel(), seed: 1)
public struct FiniteKernelLaws<Value: Sendable>: Sendable {
  public let model: Model<Value>
  public var repetitions = 4_000
  public var errorRate = TestFamily.defaultErrorRate
  private let name: String
  private let exact: ExactPosterior

  /// - Parameter name: of the model, in the verdict.
  /// - Throws: `ModelError` as `Enumeration`.
  public init(_ model: Model<Value>, name: String = "model") throws {
    (self.model, self.name, exact) = (model, name, try ExactEnumeration().run(model))
  }

  /// - Throws: `InferenceError.invalidSetting`; `FiniteChainError.zeroMass`; `ModelError` for a model whose
  ///   structure depends on drawn values. What the kernel throws is in the verdict.
  public func verdict(on kernel: some MarkovKernel, seed: UInt64) async throws -> LawVerdict {
    guard repetitions >= 100 else {
      throw InferenceError.invalidSetting(name: "repetitions", value: Double(repetitions), expected: ">= 100")
    }
    guard exact.logEvidence > -.infinity else { throw FiniteChainError.zeroMass }
    let (sites, key) = (try ConditionalRun(model).sites, RandomKey(seed: seed))
    let starts = try MultinomialResampling().ancestors(
      logWeights: exact.logWeights, count: repetitions, key: key.child("starts"))
    let (model, exact) = (model, exact)
    let pairs: [(before: [String: [Double]], after: [String: [Double]])]
    do {
      pairs = try await inBlocks(repetitions) { number in
        let before = exact.runs.values(of: sites, draw: starts[number])
        return (before, try kernel.step(of: model, from: before, key: key.child("step").child(UInt64(number))))
      }
    } catch {
      let check = LawVerdict.Check(.finiteInvariance, name, problem: "the kernel threw: \(error)")
      return try LawVerdict([check], errorRate: errorRate)
    }
    let checks = try sites.flatMap { site in
      let law = try exact.probabilities(of: site.name)
      return try (0..<site.shape.count).flatMap { element -> [LawVerdict.Check] in
        let marginal = law.map { $0[element] }
        func share(_ state: [String: [Double]], _ value: Double) -> Double {
          state[site.name]?[element] == value ? 1 : 0
        }
        return try zip(marginal.elements, marginal.masses).filter { $1 >= 0.01 }.map { value, probability in
          let changes = pairs.map { share($0.after, value) - share($0.before, value) }
          return LawVerdict.Check(
            .finiteInvariance, name, "\(site.elementNames[element]) = \(shortened(value))",
            estimate: probability + Diagnostics.mean(changes), exact: probability,
            test: try .mean(of: changes, equals: 0))
        }
      }
    }
    return try LawVerdict(checks, errorRate: errorRate)
  }
}
