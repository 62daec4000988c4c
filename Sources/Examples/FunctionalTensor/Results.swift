import Foundation
import GP

/// Errors of predictions of rows that were held out.
struct HeldOut: Codable {
  let rows: Int
  let rootMeanSquare: Double
  let meanAbsolute: Double
  /// The mean negative log density.
  let negativeLogDensity: Double
  /// The share of the values in their intervals.
  let coverage: Double
  let probability: Double

  init(_ fit: FunctionalTensorFit, _ data: TensorData, probability: Double) throws {
    var (squares, absolute, density, covered) = (0.0, 0.0, 0.0, 0)
    for (prediction, y) in zip(try fit.predict(data.places), data.values) {
      let error = y - prediction.mean
      squares += error * error
      absolute += abs(error)
      density -= prediction.logDensity(of: y)
      if prediction.interval(probability).contains(y) { covered += 1 }
    }
    let count = Double(data.count)
    (rows, self.probability) = (data.count, probability)
    (rootMeanSquare, meanAbsolute) = ((squares / count).squareRoot(), absolute / count)
    (negativeLogDensity, coverage) = (density / count, Double(covered) / count)
  }
}

/// What is printed of a fit.
struct Results: Codable {
  let entries: Int
  let form: String
  let rank: Int
  let smoothness: Double
  let noise: Double
  /// Of Student-t noise.
  let degreesOfFreedom: Double?
  let sweeps: Int
  let hasConverged: Bool
  let bound: Double
  let heldOut: HeldOut?

  init(_ fit: FunctionalTensorFit, entries: Int, heldOut: HeldOut?) {
    (self.entries, form, rank) = (entries, fit.form.description, fit.rank)
    (smoothness, noise) = (fit.smoothness.rawValue, fit.noise)
    degreesOfFreedom = fit.degreesOfFreedom
    (sweeps, hasConverged, bound) = (fit.history.count, fit.hasConverged, fit.history.last ?? .nan)
    self.heldOut = heldOut
  }

  var text: String {
    var lines = [
      String(format: "Matern %.1f, noise %.4g, bound %.2f after %d sweeps", smoothness, noise, bound, sweeps)
    ]
    if let degreesOfFreedom {
      lines.append(String(format: "noise: Student-t, %.3g degrees of freedom", degreesOfFreedom))
    }
    if let heldOut {
      lines.append(
        String(
          format: "held out: %d rows, RMSE %.4g, MAE %.4g, NLPD %.4g, %.1f%% of the values in %.0f%% intervals",
          heldOut.rows, heldOut.rootMeanSquare, heldOut.meanAbsolute, heldOut.negativeLogDensity,
          100 * heldOut.coverage,
          100 * heldOut.probability))
    }
    return lines.joined(separator: "\n")
  }
}
