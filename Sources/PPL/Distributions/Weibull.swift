import NumericCore

/// The Weibull distribution, density (shape / scale) (x / scale)^(shape - 1) exp(-(x / scale)^shape), x > 0.
public struct Weibull: TransformedVariate {
  public typealias Value = Double
  public let parameters: [Parameter]
  public var support: Support { .positive }

  public init(shape: some RealArgument, scale: some RealArgument) {
    parameters = [Parameter("shape", shape, .positive), Parameter("scale", scale, .positive)]
  }

  public func logDensity(of x: AnyRandom) -> LogDensityTerms {
    let (shape, logScale) = (parameters[0].value, parameters[1].value.logarithm)
    return LogDensityTerms(WeibullKernel.self, [x.logarithm, shape, logScale], plus: shape.logarithm - logScale)
  }

  public static var variate: StandardVariate { .uniform }
  @inlinable public static func value<T: RealLane>(of u: T, _ shape: T, _ scale: T, _: T) -> T {
    let inside = T.select(T.less(T(lane: 0), scale), shape, T(lane: -1))
    return T.valid(T.less(T(lane: 0), inside), scale * T.exp(T.log(-T.log(u)) / shape))
  }
}

/// (shape - 1) y - exp(shape y) with y = log x - log scale; inputs log x, shape, log scale. At x = 0 the first part is 0
/// where shape = 1.
enum WeibullKernel: DensityKernel {
  static var name: String { "weibull" }
  static var grain: Grain { .tile }
  static var inputCount: Int { 3 }

  @inlinable @inline(__always) static func partials<T: RealLane>(_ logX: T, _ shape: T, _ logScale: T, _: T) -> Partials<T> {
    let y = logX - logScale
    let power = shape - T(lane: 1)
    let hazard = T.exp(shape * y)
    let first = T.select(T.equal(power, T(lane: 0)), T(lane: 0), power * y)
    let dy = power - shape * hazard
    return Partials(first - hazard, dy, y - y * hazard, -dy)
  }
}
