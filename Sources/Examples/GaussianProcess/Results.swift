import Foundation
import GP
import NumericCore

/// What a run found out, as it is printed and written as JSON.
struct Results: Encodable {
  struct Hyperparameter: Encodable {
    let component, name: String
    let value: Double
  }

  /// Mean and 90% band (or another), in the units of the data; with noise for the forecast, without for
  /// components.
  struct Band: Encodable {
    let name: String
    let x, mean, lower, upper: [Double]
  }

  struct LeaveOneOutSummary: Encodable {
    let rootMeanSquareError, meanNegativeLogDensity: Double
    /// The share of observations within their 90% interval given all others.
    let coverageOf90: Double
  }

  /// Of which hyper-parameters were fitted to `fitted`.
  let points, missing, fitted: Int
  let probability: Double
  let periods: [Double]
  let hyperparameters: [Hyperparameter]
  let logEvidence, jitter: Double
  let leaveOneOut: LeaveOneOutSummary
  /// Over the data.
  let fit: Band
  let components: [Band]
  let forecast: Band

  /// - Parameter transform: from the scale of the model to that of the data: the identity or exp, which is
  ///   monotone.
  init(
    _ analysis: Analysis, horizon: Double, probability: Double, transform: @Sendable (Double) -> Double
  ) throws {
    let (series, posterior) = (analysis.series, analysis.posterior)
    (points, missing, fitted) = (series.x.count, series.missing, analysis.fitted)
    (self.probability, periods) = (probability, analysis.structure.fittedPeriods)
    hyperparameters =
      analysis.structure.components.flatMap { component in
        component.kernel.hyperparameters.map {
          Hyperparameter(component: component.name, name: $0.name, value: $0.value)
        }
      } + [Hyperparameter(component: "noise", name: "variance", value: posterior.process.noiseVariance)]
    (logEvidence, jitter) = (posterior.logEvidence, posterior.jitter)
    let loo = posterior.leaveOneOut()
    leaveOneOut = LeaveOneOutSummary(
      rootMeanSquareError: loo.rootMeanSquareError, meanNegativeLogDensity: loo.meanNegativeLogDensity,
      coverageOf90: loo.coverage(within: normalQuantile(0.95)))
    let last = series.x.last ?? 0
    let inside = Self.steps(from: series.x.first ?? 0, to: last, series)
    let ahead = Self.steps(from: last, to: last + horizon, series).filter { $0 > last }
    let places = inside + ahead
    func band(
      _ name: String, _ range: Range<Int>, _ prediction: GaussianPrediction,
      _ quantity: GaussianPrediction.Quantity, _ transform: (Double) -> Double
    ) throws -> Band {
      let (lower, upper) = try prediction.interval(probability, of: quantity)
      return Band(
        name: name, x: Array(places[range]), mean: prediction.mean[range].map(transform),
        lower: lower[range].map(transform), upper: upper[range].map(transform))
    }
    let whole = try posterior.predict(at: Matrix(points: places))
    fit = try band(series.yName, 0..<inside.count, whole, .observation, transform)
    forecast = try band("forecast", inside.count..<places.count, whole, .observation, transform)
    let parts = try posterior.components(at: Matrix(points: places), meanIn: 0)
    components = try zip(analysis.structure.components, parts).map { component, part in
      try band(component.name, places.indices, part, .process) { $0 }
    }
  }

  /// Points a gap apart, but at most 600 of them (what a figure shows), with both ends.
  private static func steps(from low: Double, to high: Double, _ series: Series) -> [Double] {
    let count = min(max(Int(((high - low) / series.gap).rounded()), 1), 600)
    return (0...count).map { low + (high - low) * Double($0) / Double(count) }
  }

  func table() -> String {
    var lines = ["component               hyper-parameter         value"]
    for h in hyperparameters {
      let name = h.component.padding(toLength: 24, withPad: " ", startingAt: 0)
      lines.append(
        name + h.name.padding(toLength: 16, withPad: " ", startingAt: 0) + String(format: "%13.5g", h.value))
    }
    lines += [
      "", String(format: "log evidence                        %.2f", logEvidence),
      String(format: "leave-one-out RMSE                  %.5g", leaveOneOut.rootMeanSquareError),
      String(format: "leave-one-out -log density          %.4f", leaveOneOut.meanNegativeLogDensity),
      String(format: "leave-one-out cover of 90%% intervals %.1f%%", 100 * leaveOneOut.coverageOf90), "",
      String(format: "forecast             mean    %g%% interval", 100 * probability),
    ]
    let stride = max(forecast.x.count / 8, 1)
    for i in forecast.x.indices where i % stride == stride - 1 || i == forecast.x.count - 1 {
      lines.append(
        String(
          format: "%12.5g %12.5g    %.5g to %.5g", forecast.x[i], forecast.mean[i], forecast.lower[i],
          forecast.upper[i]))
    }
    return lines.joined(separator: "\n")
  }
}

extension Structure {
  /// The periods after the fit.
  var fittedPeriods: [Double] {
    components.flatMap { $0.kernel.hyperparameters.filter { $0.name == "period" }.map(\.value) }
  }
}
