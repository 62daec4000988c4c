/// Adam (Kingma and Ba 2015, algorithm 1): steps of adapted size along noisy gradients.
public struct Adam: Sendable {
  public var stepSize = 1e-3
  /// The decay of the mean of the gradients.
  public var beta1 = 0.9
  /// The decay of the mean of their squares.
  public var beta2 = 0.999
  public var epsilon = 1e-8

  public init(stepSize: Double = 1e-3) { self.stepSize = stepSize }

  /// The moments of the gradients so far.
  public struct State: Sendable {
    public private(set) var count = 0
    fileprivate(set) var mean: [Double]
    fileprivate(set) var square: [Double]

    public init(dimension: Int) {
      mean = Array(repeating: 0, count: dimension)
      square = mean
    }

    /// beta1 and beta2 to the power of the count.
    fileprivate var powers = (1.0, 1.0)

    fileprivate mutating func advance(_ beta1: Double, _ beta2: Double) {
      count += 1
      powers = (powers.0 * beta1, powers.1 * beta2)
    }
  }

  /// Moves a position against the gradient of what is minimised. Elements of the gradient that are not finite count as
  /// 0.
  public func step(_ position: inout [Double], gradient: [Double], _ state: inout State) {
    precondition(gradient.count == position.count && state.mean.count == position.count, "lengths differ")
    state.advance(beta1, beta2)
    for i in position.indices {
      let g = gradient[i].isFinite ? gradient[i] : 0
      state.mean[i] = beta1 * state.mean[i] + (1 - beta1) * g
      state.square[i] = beta2 * state.square[i] + (1 - beta2) * g * g
      let mean = state.mean[i] / (1 - state.powers.0)
      let square = state.square[i] / (1 - state.powers.1)
      position[i] -= stepSize * mean / (square.squareRoot() + epsilon)
    }
  }
}
