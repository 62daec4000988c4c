import Foundation
import GP
import Inference

/// Solution, error and uncertainty of a problem as pictures.
struct Figures {
  let problem: Problem
  let outcome: Outcome
  let solution: PDESolution
  /// Draws for the uncertainty on boxes.
  let samples: Int

  /// Points of a picture along an axis.
  private var points: Int { problem.dimensions == 1 ? 1000 : 120 }

  func report() throws -> Report {
    var report = Report(
      title: "\(problem.name): \(problem.equation)", subtitle: "u = \(problem.solution), grid \(outcome.gridText)")
    report.table(
      columns: [
        "error at the nodes", "error on the test grid", "CPU s", "components", "residual", "boundary", "condition",
      ],
      rows: [
        [outcome.errorAtNodes, outcome.errorOnTestGrid].map { String(format: "%.2e", $0) }
          + [String(format: "%.3f", outcome.seconds), outcome.componentsText]
          + [outcome.relativeResidual, outcome.boundaryResidual, outcome.condition].map {
            String(format: "%.2e", $0)
          }
      ], caption: "Relative L2 errors against the exact solution, which the solver does not see.")
    let axes = problem.ends.enumerated().map { axis, ends in
      axis < 2 ? evenly(points, ends) : [0.5 * (ends[0] + ends[1])]
    }
    let u = try solution.values(on: axes)
    let error = zip(u, problem.exact.values(on: axes)).map { $0 - $1 }
    let deviations = try solution.standardDeviations(on: axes, samples: samples)
    let place = problem.dimensions == 3 ? ", in the middle of the third axis" : ""
    let uncertain =
      problem.dimensions == 1
      ? "the posterior's standard deviation"
      : "the root mean square of the solver's errors on \(samples) draws from the prior"
    report.figures([
      Report.Figure(plot("u", axes, u), caption: "The solution\(place)."),
      Report.Figure(plot("error", axes, error), caption: "Solution minus exact solution\(place)."),
      Report.Figure(plot("uncertainty", axes, deviations), caption: "Uncertainty: \(uncertain)\(place)."),
    ])
    for (axis, covariance) in solution.report.covariances.enumerated() {
      report.paragraph(
        """
        Covariance along \(problem.axisNames[axis]): length scale \(String(format: "%.4g", covariance.lengthScale)), \
        frequencies \(covariance.components.map { String(format: "%.4g", $0.frequency) }.joined(separator: ", "))
        """)
    }
    report.warnings(outcome.warnings)
    return report
  }

  private func plot(_ name: String, _ axes: [[Double]], _ values: [Double]) -> Plot {
    if problem.dimensions == 1 {
      var plot = Plot(
        title: name, x: Plot.Axis(problem.axisNames[0]), y: Plot.Axis(name),
        layers: [Plot.Layer(.line(x: axes[0], y: values), ink: .series(0), width: 1)])
      plot.width = 900
      return plot
    }
    var plot = Plot(
      title: name, x: Plot.Axis(problem.axisNames[0]), y: Plot.Axis(problem.axisNames[1]),
      layers: [Plot.Layer(.image(x: axes[0], y: axes[1], values: values), ink: .series(0))])
    plot.height = 420
    return plot
  }
}
