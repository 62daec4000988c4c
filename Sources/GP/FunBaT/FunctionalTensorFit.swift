import NumericCore

/// The posterior of a functional tensor.
public final class FunctionalTensorFit: @unchecked Sendable {
  /// A value that is predicted: of an observation, noise included.
  public struct Prediction: Sendable {
    public let mean: Double
    public let standardDeviation: Double

    /// The central interval with a probability, by a normal approximation.
    public func interval(_ probability: Double) -> ClosedRange<Double> {
      let half = normalQuantile(0.5 + 0.5 * probability) * standardDeviation
      return (mean - half)...(mean + half)
    }
  }

  public let rank: Int
  public let smoothness: MaternSmoothness
  /// Whether all starts have.
  public let hasConverged: Bool
  /// The evidence lower bound after each sweep of the start whose bound is the highest, of the standardised values.
  /// It never falls.
  public let history: [Double]
  /// The last of them: the higher, the better the model explains the values, whatever its rank and smoothness.
  public var bound: Double { history.last ?? -.infinity }
  /// The bound of each start.
  public let boundsOfStarts: [Double]
  /// The weight of each start's posterior in predictions.
  public let weights: [Double]
  /// Of the start whose bound is the highest, by mode, then by component: the additive effect first.
  public let lengthScales: [[Double]]
  /// The standard deviation of the noise.
  public let noise: Double
  private let offset, scale: Double
  private let members: [TensorFactorisation]
  private let best: TensorFactorisation

  /// - Parameter members: at least one, of one rank and smoothness.
  init(_ members: [TensorFactorisation], offset: Double, scale: Double) {
    (self.members, self.offset, self.scale) = (members, offset, scale)
    best = members.dropFirst().reduce(members[0]) { $1.bound > $0.bound ? $1 : $0 }
    (rank, smoothness, history) = (best.rank, best.chains[0].smoothness, best.history)
    (boundsOfStarts, hasConverged) = (members.map(\.bound), members.allSatisfy(\.hasConverged))
    lengthScales = best.chains.map(\.lengthScales)
    let weights = Stacking(logDensities: members.map(\.leaveOneOutDensities)).weights
    noise = scale * zip(members, weights).reduce(0) { $0 + $1.1 / $1.0.precision }.squareRoot()
    self.weights = weights
  }

  /// Predicts values at places, each with one coordinate for each mode: between the data, on them, or outside of their
  /// range.
  ///
  /// Cost: places x starts x modes x rank^2, and a step of filter and smoother for each distinct coordinate and start.
  /// - Throws: `TensorError` for a place with too few or too many coordinates, or one that is not finite.
  public func predict(_ places: [[Double]]) throws(TensorError) -> [Prediction] {
    let modes = best.chains.count
    var coordinates = Array(repeating: [Double](), count: modes)
    var known = Array(repeating: [Double: Int](), count: modes)
    var rows = Array(repeating: 0, count: modes * places.count)
    for (entry, place) in places.enumerated() {
      guard place.count == modes else {
        throw .wrongCount(mode: entry, count: place.count, expected: modes)
      }
      for (mode, x) in place.enumerated() {
        guard x.isFinite else {
          throw .notFinite(what: "coordinate of mode \(mode)", entry: entry, value: x)
        }
        if known[mode][x] == nil {
          known[mode][x] = coordinates[mode].count
          coordinates[mode].append(x)
        }
        rows[entry * modes + mode] = known[mode][x] ?? 0
      }
    }
    var means = Array(repeating: 0.0, count: places.count)
    var squares = means
    for (member, weight) in zip(members, weights) where weight > 0 {
      let signal = TensorSignal(
        coordinates.indices.map { TensorMoments(member.chains[$0], at: coordinates[$0], rank: rank) })
      for entry in places.indices {
        let (mean, variance) = signal.moments { rows[entry * modes + $0] }
        means[entry] += weight * mean
        squares[entry] += weight * (mean * mean + variance + 1 / member.precision)
      }
    }
    return places.indices.map { entry in
      let variance = max(squares[entry] - means[entry] * means[entry], 0)
      return Prediction(mean: offset + scale * means[entry], standardDeviation: scale * variance.squareRoot())
    }
  }

  /// The posterior mean and standard deviation of a mode's function by the start whose bound is the highest:
  /// component 0 is its additive effect, in the units of the values; the others are factors of products, known up
  /// to scale, sign and order.
  public func function(mode: Int, component: Int, at x: [Double]) -> [(mean: Double, standardDeviation: Double)] {
    precondition(
      best.chains.indices.contains(mode) && (0...rank).contains(component), "mode \(mode), component \(component)")
    let unit = component == 0 ? scale : 1
    return x.map { x in
      let function = best.chains[mode].predict(at: x)
      let variance = max(function.covariance[component * (rank + 1) + component], 0)
      return (unit * function.mean[component], unit * variance.squareRoot())
    }
  }
}
