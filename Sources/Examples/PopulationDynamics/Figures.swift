import Foundation
import Inference
import NumericCore

/// The pictures of a run.
struct Figures {
  private static let draws = 1_000

  let posterior: SquaredPosterior
  let counts: [Double]
  /// Where they are known.
  let sizes: [Double]?

  func report(_ results: Results, title: String, subtitle: String) throws -> Report {
    var report = Report(title: title, subtitle: subtitle)
    report.figures(
      [
        Report.Figure(
          try population(), caption: "The sizes given all counts: median, 50% and 90% intervals, and the counts."),
        Report.Figure(
          evidence(results), caption: "Of the counts up to each year; a line for each island."),
      ]
        + (try results.parameters.map { parameter in
          Report.Figure(try learned(parameter.name), caption: "Given the counts up to each year.")
        }) + [
          Report.Figure(
            sizes(results),
            caption:
              "Of the parameters of the first island; they are resampled and moved below half of the particles.")
        ])
    report.table(
      columns: ["parameter", "mean", "sd", "5%", "95%"],
      rows: results.parameters.map {
        [$0.name] + [$0.mean, $0.standardDeviation, $0.lower, $0.upper].map { String(format: "%.4g", $0) }
      })
    report.warnings(posterior.warnings)
    return report
  }

  private var years: [Double] { counts.indices.map { Double($0 + 1) } }

  private func population() throws -> Plot {
    let path = try posterior.weighted.equallyWeighted(count: Self.draws)["path"] ?? []
    var plot = try Plot.band(
      "The size of the population", at: years, predictive: path.map { $0.map { exp($0) } },
      observed: (years, counts),
      xLabel: "year", yLabel: "size")
    if let sizes {
      plot.layers.append(Plot.Layer(.line(x: years, y: sizes), name: "truth", ink: .series(1), width: 1))
    }
    return plot
  }

  private func evidence(_ results: Results) -> Plot {
    Plot(
      title: "Log evidence", x: Plot.Axis("year"), y: Plot.Axis("log evidence"),
      layers: posterior.islands.enumerated().map { number, island in
        Plot.Layer(.line(x: years, y: island.steps.map(\.logEvidence)), ink: .series(number))
      })
  }

  private func learned(_ name: String) throws -> Plot {
    let byYear = try years.indices.map { year in
      let known = posterior.islands.compactMap { $0.steps[year].parameters }
      let values = known.flatMap { $0.draws[name]?[0] ?? [] }
      return try SystematicResampling().ancestors(
        logWeights: known.flatMap(\.logWeights), count: Self.draws, key: RandomKey(seed: 1)
      ).map { values[$0] }
    }
    var plot = try Plot.band(
      "The posterior of the \(name)", at: years, predictive: byYear, xLabel: "year", yLabel: name)
    plot.y.lower = 0
    return plot
  }

  private func sizes(_ results: Results) -> Plot {
    let moved = results.years.filter { $0.acceptance != nil }
    return Plot(
      title: "Effective sample size", x: Plot.Axis("year"), y: Plot.Axis("particles", lower: 0),
      layers: [
        Plot.Layer(.line(x: years, y: results.years.map(\.effectiveSampleSize)), ink: .series(0)),
        Plot.Layer(
          .points(x: moved.map { Double($0.year) }, y: moved.map(\.effectiveSampleSize)),
          name: "resampled and moved",
          ink: .foreground, width: 5),
      ])
  }
}

extension Results {
  /// Parameters, evidence by year, and how the particles fared.
  func table(isSimulated: Bool) -> String {
    var lines = ["parameter          mean        sd        5%       95%     error"]
    if parameters[0].chainMean != nil { lines[0] += "      PMMH     error" }
    if isSimulated { lines[0] += "     truth" }
    func cell(_ value: Double?) -> String { value.map { String(format: "%10.4g", $0) } ?? "         -" }
    for p in parameters {
      var line = p.name.padding(toLength: 13, withPad: " ", startingAt: 0)
      line += [p.mean, p.standardDeviation, p.lower, p.upper, p.standardError].map(cell).joined()
      if p.chainMean != nil { line += cell(p.chainMean) + cell(p.chainError) }
      if isSimulated { line += cell(ThetaLogistic.truth[p.name]) }
      lines.append(line)
    }
    lines += ["", "year  log evidence       ESS  accepted  inner particles (the last three of the first island)"]
    for year in years where year.acceptance != nil || year.year % 10 == 0 || year.year == years.count {
      let acceptance = year.acceptance.map { String(format: "%9.1f%%", 100 * $0) } ?? "         -"
      lines.append(
        String(format: "%4d%14.3f%10.1f", year.year, year.logEvidence, year.effectiveSampleSize) + acceptance
          + String(format: "%17d", year.innerParticles))
    }
    let error = logEvidenceError.map { String(format: " +- %.3f", $0) } ?? ""
    lines += ["", String(format: "log evidence           %.3f", logEvidence) + error]
    lines.append(String(format: "effective sample size  %.0f", effectiveSampleSize))
    return lines.joined(separator: "\n")
  }
}
