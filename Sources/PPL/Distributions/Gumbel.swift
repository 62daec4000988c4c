import NumericCore

/// The Gumbel distribution of largest values, density exp(-z - exp(-z)) / scale with z = (x - location) / scale.
public struct Gumbel: TransformedVariate {
  public typealias Value = Double
  public let parameters: [Parameter]
  public var support: Support { .real }

  public init(_ location: some RealArgument, scale: some RealArgument) {
    parameters = [Parameter("location", location), Parameter("scale", scale, .positive)]
  }

  public func logDensity(of x: AnyRandom) -> LogDensityTerms {
    let (location, scale) = (parameters[0].value, parameters[1].value)
    return LogDensityTerms(GumbelKernel.self, [x, location, scale.reciprocal], plus: -scale.logarithm)
  }

  public static var variate: StandardVariate { .uniform }
  @inlinable public static func value<T: RealLane>(of u: T, _ location: T, _ scale: T, _: T) -> T {
    T.valid(T.less(T(lane: 0), scale), location - scale * T.log(-T.log(u)))
  }
}

/// -z - exp(-z); inputs x, location, 1 / scale.
enum GumbelKernel: DensityKernel {
  static var name: String { "gumbel" }
  static var grain: Grain { .tile }
  static var inputCount: Int { 3 }

  @inlinable @inline(__always) static func partials<T: RealLane>(_ x: T, _ location: T, _ inverseScale: T, _: T) -> Partials<T> {
    let residual = x - location
    let z = residual * inverseScale
    let e = T.exp(-z)
    let dz = e - T(lane: 1)
    let dx = dz * inverseScale
    return Partials(-z - e, dx, -dx, dz * residual)
  }
}
