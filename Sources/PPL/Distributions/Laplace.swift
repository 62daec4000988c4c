import NumericCore

/// The Laplace distribution, density exp(-|x - location| / scale) / (2 scale).
public struct Laplace: TransformedVariate {
  public typealias Value = Double
  public let parameters: [Parameter]
  public var support: Support { .real }

  public init(_ location: some RealArgument, scale: some RealArgument) {
    parameters = [Parameter("location", location), Parameter("scale", scale, .positive)]
  }

  public func logDensity(of x: AnyRandom) -> LogDensityTerms {
    let (location, scale) = (parameters[0].value, parameters[1].value)
    return LogDensityTerms(
      LaplaceKernel.self, [x, location, scale.reciprocal], plus: -scale.logarithm - 0.693147180559945309)
  }

  public static var variate: StandardVariate { .uniform }
  @inlinable public static func value<T: RealLane>(of u: T, _ location: T, _ scale: T, _: T) -> T {
    let (half, two) = (T(lane: 0.5), T(lane: 2))
    let size = T.select(T.less(u, half), T.log(two * u), -T.log(two * (T(lane: 1) - u)))
    return T.valid(T.less(T(lane: 0), scale), location + scale * size)
  }
}

/// -|x - location| / scale; inputs x, location, 1 / scale.
enum LaplaceKernel: DensityKernel {
  static var name: String { "laplace" }
  static var inputCount: Int { 3 }

  @inlinable @inline(__always) static func partials<T: RealLane>(_ x: T, _ location: T, _ inverseScale: T, _: T) -> Partials<T> {
    let zero = T(lane: 0)
    let residual = x - location
    let distance = T.magnitude(residual)
    let slope = T.select(
      T.less(residual, zero), inverseScale, T.select(T.equal(residual, zero), zero, -inverseScale))
    return Partials(-(distance * inverseScale), slope, -slope, -distance)
  }
}
