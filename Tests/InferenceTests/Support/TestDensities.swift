import Foundation
import NumericCore

/// A normal law in closed form: coordinate i is means[i] + scales[i] z[i], where z is a stationary autoregression of
/// unit variance with this correlation of neighbours.
struct Gaussian: DifferentiableLogDensity {
  let means: [Double]
  let scales: [Double]
  let correlation: Double

  init(means: [Double], scales: [Double], correlation: Double = 0) {
    (self.means, self.scales, self.correlation) = (means, scales, correlation)
  }

  /// Means between -1 and 1, scales from 0.7 to 2.
  init(dimension: Int, correlation: Double = 0) {
    let place = (0..<dimension).map { Double($0) / Double(max(dimension - 1, 1)) }
    self.init(
      means: place.map { 2 * $0 - 1 }, scales: place.map { 0.7 * pow(2 / 0.7, $0) }, correlation: correlation)
  }

  static func standard(_ dimension: Int) -> Gaussian {
    Gaussian(means: Array(repeating: 0, count: dimension), scales: Array(repeating: 1, count: dimension))
  }

  var dimension: Int { means.count }

  func draw(using stream: inout RandomStream) -> [Double] {
    var z = 0.0
    return means.indices.map { i in
      z = i == 0 ? stream.normal() : correlation * z + innovation.squareRoot() * stream.normal()
      return means[i] + scales[i] * z
    }
  }

  func standardised(_ x: Double, _ i: Int) -> Double { (x - means[i]) / scales[i] }

  private var innovation: Double { 1 - correlation * correlation }

  func logDensity(at x: Span<Double>, workspace: inout Void) -> Double {
    var sum = 0.0
    for i in 0..<dimension {
      let z = standardised(x[i], i)
      let residual = i == 0 ? z : z - correlation * standardised(x[i - 1], i - 1)
      sum += residual * residual / (i == 0 ? 1 : innovation)
    }
    return -0.5 * sum
  }

  func logDensity(at x: Span<Double>, gradient: inout MutableSpan<Double>, workspace: inout Void) -> Double {
    for i in 0..<dimension {
      let z = standardised(x[i], i)
      var g = i == 0 ? -z : -(z - correlation * standardised(x[i - 1], i - 1)) / innovation
      if i + 1 < dimension {
        g += correlation * (standardised(x[i + 1], i + 1) - correlation * z) / innovation
      }
      gradient[i] = g / scales[i]
    }
    return logDensity(at: x, workspace: &workspace)
  }
}

/// A density of one coordinate from a function that returns value and derivative.
struct OnTheLine: DifferentiableLogDensity {
  let evaluate: @Sendable (Double) -> (value: Double, derivative: Double)
  var dimension: Int { 1 }

  func logDensity(at x: Span<Double>, workspace: inout Void) -> Double { evaluate(x[0]).value }

  func logDensity(at x: Span<Double>, gradient: inout MutableSpan<Double>, workspace: inout Void) -> Double {
    let (value, derivative) = evaluate(x[0])
    gradient[0] = derivative
    return value
  }
}

/// Neal's funnel: the first coordinate is the logarithm of the variance of the others.
struct Funnel: DifferentiableLogDensity {
  var dimension: Int { 10 }

  func logDensity(at x: Span<Double>, workspace: inout Void) -> Double {
    var sum = 0.0
    for i in 1..<dimension { sum += x[i] * x[i] }
    return -x[0] * x[0] / 18 - 0.5 * Double(dimension - 1) * x[0] - 0.5 * sum * exp(-x[0])
  }

  func logDensity(at x: Span<Double>, gradient: inout MutableSpan<Double>, workspace: inout Void) -> Double {
    var sum = 0.0
    for i in 1..<dimension {
      sum += x[i] * x[i]
      gradient[i] = -x[i] * exp(-x[0])
    }
    gradient[0] = -x[0] / 9 - 0.5 * Double(dimension - 1) + 0.5 * sum * exp(-x[0])
    return logDensity(at: x, workspace: &workspace)
  }
}

/// A density without coordinates.
struct Nowhere: DifferentiableLogDensity {
  var dimension: Int { 0 }
  func logDensity(at x: Span<Double>, workspace: inout Void) -> Double { -1.5 }
  func logDensity(at x: Span<Double>, gradient: inout MutableSpan<Double>, workspace: inout Void) -> Double { -1.5 }
}

/// A density under which the search for a step size, which depends on the start, always ends at twice the size that it
/// began with: its two evaluations, the second and third of a chain without warm-up, are answered so. All others are
/// true.
struct KnownStepSize<Base: DifferentiableLogDensity>: DifferentiableLogDensity where Base.Workspace == Void {
  let base: Base
  var dimension: Int { base.dimension }
  func makeWorkspace() -> Int { 0 }

  func logDensity(at x: Span<Double>, workspace: inout Int) -> Double {
    var nothing: Void = ()
    return base.logDensity(at: x, workspace: &nothing)
  }

  func logDensity(at x: Span<Double>, gradient: inout MutableSpan<Double>, workspace: inout Int) -> Double {
    workspace += 1
    var nothing: Void = ()
    guard workspace == 2 || workspace == 3 else {
      return base.logDensity(at: x, gradient: &gradient, workspace: &nothing)
    }
    for i in 0..<dimension { gradient[i] = 0 }
    return workspace == 2 ? 1e100 : -.infinity
  }
}
