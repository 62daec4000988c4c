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
  public let hasConverged: Bool
  /// The evidence lower bound after each sweep, of the standardised values. It never falls.
  public let history: [Double]
  /// The last of them: the higher, the better the model explains the values, whatever its rank and smoothness.
  public var bound: Double { history.last ?? -.infinity }
  /// The bound of each start, of each smoothness that was tried, when one was chosen.
  public let boundsOfStarts: [Double]
  /// By mode, then by component: the additive effect first.
  public let lengthScales: [[Double]]
  /// The standard deviation of the noise.
  public let noise: Double
  private let offset, scale: Double
  private let noiseVariance: Double
  private let chains: [LatentChain]

  init(
    _ run: TensorFactorisation, offset: Double, scale: Double, smoothness: MaternSmoothness, hasConverged: Bool,
    boundsOfStarts: [Double]
  ) {
    (rank, chains, history, self.boundsOfStarts) = (run.rank, run.chains, run.history, boundsOfStarts)
    (self.offset, self.scale, self.smoothness, self.hasConverged) = (offset, scale, smoothness, hasConverged)
    lengthScales = run.chains.map(\.lengthScales)
    noiseVariance = 1 / run.precision
    noise = scale * noiseVariance.squareRoot()
  }

  /// Predicts values at places, each with one coordinate for each mode: between the data, on them, or outside of their
  /// range.
  ///
  /// - Throws: `TensorError` for a place with too few or too many coordinates, or one that is not finite.
  public func predict(_ places: [[Double]]) throws(TensorError) -> [Prediction] {
    for (entry, place) in places.enumerated() {
      guard place.count == chains.count else {
        throw .wrongCount(mode: entry, count: place.count, expected: chains.count)
      }
      if let mode = place.firstIndex(where: { !$0.isFinite }) {
        throw .notFinite(what: "coordinate of mode \(mode)", entry: entry, value: place[mode])
      }
    }
    var known = Array(repeating: [Double: (mean: [Double], covariance: [Double])](), count: chains.count)
    return places.map { place in
      let functions = place.indices.map { mode in
        if let function = known[mode][place[mode]] { return function }
        let function = chains[mode].predict(at: place[mode])
        known[mode][place[mode]] = function
        return function
      }
      return combined(functions)
    }
  }

  /// E and variance of sum_k a_k + sum_r prod_k u_kr, the modes being independent.
  private func combined(_ functions: [(mean: [Double], covariance: [Double])]) -> Prediction {
    let n = rank + 1
    var (additive, additiveVariance) = (0.0, 0.0)
    for f in functions {
      additive += f.mean[0]
      additiveVariance += f.covariance[0]
    }
    var (mean, second) = (additive, additiveVariance + additive * additive)
    for r in 1..<max(n, 1) {
      let product = functions.reduce(1) { $0 * $1.mean[r] }
      mean += product
      // E[a prod u] = sum_k E[a_k u_k] prod of the other means.
      var (first, cross) = (1.0, 0.0)
      for f in functions {
        cross = cross * f.mean[r] + first * (f.covariance[r] + f.mean[0] * f.mean[r])
        first *= f.mean[r]
      }
      second += 2 * cross
      for s in 1..<n { second += functions.reduce(1) { $0 * ($1.covariance[r * n + s] + $1.mean[r] * $1.mean[s]) } }
    }
    let variance = max(second - mean * mean, 0) + noiseVariance
    return Prediction(mean: offset + scale * mean, standardDeviation: scale * variance.squareRoot())
  }

  /// The posterior mean and standard deviation of a mode's function: component 0 is its additive effect, in the units of the
  /// values; the others are factors of products, known up to scale, sign and order.
  public func function(mode: Int, component: Int, at x: [Double]) -> [(mean: Double, standardDeviation: Double)] {
    precondition(
      chains.indices.contains(mode) && (0...rank).contains(component), "mode \(mode), component \(component)")
    let unit = component == 0 ? scale : 1
    return x.map { x in
      let function = chains[mode].predict(at: x)
      let variance = max(function.covariance[component * (rank + 1) + component], 0)
      return (unit * function.mean[component], unit * variance.squareRoot())
    }
  }
}
