import Foundation
import GP

/// How default settings do on tensors whose truth is known.
struct GeneratedTable {
  struct Row: Codable {
    let task: GeneratedTensor.Task
    let seed: UInt64
    let modes, rank: Int
    let smoothness: Double
    let entries: Int
    let noiseShare: Double
    /// The root mean square error of predictions of the held-out cells' truth, in units of `noise`.
    let errorToNoise: Double
    let coverage: Double
    /// The mean negative log density of held-out values beyond that of the truth with its noise.
    let excessNegativeLogDensity: Double

    init(seed: UInt64, task: GeneratedTensor.Task) throws {
      let tensor = try GeneratedTensor(seed: seed, task: task)
      let fit = try FunctionalTensor().fit(tensor.seen, seed: seed)
      let held = try HeldOut(fit, tensor.heldOut, probability: 0.9)
      let predictions = try fit.predict(tensor.heldOut.places)
      let squares = zip(predictions, tensor.truth).reduce(0) { $0 + ($1.0.mean - $1.1) * ($1.0.mean - $1.1) }
      let law = PredictiveLaw(
        signalVariance: 0, noise: tensor.noise * tensor.noise, degrees: task.degreesOfFreedom)
      let least = zip(tensor.heldOut.values, tensor.truth).reduce(0) { $0 - law.logDensity($1.0 - $1.1) }
      let count = Double(tensor.truth.count)
      (self.task, self.seed, modes, rank) = (task, seed, tensor.seen.modes, tensor.rank)
      (smoothness, entries, noiseShare) = (tensor.smoothness.rawValue, tensor.seen.count, tensor.noiseShare)
      errorToNoise = (squares / count).squareRoot() / tensor.noise
      (coverage, excessNegativeLogDensity) = (held.coverage, held.negativeLogDensity - least / count)
    }

    var text: String {
      String(
        format: "%4d %6d %5d %11.1f %8d %6.0f%% %12.3f %7.3f %12.3f", Int(seed), modes, rank, smoothness,
        entries,
        100 * noiseShare, errorToNoise, coverage, excessNegativeLogDensity)
    }
  }

  static let header = "seed  modes  rank  smoothness  entries  noise  error/noise  in 90%  NLPD excess"

  /// The quartiles and extremes of a column.
  static func quantiles(_ rows: [Row], _ column: (Row) -> Double) -> [Double] {
    let sorted = rows.map(column).sorted()
    return [0, 0.25, 0.5, 0.75, 1].map { sorted[Int((Double(sorted.count - 1) * $0).rounded())] }
  }
}
