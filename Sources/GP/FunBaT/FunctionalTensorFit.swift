import NumericCore

/// The posterior of a functional tensor.
public struct FunctionalTensorFit: @unchecked Sendable {
  public var form: TensorForm { model.form }
  /// The number of functions of each mode, additive effects not counted.
  public let ranks: [Int]
  public let smoothness: MaternSmoothness
  /// Whether all starts have.
  public let hasConverged: Bool
  /// The evidence lower bound after each sweep of the start whose bound is the highest, of the standardised
  /// values. It never falls.
  public let history: [Double]
  /// The last of them: the higher, the better the model explains the values, whatever its rank and
  /// smoothness.
  public var bound: Double { history.last ?? -.infinity }
  /// The bound of each start.
  public let boundsOfStarts: [Double]
  /// The weight of each start's posterior in predictions.
  public let weights: [Double]
  /// Of the start whose bound is the highest, by mode, then by component: the additive effect first.
  public let lengthScales: [[Double]]
  /// The standard deviation of the noise, or the scale of Student-t noise.
  public let noise: Double
  /// Of Student-t noise; nil if it is Gaussian.
  public let degreesOfFreedom: Double?
  let model: FunctionalTensor
  let offset, scale: Double
  /// What nobody changes any more.
  let members: [TensorFactorisation]
  private let best: TensorFactorisation

  /// - Parameters:
  ///   - members: at least one, all of the model's form.
  ///   - weights: their weights, or nil for those of stacking.
  init(
    _ model: FunctionalTensor, _ members: [TensorFactorisation], weights: [Double]? = nil, offset: Double,
    scale: Double
  ) {
    (self.model, self.members, self.offset, self.scale) = (model, members, offset, scale)
    best = members.dropFirst().reduce(members[0]) { $1.bound > $0.bound ? $1 : $0 }
    (ranks, smoothness) = (best.functions.map { $0.components - 1 }, best.smoothness)
    history = best.history
    (boundsOfStarts, hasConverged) = (members.map(\.bound), members.allSatisfy(\.hasConverged))
    lengthScales = best.functions.map(\.lengthScales)
    let weights =
      weights
      ?? (members.count == 1 ? [1] : Stacking(logDensities: members.map(\.leaveOneOutDensities)).weights)
    noise = scale * zip(members, weights).reduce(0) { $0 + $1.1 / $1.0.precision }.squareRoot()
    // Where it is 1 / nu that tells how far from normal the noise is.
    let heaviness = zip(members, weights).reduce(0) { $0 + $1.1 / ($1.0.heavyTails?.degrees ?? .infinity) }
    degreesOfFreedom = heaviness > 0 ? 1 / heaviness : nil
    self.weights = weights
  }

  /// The number of products: that of the CP form, or of the Tucker form on the superdiagonal.
  public var rank: Int { form.rank }

  /// The posterior mean and standard deviation of the weight of a product in the Tucker form, by the start
  /// whose bound is the highest: known up to the scale, sign and order of the factors. Nil in the CP form, and
  /// for components that there are not.
  ///
  /// - Parameter components: of each mode, from 1, as `function` counts them.
  public func weight(of components: [Int]) -> (mean: Double, standardDeviation: Double)? {
    guard let core = best.core, components.count == ranks.count,
      zip(components, ranks).allSatisfy({ (1...$1).contains($0) })
    else { return nil }
    let i = zip(components, ranks).reduce(0) { $0 * $1.1 + $1.0 - 1 }
    return (core.mean[i], max(core.covariance[i * core.shape.count + i], 0).squareRoot())
  }

  /// Predicts values at places, each with one coordinate for each mode: between the data, on them, or outside
  /// of their range.
  ///
  /// Cost: places x starts x modes x rank^2 (Tucker: x prod rank^2), and a step of filter and smoother for
  /// each distinct coordinate and start.
  /// - Throws: `TensorError` for a place with too few or too many coordinates, or one that is not finite.
  public func predict(_ places: [[Double]]) throws(TensorError) -> [Prediction] {
    let modes = best.functions.count
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
        coordinates.indices.map { TensorMoments(member.functions[$0], at: coordinates[$0], rank: ranks[$0]) },
        core: member.core)
      for entry in places.indices {
        let (mean, variance) = signal.moments { rows[entry * modes + $0] }
        means[entry] += weight * mean
        squares[entry] += weight * (mean * mean + variance)
      }
    }
    return places.indices.map { entry in
      let variance = max(squares[entry] - means[entry] * means[entry], 0)
      return Prediction(
        mean: offset + scale * means[entry],
        PredictiveLaw(signalVariance: scale * scale * variance, noise: noise * noise, degrees: degreesOfFreedom)
      )
    }
  }

  /// The posterior mean and standard deviation of a mode's function by the start whose bound is the highest:
  /// component 0 is its additive effect, in the units of the values; the others are factors of products,
  /// known up to scale, sign and order.
  public func function(mode: Int, component: Int, at x: [Double]) -> [(mean: Double, standardDeviation: Double)]
  {
    precondition(
      best.functions.indices.contains(mode) && (0...ranks[mode]).contains(component),
      "mode \(mode), component \(component)")
    let unit = component == 0 ? scale : 1
    return x.map { x in
      let function = best.functions[mode].predict(at: x)
      let variance = max(function.covariance[component * (ranks[mode] + 1) + component], 0)
      return (unit * function.mean[component], unit * variance.squareRoot())
    }
  }
}
