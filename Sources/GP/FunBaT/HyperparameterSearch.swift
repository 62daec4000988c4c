import NumericCore

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Improves the length scales and variances of a mode, a step whenever its messages have changed: ascends
/// log Z plus their log prior by the BFGS method, whose model of the curvature outlives the messages.
///
/// The prior is weak: log length scale ~ N(log(range / 5), 2^2), log variance ~ N(0, 3^2), values being
/// standardised.
///
/// It is one task's.
final class HyperparameterSearch {
  private let functions: any ModeFunctions
  /// Where they do not, they have no prior either.
  private let learnsLengthScales: Bool
  private let centre: Double
  /// The inverse of the negative Hessian as it is known, row after row, once `isKnown`.
  private var inverse: [Double]
  private var isKnown = false
  private var gradient, ascent, changed: [Double]
  /// By how much the last step has raised log Z plus the log prior.
  private(set) var gain = 0.0

  private static var deviations: (lengthScale: Double, variance: Double) { (2, 3) }
  /// Of a logarithm, in a step: arbitrary, far enough to cross what the prior allows in some ten steps.
  private static var longestStep: Double { 1 }
  private static var attempts: Int { 4 }
  /// The conventional constant of the Armijo condition.
  private static var sufficientIncrease: Double { 1e-4 }

  init(_ functions: any ModeFunctions, _ kind: TensorMode) {
    (self.functions, learnsLengthScales) = (functions, kind != .categorical)
    let range = kind.range(of: functions.points)
    centre = range > 0 ? log(range / 5) : 0
    let count = 2 * functions.components
    inverse = Array(repeating: 0, count: count * count)
    gradient = Array(repeating: 0, count: count)
    (ascent, changed) = (gradient, gradient)
  }

  /// The logarithms of length scales, then of variances.
  var position: [Double] {
    get { (functions.lengthScales + functions.variances).map { log($0) } }
    set {
      let n = functions.components
      for c in 0..<n {
        (functions.lengthScales[c], functions.variances[c]) = (exp(newValue[c]), exp(newValue[n + c]))
      }
    }
  }

  /// Sets what is learned to where the log prior is 0, its highest.
  func beginAtLikeliest() { position = position.indices.map { prior($0)?.centre ?? position[$0] } }

  /// Up to a constant.
  var logPrior: Double { logPrior(position) }

  private func logPrior(_ position: [Double]) -> Double {
    position.indices.reduce(0) { sum, i in
      guard let (centre, deviation) = prior(i) else { return sum }
      let z = (position[i] - centre) / deviation
      return sum - 0.5 * z * z
    }
  }

  private func prior(_ i: Int) -> (centre: Double, deviation: Double)? {
    if i >= functions.components { return (0, Self.deviations.variance) }
    return learnsLengthScales ? (centre, Self.deviations.lengthScale) : nil
  }

  private func write(_ gradient: inout [Double], at position: [Double]) {
    functions.writeGradient(to: &gradient)
    for i in position.indices {
      if let (centre, deviation) = prior(i) {
        gradient[i] -= (position[i] - centre) / (deviation * deviation)
      } else {
        gradient[i] = 0
      }
    }
  }

  /// Takes a step that does not lower log Z plus the log prior, or none. Leaves the chain filtered; returns
  /// log Z.
  ///
  /// Cost: two filters with their gradients.
  func step() -> Double {
    gain = 0
    let start = position
    let mass = functions.takeMessages()
    let value = mass + logPrior(start)
    write(&gradient, at: start)
    var slope = direct()
    if !(slope > 0) {
      isKnown = false
      slope = direct()
    }
    guard slope > 0, slope < .infinity else { return mass }
    var length = min(1, Self.longestStep / ascent.reduce(0) { max($0, abs($1)) })
    for _ in 0..<Self.attempts {
      let place = start.indices.map { start[$0] + length * ascent[$0] }
      position = place
      let mass = functions.takeMessages()
      let rise = mass + logPrior(place) - value
      if rise >= Self.sufficientIncrease * length * slope {
        write(&changed, at: place)
        learn(length)
        gain = rise
        return mass
      }
      // Where a parabola through both values has its top.
      let top = slope * length * length / (2 * (slope * length - rise))
      length = top.isFinite ? min(max(top, 0.1 * length), 0.5 * length) : 0.1 * length
    }
    isKnown = false
    position = start
    return functions.takeMessages()
  }

  /// Points the ascent uphill; returns the slope.
  private func direct() -> Double {
    let n = gradient.count
    var slope = 0.0
    let scale = 1 / max(1, gradient.reduce(0) { max($0, abs($1)) })
    for i in 0..<n {
      var sum = 0.0
      if isKnown {
        for j in 0..<n { sum += inverse[i * n + j] * gradient[j] }
      } else {
        sum = scale * gradient[i]
      }
      ascent[i] = sum
      slope += sum * gradient[i]
    }
    return slope
  }

  /// H <- (1 - s y^T / s^T y) H (1 - y s^T / s^T y) + s s^T / s^T y, s the step and y the fall of the
  /// gradient (Nocedal and Wright 2006, equation 6.17), from s^T y / y^T y times the identity (6.20).
  private func learn(_ length: Double) {
    let n = gradient.count
    var (product, square) = (0.0, 0.0)
    for i in 0..<n {
      ascent[i] *= length
      changed[i] = gradient[i] - changed[i]
      product += ascent[i] * changed[i]
      square += changed[i] * changed[i]
    }
    guard product > 1e-12 * square, product < .infinity else { return }
    if !isKnown {
      for i in 0..<(n * n) { inverse[i] = i % (n + 1) == 0 ? product / square : 0 }
      isKnown = true
    }
    // gradient is H y from here on.
    var curvature = 0.0
    for i in 0..<n {
      var sum = 0.0
      for j in 0..<n { sum += inverse[i * n + j] * changed[j] }
      gradient[i] = sum
      curvature += sum * changed[i]
    }
    for i in 0..<n {
      for j in 0..<n {
        let cross = gradient[i] * ascent[j] + ascent[i] * gradient[j]
        inverse[i * n + j] += ((1 + curvature / product) * ascent[i] * ascent[j] - cross) / product
      }
    }
  }
}
