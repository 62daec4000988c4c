/// Independent Matern processes on the line, as one Markov chain on sorted points, that are seen together at each
/// point: the message of point j is a factor exp(eta_j . f - f . Lambda_j f / 2) of the vector f of their values.
/// Lambda_j may be singular, or 0.
///
/// Kalman filter, Rauch-Tung-Striebel smoother, and exact prediction. Covariances are factored as predicted, never
/// the noise of a transition, which is about 0 between points that are near each other.
///
/// It is one task's. Cost of a pass: points x (components x states)^3; nothing is allocated in it.
package final class LatentChain {
  package let points: [Double]
  package let components: Int
  package let smoothness: MaternSmoothness
  /// Of a state: the values of all components, then their first derivatives, then their second.
  let shape: ChainShape
  /// By component.
  package var lengthScales: [Double]
  package var variances: [Double]

  /// The messages: `precision[j * components^2 + a * components + b]`, `linear[j * components + a]`.
  package let precision, linear: UnsafeMutablePointer<Double>
  /// The posterior of the values: means and covariances, laid out as the messages.
  package let means, covariances: UnsafeMutablePointer<Double>

  // Of each point: the predicted state, also with U of its covariance U^T U, the filtered one, and the smoothed one, in
  // rows.
  let predictedMean, predictedCovariance, predictedFactor: UnsafeMutablePointer<Double>
  let filteredMean, filteredCovariance: UnsafeMutablePointer<Double>
  let smoothedMean, smoothedCovariance: UnsafeMutablePointer<Double>
  /// A and Q of the way to each point, as `writeSteps` has them, and the length scales and variances that they are of.
  let steps: UnsafeMutablePointer<Double>
  var parametersOfSteps: (lengthScales: [Double], variances: [Double]) = ([], [])
  let room: UnsafeMutablePointer<Double>

  package init(_ points: [Double], components: Int, smoothness: MaternSmoothness, lengthScale: Double) {
    (self.points, self.components, self.smoothness) = (points, components, smoothness)
    shape = ChainShape(components: components, states: smoothness.states)
    let (n, c, size) = (points.count, components, shape.size)
    lengthScales = Array(repeating: lengthScale, count: c)
    variances = Array(repeating: 1, count: c)
    let (width, block) = (shape.rows.width, VectorRows.allocate)
    (precision, linear) = (block(n * c * c), block(n * c))
    (means, covariances) = (block(n * c), block(n * c * c))
    (predictedMean, predictedCovariance) = (block(n * width), block(n * size * width))
    predictedFactor = block(n * size * width)
    (filteredMean, filteredCovariance) = (block(n * width), block(n * size * width))
    (smoothedMean, smoothedCovariance) = (block(n * width), block(n * size * width))
    steps = block(2 * n * size * smoothness.states)
    // What a step needs: five matrices and some rows.
    room = block((5 * size + 8) * width)
  }

  deinit {
    for block in [
      precision, linear, means, covariances, predictedMean, predictedCovariance, predictedFactor, filteredMean,
      filteredCovariance, smoothedMean, smoothedCovariance, steps, room,
    ] { block.deallocate() }
  }
}

/// How the states of a chain are laid out. Loops of functions that are given a constant one are unrolled.
struct ChainShape {
  let components, states: Int
  let rows: VectorRows

  @inline(__always) init(components: Int, states: Int) {
    (self.components, self.states) = (components, states)
    rows = VectorRows(components &* states)
  }

  @inline(__always) var size: Int { components &* states }

  /// Of two products of rough functions, beside the additive effect. Larger ones are no faster when they are unrolled.
  static var smallest: ChainShape { @inline(__always) get { ChainShape(components: 3, states: 1) } }

  static func == (x: ChainShape, y: ChainShape) -> Bool { x.components == y.components && x.states == y.states }
}
