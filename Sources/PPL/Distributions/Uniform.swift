import NumericCore

/// The uniform distribution on [lower, upper]. Bounds may be random.
public struct Uniform: TransformedVariate {
  public typealias Value = Double
  public let parameters: [Parameter]
  public var support: Support { .interval(parameters[0].value, parameters[1].value) }

  public init(_ lower: some RealArgument, _ upper: some RealArgument) {
    parameters = [Parameter("lower", lower), Parameter("upper", upper)]
  }

  public func logDensity(of x: AnyRandom) -> LogDensityTerms {
    let (lower, upper) = (parameters[0].value, parameters[1].value)
    return LogDensityTerms(UniformKernel.self, [x, lower, upper], plus: -(upper - lower).logarithm)
  }

  public static var variate: StandardVariate { .uniform }
  @inlinable public static func value<T: RealLane>(of u: T, _ lower: T, _ upper: T, _: T) -> T {
    T.valid(T.less(lower, upper), lower + (upper - lower) * u)
  }
}

/// 0 inside of the bounds, -infinity outside; inputs x, lower, upper.
enum UniformKernel: DensityKernel {
  static var name: String { "uniform" }
  static var inputCount: Int { 3 }

  @inlinable @inline(__always) static func partials<T: RealLane>(_ x: T, _ lower: T, _ upper: T, _: T) -> Partials<T> {
    let (zero, none) = (T(lane: 0), T(lane: -.infinity))
    let value = T.select(T.less(x, lower), none, T.select(T.less(upper, x), none, zero))
    return Partials(value, zero)
  }
}
