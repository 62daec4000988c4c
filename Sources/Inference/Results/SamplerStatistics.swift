/// A number that a gradient sampler reports of each draw; the raw value is its name in Stan's files.
public enum SamplerStatistic: String, Sendable, CaseIterable {
  case logDensity = "lp__"
  case acceptanceRate = "accept_stat__"
  case stepSize = "stepsize__"
  case treeDepth = "treedepth__"
  case leapfrogSteps = "n_leapfrog__"
  /// 1 where the trajectory diverged, 0 elsewhere.
  case isDivergent = "divergent__"
  case energy = "energy__"
}

/// What a sampler reports of its draws: a column for each statistic, chain after chain, and what warm-up
/// chose.
public struct SamplerStatistics: Sendable {
  /// The number of draws of each chain.
  public let counts: [Int]
  /// The step size that each chain ended its warm-up with; empty where that is not known.
  public let stepSizes: [Double]
  /// For each chain the diagonal of the inverse metric after warm-up; empty where that is not known.
  public let inverseMetrics: [[Double]]
  private let columns: [SamplerStatistic: [Double]]

  /// - Throws: `DrawsError` where a column or an adaptation does not fit the chains.
  public init(
    _ columns: [SamplerStatistic: [Double]], counts: [Int], stepSizes: [Double] = [],
    inverseMetrics: [[Double]] = []
  ) throws(DrawsError) {
    let total = counts.reduce(0, +)
    for (chain, count) in counts.enumerated() where count < 0 { throw .negativeCount(count, chain: chain) }
    for (statistic, column) in columns where column.count != total {
      throw .wrongLength(column: statistic.rawValue, count: column.count, expected: total)
    }
    for (name, count) in [("stepSizes", stepSizes.count), ("inverseMetrics", inverseMetrics.count)]
    where count != 0 && count != counts.count {
      throw .wrongLength(column: name, count: count, expected: counts.count)
    }
    (self.columns, self.counts, self.stepSizes) = (columns, counts, stepSizes)
    self.inverseMetrics = inverseMetrics
  }

  /// What the chains of a run report.
  public init(_ chains: [ChainDraws]) {
    let infos = chains.flatMap(\.infos)
    columns = [
      .logDensity: chains.flatMap(\.logDensities),
      .acceptanceRate: infos.map(\.acceptanceRate),
      .stepSize: chains.flatMap { Array(repeating: $0.stepSize, count: $0.count) },
      .treeDepth: infos.map { Double($0.treeDepth) },
      .leapfrogSteps: infos.map { Double($0.leapfrogSteps) },
      .isDivergent: infos.map { $0.isDivergent ? 1 : 0 },
      .energy: infos.map(\.energy),
    ]
    (counts, stepSizes) = (chains.map(\.count), chains.map(\.stepSize))
    inverseMetrics = chains.map(\.inverseMetric)
  }

  /// The statistics that there are, in the order of their declaration.
  public var available: [SamplerStatistic] { SamplerStatistic.allCases.filter { columns[$0] != nil } }

  /// The numbers of a statistic, all chains together; nil where the sampler did not report it.
  public subscript(statistic: SamplerStatistic) -> [Double]? { columns[statistic] }

  /// The numbers of a statistic, chain by chain.
  public func chains(of statistic: SamplerStatistic) -> [[Double]]? {
    guard let column = columns[statistic] else { return nil }
    var first = 0
    return counts.map { count in
      defer { first += count }
      return Array(column[first..<(first + count)])
    }
  }
}
