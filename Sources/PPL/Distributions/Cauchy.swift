import NumericCore

/// The Cauchy distribution, density 1 / (pi scale (1 + ((x - location) / scale)^2)).
public struct Cauchy: UnivariateDistribution {
  public typealias Value = Double
  public let parameters: [Parameter]
  public var support: Support { .real }

  public init(_ location: some RealArgument, scale: some RealArgument) {
    parameters = [Parameter("location", location), Parameter("scale", scale, .positive)]
  }

  public func logDensity(of x: AnyRandom) -> LogDensityTerms {
    let (location, scale) = (parameters[0].value, parameters[1].value)
    return LogDensityTerms(
      CauchyKernel.self, [x, location, scale.reciprocal], plus: -scale.logarithm - 1.144729885849400174)
  }

  public static func draw(_ p: DrawParameters, using stream: inout RandomStream) -> Double {
    p[1] > 0 ? p[0] + p[1] * stream.cauchy() : .nan
  }
}

/// -log(1 + z^2) with z = (x - location) / scale; inputs x, location, 1 / scale.
enum CauchyKernel: DensityKernel {
  static var name: String { "cauchy" }
  static var grain: Grain { .tile }
  static var inputCount: Int { 3 }

  @inlinable @inline(__always) static func partials<T: RealLane>(_ x: T, _ location: T, _ inverseScale: T, _: T) -> Partials<T> {
    let residual = x - location
    let z = residual * inverseScale
    // 2 z / (1 + z^2), written so that z^2 does not overflow into 0 / 0.
    let slope = T(lane: -2) / (z + T(lane: 1) / z)
    let d = T.select(T.equal(z, T(lane: 0)), T(lane: 0), slope)
    let dx = d * inverseScale
    return Partials(-T.log1p(z * z), dx, -dx, d * residual)
  }
}
