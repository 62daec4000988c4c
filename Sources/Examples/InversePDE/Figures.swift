import Foundation
import GP
import Inference
import NumericCore

/// The pictures of a run.
struct Figures {
  let problem: UnknownProblem
  let found: InverseSolution
  let observations: [InverseProblem.Observation]
  let ends: [[Double]]
  let probability: Double

  func report(_ results: Results, subtitle: String) throws -> Report {
    var report = Report(
      title: "Unknown numbers of a differential equation: \(problem.rawValue)", subtitle: subtitle)
    report.table(columns: results.columns, rows: results.rows)
    var figures = [Report.Figure(fit(), caption: "Observations against the solution at the estimates.")]
    for axis in problem.coordinates.indices {
      let through = problem == .rod ? "" : ", through the source"
      figures.append(
        Report.Figure(
          try profile(axis),
          caption: String(
            format: "The solution%@, and the %g%% band that the estimates leave.", through, 100 * probability)
        ))
    }
    report.figures(figures)
    report.warnings(results.warnings)
    return report
  }

  private func fit() -> Plot {
    let fitted = zip(observations, found.residuals).map { $0.value - $1 }
    let range = [fitted.min() ?? 0, fitted.max() ?? 1]
    return Plot(
      title: "Observed and fitted", x: Plot.Axis("fitted"), y: Plot.Axis("observed"),
      layers: [
        Plot.Layer(.line(x: range, y: range), ink: .foreground, opacity: 0.5),
        Plot.Layer(.points(x: fitted, y: observations.map(\.value)), ink: .series(0), width: 3),
      ])
  }

  /// u along an axis, the other coordinate that of the source.
  private func profile(_ axis: Int) throws -> Plot {
    let points = (0...200).map { ends[axis][0] + (ends[axis][1] - ends[axis][0]) * Double($0) / 200 }
      .map { min($0, ends[axis][1]) }
    let axes = problem.coordinates.indices.map { other in
      other == axis ? points : [min(max(found.values[1 + other], ends[other][0]), ends[other][1])]
    }
    let u = try found.solution.values(on: axes)
    let half = try found.standardDeviations(on: axes).map { normalQuantile(0.5 + 0.5 * probability) * $0 }
    var layers = [
      Plot.Layer(
        .band(x: points, lower: zip(u, half).map { $0 - $1 }, upper: zip(u, half).map { $0 + $1 }),
        ink: .series(1), opacity: 0.3),
      Plot.Layer(.line(x: points, y: u), name: "u", ink: .series(1)),
    ]
    if problem == .rod {
      layers.append(
        Plot.Layer(
          .points(x: observations.map { $0.point[0] }, y: observations.map(\.value)), name: "observed",
          ink: .foreground, width: 3))
    }
    return Plot(
      title: "u along \(problem.coordinates[axis])", x: Plot.Axis(problem.coordinates[axis]), y: Plot.Axis("u"),
      layers: layers)
  }
}
