import NumericCore

/// The Pareto distribution, density shape minimum^shape / x^(shape + 1), x > minimum.
public struct Pareto: TransformedVariate {
  public typealias Value = Double
  public let parameters: [Parameter]
  public var support: Support { .greaterThan(parameters[0].value) }

  public init(minimum: some RealArgument, shape: some RealArgument) {
    parameters = [Parameter("minimum", minimum, .positive), Parameter("shape", shape, .positive)]
  }

  public func logDensity(of x: AnyRandom) -> LogDensityTerms {
    let (logMinimum, shape) = (parameters[0].value.logarithm, parameters[1].value)
    return LogDensityTerms(
      ParetoKernel.self, [x.logarithm, logMinimum, shape], plus: shape.logarithm - logMinimum)
  }

  public static var variate: StandardVariate { .uniform }
  @inlinable public static func value<T: RealLane>(of u: T, _ minimum: T, _ shape: T, _: T) -> T {
    let inside = T.select(T.less(T(lane: 0), minimum), shape, T(lane: -1))
    return T.valid(T.less(T(lane: 0), inside), minimum * T.exp(-T.log(u) / shape))
  }
}

/// -(shape + 1) (log x - log minimum); inputs log x, log minimum, shape.
enum ParetoKernel: DensityKernel {
  static var name: String { "pareto" }
  static var inputCount: Int { 3 }

  @inlinable @inline(__always) static func partials<T: RealLane>(_ logX: T, _ logMinimum: T, _ shape: T, _: T) -> Partials<T> {
    let excess = logX - logMinimum
    let power = shape + T(lane: 1)
    return Partials(-(power * excess), -power, power, -excess)
  }
}
