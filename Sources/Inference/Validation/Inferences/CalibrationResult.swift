/// The ranks of simulation-based calibration, by quantity.
public struct CalibrationResult: Sendable {
  /// What the data-dependent quantity is called.
  static let logLikelihood = "log likelihood"

  public let ranks: [(name: String, ranks: [Int])]
  /// The number of posterior draws that each rank is among.
  public let largest: Int
  /// Of each quantity, whether its ranks are uniform, by their distribution function and by bins.
  public let verdict: LawVerdict

  init(ranks: [(name: String, ranks: [Int])], largest: Int, errorRate: Double) throws {
    (self.ranks, self.largest) = (ranks, largest)
    let bins = max(min(8, largest + 1), 2)
    let checks = try ranks.flatMap { name, ranks in
      [
        LawVerdict.Check(
          .calibration, name, "distribution of ranks", test: try .rankDistribution(ranks, largest: largest)),
        LawVerdict.Check(.calibration, name, "\(bins) bins", test: try .ranks(ranks, largest: largest, bins: bins)),
      ]
    }
    verdict = try LawVerdict(checks, errorRate: errorRate)
  }

  /// For each quantity, the distribution function of its ranks less that of uniform ones, within a band that
  /// it leaves nowhere with probability 0.95 (Säilynoja, Bürkner and Vehtari, 'Graphical test for discrete
  /// uniformity', 2022).
  ///
  /// - Throws: `StatisticsError`.
  public func plots() throws -> [Plot] {
    try ranks.map { name, ranks in
      let band = try RankBand(count: ranks.count, largest: largest)
      let count = Double(ranks.count)
      let x = band.points.map { Double($0) / Double(largest + 1) }
      func difference(_ counts: [Int]) -> [Double] { zip(counts, band.expected).map { Double($0) / count - $1 } }
      let found = band.points.map { point in ranks.count { $0 < point } }
      return Plot(
        title: name, x: Plot.Axis("rank / \(largest + 1)", lower: 0, upper: 1),
        y: Plot.Axis("share below, less uniform"),
        layers: [
          Plot.Layer(
            .band(
              x: x, lower: difference(band.counts.map(\.lowerBound)),
              upper: difference(band.counts.map(\.upperBound))),
            name: "95%", ink: .muted, opacity: 0.3),
          Plot.Layer(.line(x: x, y: difference(found)), name: "ranks", ink: .series(0), width: 2),
        ])
    }
  }

  /// The verdict, its table, and the plots.
  public func report(title: String) throws -> Report {
    var report = Report(
      title: title,
      subtitle: "simulation-based calibration: \(ranks.first?.ranks.count ?? 0) data sets, \(largest) draws")
    let wrong = verdict.failures.map(\.subject).uniqued().joined(separator: ", ")
    report.warnings(verdict.passes ? [] : ["The ranks are not uniform: \(wrong)"])
    report.preformatted(verdict.table)
    report.figures(try plots().map { Report.Figure($0) })
    return report
  }
}

extension [String] {
  /// Each once, in their order.
  fileprivate func uniqued() -> [String] {
    var seen: Set<String> = []
    return filter { seen.insert($0).inserted }
  }
}
