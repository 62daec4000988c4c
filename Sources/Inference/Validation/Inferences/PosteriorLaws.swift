import Foundation
import PPL

/// Whether an inference as a whole gives known posteriors.
///
///     let laws = try PosteriorLaws([ReferenceModel(enumerating: "chain", model)])
///     let verdict = try await laws.verdict(on: MySampler(), seed: 1)
///
/// Draws of chains: posterior means, by z-tests whose errors take autocorrelation into account, so that
/// chains have to be long enough for that. Weighted draws: evidence and unnormalised integrals, which are
/// unbiased for any number of particles, by z-tests over independent parts, some hundreds at the least; the
/// self-normalised means of few particles are biased, and not tested. An exact sample is compared to a
/// relative 10^-10.
public struct PosteriorLaws: Sendable {
  public var models: [ReferenceModel]
  /// The law that the checks are reported under.
  public var law: InferenceLaw
  public var errorRate = TestFamily.defaultErrorRate

  private static let exactTolerance = 1e-10

  public init(_ models: [ReferenceModel], law: InferenceLaw = .evidence) { (self.models, self.law) = (models, law) }

  /// - Throws: `InferenceError.invalidSetting` for no models; `StatisticsError`. What the sampler throws is
  ///   in the verdict.
  public func verdict(on sampler: some PosteriorSampler, seed: UInt64) async throws -> LawVerdict {
    guard !models.isEmpty else { throw InferenceError.invalidSetting(name: "models", value: 0, expected: ">= 1") }
    var checks: [LawVerdict.Check] = []
    for (number, model) in models.enumerated() {
      do {
        let sample = try await model.sample(sampler, seed &+ UInt64(number) &* 1_000_003)
        checks += try self.checks(sample, model)
      } catch {
        checks.append(LawVerdict.Check(law, model.name, problem: "threw: \(error)"))
      }
    }
    return try LawVerdict(checks, errorRate: errorRate)
  }

  private func checks(_ sample: PosteriorSample, _ model: ReferenceModel) throws -> [LawVerdict.Check] {
    var checks: [LawVerdict.Check] = []
    if let evidence = model.evidence, sample.logWeights != nil {
      checks.append(try check(sample, model, "evidence", Array(repeating: 1, count: sample.count), evidence))
    }
    for expectation in model.expectations {
      guard let columns = sample.draws[expectation.variable], columns.indices.contains(expectation.element) else {
        throw InferenceError.unknownVariable(expectation.variable, known: sample.draws.variables.map(\.name))
      }
      let values = columns[expectation.element].map(expectation.function)
      guard sample.logWeights != nil else {
        let test = try StatisticalTest.mean(ofChains: sample.parts(of: values), equals: expectation.exact)
        checks.append(
          LawVerdict.Check(
            law, model.name, expectation.name, estimate: Diagnostics.mean(values), exact: expectation.exact,
            test: test))
        continue
      }
      guard let evidence = model.evidence else { continue }
      checks.append(try check(sample, model, expectation.name, values, expectation.exact * evidence))
    }
    return checks
  }

  private func check(
    _ sample: PosteriorSample, _ model: ReferenceModel, _ quantity: String, _ values: [Double], _ exact: Double
  ) throws -> LawVerdict.Check {
    let means = sample.weightedMeans(of: values)
    let mean = Diagnostics.mean(means)
    guard !sample.isExact else {
      let problem = abs(mean - exact) <= Self.exactTolerance * abs(exact) ? nil : "is not the exact value"
      return LawVerdict.Check(law, model.name, quantity, estimate: mean, exact: exact, problem: problem)
    }
    return LawVerdict.Check(
      law, model.name, quantity, estimate: mean, exact: exact, test: try .mean(of: means, equals: exact))
  }
}
