import Foundation
import Inference

/// The pictures of a run.
struct Figures {
  /// More say nothing new, and make pages large.
  static let mostPoints = 5_000

  let results: Results
  /// In the units of the data, at most `mostPoints` of them.
  let observed: (x: [Double], y: [Double])
  let xName: String
  let yName: String

  func report(title: String, subtitle: String, warnings: [String]) -> Report {
    var report = Report(title: title, subtitle: subtitle)
    let band = String(format: "%g%%", 100 * results.probability)
    let isPart = observed.x.count < results.points
    let shown = isPart ? "\(observed.x.count) of the \(results.points) values" : "The data"
    report.figures([
      Report.Figure(
        forecast(),
        caption: "\(shown), and the mean and \(band) band of observations, over the data and ahead.")
    ])
    report.heading("Components")
    report.figures(
      results.components.map { Report.Figure(component($0), caption: "Posterior mean and \(band) band.") })
    report.table(
      columns: ["component", "hyper-parameter", "value"],
      rows: results.hyperparameters.map { [$0.component, $0.name, String(format: "%.5g", $0.value)] })
    report.warnings(warnings)
    return report
  }

  private func layers(_ band: Results.Band, ink: Int) -> [Plot.Layer] {
    [
      Plot.Layer(.band(x: band.x, lower: band.lower, upper: band.upper), ink: .series(ink), opacity: 0.25),
      Plot.Layer(.line(x: band.x, y: band.mean), name: band.name, ink: .series(ink), width: 1.5),
    ]
  }

  private func forecast() -> Plot {
    let points = Plot.Layer(
      .points(x: observed.x, y: observed.y), name: "observed", ink: .foreground, opacity: 0.6, width: 2)
    var plot = Plot(
      title: "\(yName) and its forecast", x: Plot.Axis(xName), y: Plot.Axis(yName),
      layers: layers(results.fit, ink: 0) + layers(results.forecast, ink: 1) + [points])
    plot.width = 900
    return plot
  }

  private func component(_ band: Results.Band) -> Plot {
    Plot(title: band.name, x: Plot.Axis(xName), y: Plot.Axis(yName), layers: layers(band, ink: 2))
  }
}
