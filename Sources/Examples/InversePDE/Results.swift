import Foundation
import GP
import Inference

/// What a run found out, as it is printed and written as JSON.
struct Results: Encodable {
  struct Estimate: Encodable {
    let name: String
    let value, standardDeviation, lower, upper: Double
    /// Of a simulation.
    let truth: Double?
  }

  let estimates: [Estimate]
  let probability: Double
  /// The standard deviation of the observations' noise.
  let noise: Double
  let iterations: Int
  /// Of the equation at the estimates, on the grid.
  let relativeResidual: Double
  let warnings: [String]

  init(_ found: InverseSolution, probability: Double, truth: [Double]?) throws {
    estimates = try found.parameters.enumerated().map { k, parameter in
      let interval = try found.interval(of: parameter.name, level: probability)
      return Estimate(
        name: parameter.name, value: found.values[k], standardDeviation: found.standardDeviations[k],
        lower: interval.lowerBound, upper: interval.upperBound, truth: truth?[k])
    }
    (self.probability, noise, iterations) = (probability, found.noise, found.iterations)
    relativeResidual = found.solution.report.relativeResidual
    warnings = found.solution.report.warnings
  }

  var columns: [String] {
    ["", "estimate", "sd", String(format: "%g%% interval", 100 * probability)]
      + (estimates[0].truth == nil ? [] : ["truth"])
  }

  var rows: [[String]] {
    estimates.map { e in
      [
        e.name, String(format: "%.5g", e.value), String(format: "%.2g", e.standardDeviation),
        String(format: "%.5g to %.5g", e.lower, e.upper),
      ] + (e.truth.map { [String(format: "%g", $0)] } ?? [])
    }
  }

  func table() -> String {
    aligned([columns] + rows)
      + String(
        format: "\n\nnoise %.3g, %d steps, residual of the equation %.1e", noise, iterations, relativeResidual)
  }
}
