import Foundation
import GP
import Inference

/// The pictures of a fit: the functions of each coordinate, with bands.
struct Figures {
  let fit: FunctionalTensorFit
  let rows: Rows
  let probability: Double

  func report(_ heldOut: HeldOut?, title: String, subtitle: String) -> Report {
    var report = Report(title: title, subtitle: subtitle)
    if let heldOut {
      report.table(
        columns: ["held-out rows", "RMSE", "MAE", "NLPD", "in intervals"],
        rows: [
          ["\(heldOut.rows)"]
            + [heldOut.rootMeanSquare, heldOut.meanAbsolute, heldOut.negativeLogDensity, heldOut.coverage].map {
              String(format: "%.4g", $0)
            }
        ])
    }
    report.figures(
      rows.coordinates.indices.map { mode in
        Report.Figure(
          plot("Effect of \(rows.coordinates[mode])", mode, [0]),
          caption: "What is added to the value, with 90% bands.")
      })
    report.figures(
      rows.coordinates.indices.filter { fit.ranks[$0] > 0 }.map { mode in
        Report.Figure(
          plot("Factors of \(rows.coordinates[mode])", mode, Array(1...fit.ranks[mode])),
          caption: "Scale, sign and order of factors are arbitrary.")
      })
    report.figures([
      Report.Figure(
        Plot(
          title: "Evidence lower bound", x: Plot.Axis("sweep"), y: Plot.Axis("bound"),
          layers: [
            Plot.Layer(
              .line(x: fit.history.indices.map { Double($0 + 1) }, y: fit.history), ink: .series(0))
          ]), caption: "It never falls.")
    ])
    return report
  }

  private func plot(_ title: String, _ mode: Int, _ components: [Int]) -> Plot {
    let x = rows.grid(mode)
    var layers: [Plot.Layer] = []
    for component in components {
      let values = fit.function(mode: mode, component: component, at: x)
      let means = values.map(\.mean)
      let lower = values.map { $0.mean - 1.645 * $0.standardDeviation }
      let upper = values.map { $0.mean + 1.645 * $0.standardDeviation }
      if rows.isCategorical(mode) {
        layers.append(Plot.Layer(.segments(y: x, lower: lower, upper: upper), ink: .series(component)))
        layers.append(Plot.Layer(.points(x: means, y: x), ink: .series(component)))
      } else {
        layers.append(
          Plot.Layer(.band(x: x, lower: lower, upper: upper), ink: .series(component), opacity: 0.25))
        layers.append(Plot.Layer(.line(x: x, y: means), ink: .series(component)))
      }
    }
    let (along, across) = (Plot.Axis(rows.coordinates[mode]), Plot.Axis(""))
    // Levels are rows, with a segment each.
    return rows.isCategorical(mode)
      ? Plot(title: title, x: across, y: along, layers: layers)
      : Plot(title: title, x: along, y: across, layers: layers)
  }
}
