import Foundation
import NumericCore

/// The von Mises distribution of angles in radians, density exp(concentration cos(x - mean)) / (2 pi I_0(concentration)),
/// -pi <= x <= pi.
public struct VonMises: UnivariateDistribution {
  public typealias Value = Double
  public let parameters: [Parameter]
  public var support: Support { .interval(AnyRandom(-Double.pi), AnyRandom(Double.pi)) }

  /// - Parameters:
  ///   - mean: an angle; multiples of 2 pi may be added.
  ///   - concentration: 0 gives the uniform distribution; where it is large, it is the inverse of the variance.
  public init(_ mean: some RealArgument, concentration: some RealArgument) {
    parameters = [Parameter("mean", mean), Parameter("concentration", concentration, .nonnegative)]
  }

  public func logDensity(of x: AnyRandom) -> LogDensityTerms {
    let (mean, concentration) = (parameters[0].value, parameters[1].value)
    return LogDensityTerms(
      VonMisesKernel.self, [x, mean, concentration],
      plus: -.unary(LogScaledBesselI0.self, concentration) - 1.83787706640934548)
  }

  /// By rejection from a wrapped Cauchy distribution (Best and Fisher, 'Efficient simulation of the von Mises
  /// distribution', 1979), in terms of 1 - cos, which does not cancel where angles are small.
  public static func draw(_ p: DrawParameters, using stream: inout RandomStream) -> Double {
    let (mean, concentration) = (p[0], p[1])
    guard concentration >= 0, concentration < .infinity, mean.isFinite else { return .nan }
    guard concentration > 1e-100 else { return .pi * (2 * stream.uniform() - 1) }
    // r^2 - 1 and r - 1, of the r of the paper.
    let square = (hypot(1, 2 * concentration) + 1) / (2 * concentration) / concentration
    let excess = square / (1 + (1 + square).squareRoot())
    while true {
      let (sine, u) = (sin(0.5 * .pi * stream.uniform()), stream.uniform())
      let versine = 2 * excess * sine * sine / (excess + 2 * (1 - sine * sine))
      let c = concentration * (excess + versine)
      guard c * (2 - c) > u || log(c / u) + 1 - c >= 0 else { continue }
      let angle = 2 * asin(min((0.5 * versine).squareRoot(), 1))
      return (mean + (stream.uniform() < 0.5 ? angle : -angle)).remainder(dividingBy: 2 * .pi)
    }
  }
}

/// concentration (cos(x - mean) - 1); inputs x, mean, concentration.
enum VonMisesKernel: DensityKernel {
  static var name: String { "vonMises" }
  static var grain: Grain { .tile }
  static var inputCount: Int { 3 }

  @inlinable @inline(__always) static func partials<T: RealLane>(_ x: T, _ mean: T, _ concentration: T, _: T) -> Partials<T> {
    let half = T(lane: 0.5) * (x - mean)
    let (sine, cosine) = (T.sin(half), T.cos(half))
    let versine = T(lane: 2) * (sine * sine)
    let dx = -(concentration * (T(lane: 2) * (sine * cosine)))
    return Partials(-(concentration * versine), dx, -dx, -versine)
  }
}

/// log(exp(-x) I_0(x)), for x >= 0.
public enum LogScaledBesselI0: UnaryFunction {
  public static var name: String { "logScaledBesselI0" }
  public static var valueGrain: Grain { .element }
  public static var derivativeGrain: Grain { .element }
  @inlinable public static func value<T: RealLane>(_ x: T) -> T { T.apply(logarithm, x) }
  @inlinable public static func derivative<T: RealLane>(_ x: T, value y: T) -> T { T.apply(slope, x) }

  @usableFromInline static func logarithm(_ x: Double) -> Double { Double.log(scaledBesselI(0, x)) }
  @usableFromInline static func slope(_ x: Double) -> Double { scaledBesselI(1, x) / scaledBesselI(0, x) - 1 }
}
