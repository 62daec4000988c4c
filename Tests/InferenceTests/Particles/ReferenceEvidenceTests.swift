import Foundation
import Inference
import NumericCore
import PPL
import Testing

/// The hidden Markov model of the reference data, 100 steps: every variant of sequential Monte Carlo gives its exact log
/// evidence, -144.9777, within the error that its islands tell.
@Suite struct ReferenceEvidenceTests {
  static let hasReference = ProcessInfo.processInfo.environment["BOREL_REFERENCE"] != nil
  static let exact = -144.9777

  static func model() throws -> Model<(last: Random<Int>, path: Random<[Int]>)> {
    let folder = ProcessInfo.processInfo.environment["BOREL_REFERENCE"] ?? ""
    return try SequentialMonteCarloTests.markov(
      DataTable(contentsOf: "\(folder)/data/inference/hmm100.csv").doubles("y"))
  }

  static let rules: [ResamplingRule] = [
    .always, .effectiveSampleFraction(below: 0.5), .effectiveSampleFraction(below: 0.9),
  ]

  static func kernels(_ rule: ResamplingRule) -> [(String, any PopulationKernel)] {
    [
      ("multinomial", Resample(.multinomial, when: rule)), ("systematic", Resample(.systematic, when: rule)),
      ("stratified", Resample(.stratified, when: rule)), ("residual", Resample(.residual, when: rule)),
    ]
  }

  /// With all states summed out the density is the evidence, and draws are of the states given the data: the mean of the
  /// last one within 4.5 standard errors of 20,000 draws, seed 7.
  @Test(.enabled(if: hasReference, "BOREL_REFERENCE does not name the folder of reference data"))
  func statesAreSummedOut() throws {
    let folder = ProcessInfo.processInfo.environment["BOREL_REFERENCE"] ?? ""
    let exact = SequentialMonteCarloTests.exact(
      try DataTable(contentsOf: "\(folder)/data/inference/hmm100.csv").doubles("y"))
    let model = try CompiledModel(Self.model().marginalising("first", "chain/state"))
    var workspace = model.density.makeWorkspace()
    let logEvidence = model.density.logDensity(at: [Double]().span, workspace: &workspace)
    #expect(abs(logEvidence - exact.logEvidence) < 1e-10)
    #expect(abs(logEvidence - Self.exact) < 5e-5)
    let draws = try model.generate(positions: [], count: 20_000, key: RandomKey(seed: 7))
    let last = try #require(draws["last"]?.first)
    let mean = last.reduce(0, +) / 20_000
    let variance = last.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20_000
    #expect(abs(mean - exact.last) < 4.5 * (variance / 20_000).squareRoot())
  }

  /// 16 islands of 300 particles, seed 7; 4.5 standard errors, none above an eighth.
  @Test(.enabled(if: hasReference, "BOREL_REFERENCE does not name the folder of reference data"), arguments: rules)
  func schemesAgree(rule: ResamplingRule) async throws {
    for (name, kernel) in Self.kernels(rule) {
      let result = try await SequentialMonteCarlo(particles: 300, islands: 16) { kernel }.run(Self.model(), seed: 7)
      let error = try #require(result.logEvidenceError)
      #expect(abs(result.logEvidence - Self.exact) < 4.5 * error, "\(name): \(result.logEvidence) +- \(error)")
      #expect(error < 0.125, "\(name)")
    }
  }

  enum Move: String, CaseIterable, Sendable {
    case singleSite, block, discreteGibbs, cycle, mixture, particleGibbs

    var kernel: any PopulationKernel {
      switch self {
      case .singleSite: Rejuvenate(SingleSiteMetropolis())
      case .block: Rejuvenate(BlockMetropolis(over: .prefix("chain")))
      case .discreteGibbs: Rejuvenate(DiscreteGibbs())
      case .cycle: Rejuvenate(TraceCycle([DiscreteGibbs(), SingleSiteMetropolis()]))
      case .mixture: Rejuvenate(TraceMixture([(1, DiscreteGibbs()), (2, SingleSiteMetropolis())]))
      case .particleGibbs: Rejuvenate(ParticleGibbs(particles: 2, samplesAncestors: false))
      }
    }
  }

  /// Moves between resamplings leave the evidence what it is: 16 islands of 12 particles, seed 7, 4.5 standard errors.
  @Test(
    .enabled(if: hasReference, "BOREL_REFERENCE does not name the folder of reference data"), arguments: Move.allCases)
  func movesLeaveTheEvidence(move: Move) async throws {
    let smc = SequentialMonteCarlo(particles: 12, islands: 16) {
      Resample(.systematic, when: .effectiveSampleFraction(below: 0.5))
      move.kernel
    }
    let result = try await smc.run(Self.model(), seed: 7)
    let error = try #require(result.logEvidenceError)
    #expect(abs(result.logEvidence - Self.exact) < 4.5 * error, "\(result.logEvidence) +- \(error)")
    #expect(error < 0.6)
    #expect(result.islands[0].steps.last?.moves.total.proposed ?? 0 > 0)
  }
}
