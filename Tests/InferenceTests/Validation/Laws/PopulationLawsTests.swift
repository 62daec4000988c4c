import Foundation
import Inference
import NumericCore
import PPL
import Testing

/// The library's kernels obey the laws, and kernels that are wrong are caught.
@Suite struct PopulationLawsTests {
  /// Rules and schemes. That all kernels are checked in full is the matter of `make laws`.
  static let kernels: [(name: String, kernel: any PopulationKernel)] = [
    ("multinomial", Resample(.multinomial)), ("systematic", Resample(.systematic)),
    ("stratified", Resample(.stratified)), ("residual", Resample(.residual)),
    ("adaptive", Resample(.systematic, when: .effectiveSampleFraction(below: 0.7))),
    ("never", Resample(.multinomial, when: .never)),
  ]

  @Test(arguments: kernels.indices) func kernelsOfTheLibraryObeyTheLaws(number: Int) async throws {
    let (name, kernel) = Self.kernels[number]
    var laws = try PopulationLaws()
    laws.repetitions = 1_000
    let verdict = try await laws.verdict(on: kernel, seed: 1)
    #expect(verdict.passes, "\(name): \(verdict)")
  }

  /// Random programs, seeds 0 to 19, those with mass.
  @Test func kernelsObeyTheLawsOnRandomPrograms() async throws {
    let models = try (0..<20).map { seed in
      let program = RandomProgram(seed: UInt64(seed))
      return try FiniteModel(
        "random \(seed)",
        Model {
          let all = try Submodel("all", program(1))
          all
          Return(all.value + 0)
        })
    }
    var laws = try PopulationLaws(models: models.filter { $0.exact.evidence > 0 })
    laws.repetitions = 400
    laws.counts = [3]
    let verdict = try await laws.verdict(on: Resample(.systematic), seed: 1)
    #expect(verdict.passes, "\(verdict)")
  }

  @Test func settingsAreChecked() async throws {
    var laws = try PopulationLaws()
    laws.repetitions = 10
    await #expect(throws: InferenceError.self) { try await laws.verdict(on: Resample(.systematic), seed: 1) }
    await #expect(throws: InferenceError.self) {
      try await PopulationLaws(models: []).verdict(on: Resample(.systematic), seed: 1)
    }
    #expect(throws: ModelError.self) { try FiniteModel("normal", Model { Return(Latent("x", Normal(0, 1))) }) }
  }

  /// The same seed gives the same verdict.
  @Test func verdictsAreReproducible() async throws {
    var laws = try PopulationLaws()
    laws.repetitions = 100
    let first = try await laws.verdict(on: Resample(.residual), seed: 4)
    #expect(try await laws.verdict(on: Resample(.residual), seed: 4).table == first.table)
    #expect(first.table.split(separator: "\n").count == first.checks.count + 1)
  }
}
