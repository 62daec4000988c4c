import NumericCore

/// The logistic distribution, density exp(-z) / (scale (1 + exp(-z))^2) with z = (x - location) / scale.
public struct Logistic: TransformedVariate {
  public typealias Value = Double
  public let parameters: [Parameter]
  public var support: Support { .real }

  public init(_ location: some RealArgument, scale: some RealArgument) {
    parameters = [Parameter("location", location), Parameter("scale", scale, .positive)]
  }

  public func logDensity(of x: AnyRandom) -> LogDensityTerms {
    let (location, scale) = (parameters[0].value, parameters[1].value)
    return LogDensityTerms(LogisticKernel.self, [x, location, scale.reciprocal], plus: -scale.logarithm)
  }

  public static var variate: StandardVariate { .uniform }
  @inlinable public static func value<T: RealLane>(of u: T, _ location: T, _ scale: T, _: T) -> T {
    T.valid(T.less(T(lane: 0), scale), location + scale * (T.log(u) - T.log1p(-u)))
  }
}

/// -|z| - 2 log(1 + exp(-|z|)): the density is even in z; inputs x, location, 1 / scale.
enum LogisticKernel: DensityKernel {
  static var name: String { "logistic" }
  static var grain: Grain { .tile }
  static var inputCount: Int { 3 }

  @inlinable @inline(__always) static func partials<T: RealLane>(_ x: T, _ location: T, _ inverseScale: T, _: T) -> Partials<T> {
    let (zero, one) = (T(lane: 0), T(lane: 1))
    let residual = x - location
    let z = residual * inverseScale
    let size = T.magnitude(z)
    let e = T.exp(-size)
    // -tanh(|z| / 2), with the sign of z.
    let slope = -((one - e) / (one + e))
    let dz = T.select(T.less(z, zero), -slope, slope)
    let dx = dz * inverseScale
    return Partials(-size - T(lane: 2) * T.log1p(e), dx, -dx, dz * residual)
  }
}
