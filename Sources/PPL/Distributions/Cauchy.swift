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
///
/// Where z^2 overflows it is -2 log |z|.
enum CauchyKernel: DensityKernel {
  static var name: String { "cauchy" }
  static var grain: Grain { .tile }
  static var inputCount: Int { 3 }

  @inlinable @inline(__always) static func partials<T: RealLane>(_ x: T, _ location: T, _ inverseScale: T, _: T) -> Partials<T> {
    let (one, two) = (T(lane: 1), T(lane: 2))
    let residual = x - location
    let z = residual * inverseScale
    let square = z * z
    let u = one + square
    // Beyond, the square would overflow, and 1 is nothing beside it.
    let isNear = T.less(square, T(lane: 1e300))
    let r = one / T.select(isNear, u, z)
    let d = -two * T.select(isNear, z * r, r)
    // What rounding took from u comes back by the slope of the logarithm there: log1p(z^2) by one quotient for all.
    let logarithm = T.log(T.select(isNear, u, T.magnitude(z)))
    let value = T.select(isNear, logarithm + (square - (u - one)) * r, two * logarithm)
    let dx = d * inverseScale
    return Partials(-value, dx, -dx, d * residual)
  }
}
