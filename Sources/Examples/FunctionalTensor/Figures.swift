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
      rows.coordinates.indices.filter { _ in fit.rank > 0 }.map { mode in
        Report.Figure(
          plot("Factors of \(rows.coordinates[mode])", mode, Array(1...max(fit.rank, 1))),
          caption: "One for each product; scale, sign and order of factors are arbitrary.")
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
    let range = rows.range(mode)
    let x = (0...300).map { range.lowerBound + (range.upperBound - range.lowerBound) * Double($0) / 300 }
    var layers: [Plot.Layer] = []
    for component in components {
      let values = fit.function(mode: mode, component: component, at: x)
      let half = values.map { 1.645 * $0.standardDeviation }
      layers.append(
        Plot.Layer(
          .band(
            x: x, lower: x.indices.map { values[$0].mean - half[$0] },
            upper: x.indices.map { values[$0].mean + half[$0] }),
          ink: .series(component), opacity: 0.25))
      layers.append(Plot.Layer(.line(x: x, y: values.map(\.mean)), ink: .series(component)))
    }
    return Plot(title: title, x: Plot.Axis(rows.coordinates[mode]), y: Plot.Axis(""), layers: layers)
  }
}
