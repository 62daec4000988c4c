import Inference
import NumericCore

/// Whether the laws' p-values are uniform for code that is right: over seeds, one p-value of each.
public struct Uniformity: Sendable {
  public let name: String
  let pValue: @Sendable (_ seed: UInt64) async throws -> Double

  /// The Kolmogorov-Smirnov test of the p-values of seeds 1 to `seeds`.
  public func test(seeds: Int) async throws -> StatisticalTest {
    var values: [Double] = []
    for seed in 1...seeds { values.append(try await pValue(UInt64(seed))) }
    return try .uniformity(ofPValues: values)
  }

  /// A fast part of the laws: the evidence of a resampled population, the offspring of a scheme, and a step
  /// of HMC.
  public static let all: [Uniformity] = [
    Uniformity(name: "evidence") { seed in
      var laws = try PopulationLaws()
      laws.models.removeAll { $0.name != "coins" }
      (laws.counts, laws.repetitions) = ([7], 400)
      return try await first(laws.verdict(on: Resample(.systematic), seed: seed), 0)
    },
    Uniformity(name: "resampling") { seed in
      var laws = ResamplingLaws()
      laws.repetitions = 400
      return try first(laws.verdict(on: .multinomial, seed: seed), 5)
    },
    Uniformity(name: "one step") { seed in
      var laws = KernelLaws(JointModels.scale())
      (laws.repetitions, laws.steps) = (100, 0)
      let kernel = HamiltonianStep(.noUTurn(maximumTreeDepth: 5), stepSize: 0.7)
      return try await first(laws.verdict(on: kernel, seed: seed), 0)
    },
  ]

  private static func first(_ verdict: LawVerdict, _ index: Int) -> Double { verdict.family.members[index].test.pValue }
}
