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
  /// Of the start whose bound is the highest, by mode, then by component: the additive effect first.
  public let lengthScales: [[Double]]
  let model: FunctionalTensor
  let offset, scale: Double
  /// What nobody changes any more.
  let members: [TensorFactorisation]
  private let best: TensorFactorisation
  /// All entries, while they are few.
  let kept: KeptEntries?

  let mixtures: TensorMixtures

  /// - Parameters:
  ///   - members: at least one, all of the model's form.
  ///   - before: what is known of how they predict entries; nil to learn it from those at hand.
  /// - Throws: `CancellationError` where the task is cancelled.
  init(
    _ model: FunctionalTensor, _ members: [TensorFactorisation], before: TensorMixtures? = nil,
    kept: KeptEntries?, offset: Double, scale: Double
  ) throws {
    self.kept = kept
    (self.model, self.members, self.offset, self.scale) = (model, members, offset, scale)
    best = members.dropFirst().reduce(members[0]) { $1.bound > $0.bound ? $1 : $0 }
    (ranks, smoothness) = (best.functions.map { $0.components - 1 }, best.smoothness)
    history = best.history
    (boundsOfStarts, hasConverged) = (members.map(\.bound), members.allSatisfy(\.hasConverged))
    lengthScales = best.functions.map(\.lengthScales)
    mixtures = try TensorMixtures(model, members, before: before)
  }

  /// The weight of each start's posterior in predictions where all coordinates have entries.
  public var weights: [Double] { mixtures.known.weights }
  /// The standard deviation of the noise, or the scale of Student-t noise.
  public var noise: Double { scale * mixtures.known.noise.square.squareRoot() }
  /// Of Student-t noise; nil if it is Gaussian.
  public var degreesOfFreedom: Double? { mixtures.known.noise.degrees }

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
