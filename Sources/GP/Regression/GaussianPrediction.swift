import NumericCore

/// Independent normal laws at points.
public struct GaussianPrediction: Sendable {
  /// Of the process (and of observations, whose noise has mean 0).
  public let mean: [Double]
  /// Of the process, without noise.
  public let variance: [Double]
  /// What an observation has beyond `variance`.
  public let noiseVariance: Double

  public enum Quantity: Sendable {
    /// The process, without noise.
    case process
    /// A new observation.
    case observation
  }

  /// The central interval that holds this much probability, at each point.
  ///
  /// - Throws: `invalidSetting` unless the probability is in (0, 1).
  public func interval(
    _ probability: Double, of quantity: Quantity = .process
  ) throws(RegressionError) -> (lower: [Double], upper: [Double]) {
    guard probability > 0, probability < 1 else {
      throw .invalidSetting(name: "probability", value: probability, expected: "in (0, 1)")
    }
    let z = normalQuantile(0.5 + probability / 2)
    let half = standardDeviation(of: quantity).map { z * $0 }
    return (zip(mean, half).map { $0 - $1 }, zip(mean, half).map { $0 + $1 })
  }

  public func standardDeviation(of quantity: Quantity = .process) -> [Double] {
    let noise = quantity == .observation ? noiseVariance : 0
    return variance.map { ($0 + noise).squareRoot() }
  }
}
