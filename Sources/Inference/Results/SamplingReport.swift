/// What is wrong with the draws of a run, with figures; empty where nothing is.
public struct SamplingReport: Sendable {
  public let warnings: [SamplingWarning]

  /// The thresholds are those of Vehtari, Gelman, Simpson, Carpenter and Bürkner (2021), and of Betancourt
  /// (2016) for the energies.
  public static let largestRHat = 1.01
  public static let smallestESSPerChain = 100.0
  public static let smallestEnergyBFMI = 0.3

  /// - Parameters:
  ///   - statistics: what is absent from them is not judged.
  ///   - maximumTreeDepth: of the sampler; nil where trajectories have no depth.
  ///   - isComplete: false where the run was cancelled.
  public init(
    _ draws: Draws, statistics: SamplerStatistics, maximumTreeDepth: Int? = nil, isComplete: Bool = true
  ) {
    self.init(Summary(draws), draws, statistics, maximumTreeDepth: maximumTreeDepth, isComplete: isComplete)
  }

  init(
    _ summary: Summary, _ draws: Draws, _ statistics: SamplerStatistics, maximumTreeDepth: Int?,
    isComplete: Bool
  ) {
    var warnings: [SamplingWarning] = []
    if !isComplete { warnings.append(.cancelled(draws: draws.count)) }
    if let divergent = statistics[.isDivergent] {
      let count = divergent.count { $0 != 0 }
      if count > 0 { warnings.append(.divergences(count, of: divergent.count)) }
    }
    if let maximumTreeDepth, let depths = statistics[.treeDepth] {
      let count = depths.count { $0 >= Double(maximumTreeDepth) }
      if count > 0 { warnings.append(.deepTrees(count, of: depths.count, maximum: maximumTreeDepth)) }
    }
    if let energies = statistics.chains(of: .energy) {
      let low = energies.map(Diagnostics.energyBFMI).filter { $0 < Self.smallestEnergyBFMI }
      if let lowest = low.min() {
        warnings.append(.slowEnergies(lowest: lowest, chains: low.count, of: energies.count))
      }
    }
    let lengths = draws.counts.filter { $0 > 0 }
    let shortest = lengths.min() ?? 0
    if shortest < 4 { warnings.append(.tooShort(draws: shortest)) }
    let notFinite = zip(draws.scalarNames, draws.scalarColumns).filter { !$1.allSatisfy(\.isFinite) }
    if !notFinite.isEmpty { warnings.append(.notFinite(columns: notFinite.map(\.0))) }
    let apart = summary.rows.filter { $0.rHat > Self.largestRHat }
    if let worst = apart.map(\.rHat).max() {
      warnings.append(.chainsDisagree(columns: apart.map(\.name), worst: worst))
    }
    let expected = Self.smallestESSPerChain * Double(lengths.count)
    let few = summary.rows.filter { min($0.bulkESS, $0.tailESS) < expected }
    if let lowest = few.map({ min($0.bulkESS, $0.tailESS) }).min() {
      warnings.append(.fewEffectiveDraws(columns: few.map(\.name), lowest: lowest, expected: expected))
    }
    self.warnings = warnings
  }
}
