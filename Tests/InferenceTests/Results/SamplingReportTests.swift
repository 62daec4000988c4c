import Inference
import PPL
import Testing

struct SamplingReportTests {
  private func draws(_ name: String, chains: Int = 4, draws count: Int = 1000) throws -> Draws {
    let chains = oracleDraws(name, chains: chains, draws: count)
    return try Draws(
      VariableColumns(variables: [Variable(name: "x", shape: .scalar)], columns: [chains.flatMap { $0 }]),
      counts: chains.map(\.count))
  }

  private func statistics(_ columns: [SamplerStatistic: [Double]] = [:], like draws: Draws) throws
    -> SamplerStatistics
  { try SamplerStatistics(columns, counts: draws.counts) }

  private func warnings(
    _ draws: Draws, _ columns: [SamplerStatistic: [Double]] = [:], depth: Int? = nil, isComplete: Bool = true
  ) throws -> [SamplingWarning] {
    SamplingReport(
      draws, statistics: try statistics(columns, like: draws), maximumTreeDepth: depth, isComplete: isComplete
    ).warnings
  }

  @Test func goodDrawsHaveNoWarnings() throws {
    let good = try draws("independent")
    let energies = oracleDraws("independent", chains: 4, draws: 1000).flatMap { $0 }
    let columns: [SamplerStatistic: [Double]] = [
      .isDivergent: Array(repeating: 0, count: 4000), .treeDepth: Array(repeating: 9, count: 4000),
      .energy: energies,
    ]
    #expect(try warnings(good, columns, depth: 10) == [])
    #expect(try warnings(good, isComplete: false) == [.cancelled(draws: 4000)])
  }

  @Test func countsWhatTheSamplerReports() throws {
    let good = try draws("independent")
    var (divergent, depths) = (Array(repeating: 0.0, count: 4000), Array(repeating: 5.0, count: 4000))
    (divergent[17], divergent[3999], depths[0]) = (1, 1, 7)
    let columns: [SamplerStatistic: [Double]] = [.isDivergent: divergent, .treeDepth: depths]
    #expect(
      try warnings(good, columns, depth: 7)
        == [.divergences(2, of: 4000), .deepTrees(1, of: 4000, maximum: 7)])
    #expect(try warnings(good, columns) == [.divergences(2, of: 4000)])
  }

  /// The first chain of "correlated" has E-BFMI 0.2018 (ArviZ).
  @Test func slowEnergies() throws {
    var energies = oracleDraws("independent", chains: 4, draws: 1000)
    energies[2] = oracleDraws("correlated", chains: 1, draws: 1000)[0]
    let result = try warnings(try draws("independent"), [.energy: energies.flatMap { $0 }])
    #expect(result.count == 1)
    guard case .slowEnergies(let lowest, 1, 4)? = result.first else {
      Issue.record("\(result)")
      return
    }
    #expect(abs(lowest - 0.20182917520312998) < 1e-12)
  }

  /// ArviZ: R-hat 1.3724, bulk ESS 9.519, tail ESS 43.8.
  @Test func chainsThatDisagree() throws {
    let result = try warnings(try draws("slow", draws: 300))
    guard case .chainsDisagree(["x"], let worst)? = result.first,
      case .fewEffectiveDraws(["x"], let lowest, 400)? = result.last
    else {
      Issue.record("\(result)")
      return
    }
    #expect(abs(worst - 1.3723376970645582) < 1e-10)
    #expect(abs(lowest - 9.519092468375007) < 1e-7)
  }

  @Test func chainsThatNeverMove() throws {
    let result = try warnings(try draws("all chains stuck", chains: 3, draws: 50))
    #expect(result.contains(.chainsDisagree(columns: ["x"], worst: .infinity)))
    #expect(try warnings(try draws("constant", chains: 4, draws: 1000)) == [])
  }

  @Test func whatCannotBeJudgedIsSaid() throws {
    let few = try draws("independent", chains: 2, draws: 3)
    #expect(try warnings(few).contains(.tooShort(draws: 3)))
    let broken = try Draws(
      VariableColumns(
        variables: [Variable(name: "y", shape: .vector(2))],
        columns: [Array(repeating: 1, count: 8), [1, 2, .nan, 4, 5, 6, 7, 8]]), counts: [4, 4])
    #expect(try warnings(broken).contains(.notFinite(columns: ["y[2]"])))
    let none = try Draws(VariableColumns(variables: [], columns: []), counts: [])
    #expect(try warnings(none) == [.tooShort(draws: 0)])
  }

  /// What to do stands in each.
  @Test(arguments: [
    (SamplingWarning.divergences(3, of: 4000), "3 of 4000 transitions diverged", "targetAcceptance"),
    (.deepTrees(1, of: 10, maximum: 8), "1 of 10 trajectories reached", "maximumTreeDepth"),
    (.slowEnergies(lowest: 0.12345, chains: 1, of: 4), "E-BFMI is 0.123 in 1 of 4 chains", "other latents"),
    (.tooShort(draws: 3), "3 draws, expected 4 or more", "Run longer"),
    (.notFinite(columns: ["a", "b"]), "a, b: some draws are not finite", "overflow"),
    (.chainsDisagree(columns: (1...7).map { "x[\($0)]" }, worst: 1.25), "x[5] and 2 more", "Run longer"),
    (.fewEffectiveDraws(columns: ["z"], lowest: 12.7, expected: 400), "below 400 for z", "run longer"),
    (.cancelled(draws: 12), "12 draws were kept", "cancelled"),
  ])
  func describesItself(_ warning: SamplingWarning, _ figures: String, _ advice: String) {
    #expect(warning.description.contains(figures))
    #expect(warning.description.contains(advice))
  }

  @Test func statisticsFitTheChains() throws {
    #expect(throws: DrawsError.wrongLength(column: "energy__", count: 2, expected: 3)) {
      try SamplerStatistics([.energy: [1, 2]], counts: [1, 2])
    }
    #expect(throws: DrawsError.wrongLength(column: "stepSizes", count: 1, expected: 2)) {
      try SamplerStatistics([:], counts: [1, 2], stepSizes: [0.5])
    }
    #expect(throws: DrawsError.negativeCount(-1, chain: 0)) { try SamplerStatistics([:], counts: [-1]) }
    let statistics = try SamplerStatistics([.energy: [1, 2, 3]], counts: [1, 2])
    #expect(statistics.chains(of: .energy) == [[1], [2, 3]])
    #expect(statistics[.logDensity] == nil)
    #expect(statistics.available == [.energy])
  }
}
