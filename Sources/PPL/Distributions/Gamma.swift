import NumericCore

/// The gamma distribution, density rate^shape x^(shape - 1) exp(-rate x) / Gamma(shape), x > 0.
public struct Gamma: UnivariateDistribution {
  public typealias Value = Double
  public let parameters: [Parameter]
  public var support: Support { .positive }

  public init(shape: some RealArgument, rate: some RealArgument) {
    parameters = [Parameter("shape", shape, .positive), Parameter("rate", rate, .positive)]
  }

  public func logDensity(of x: AnyRandom) -> LogDensityTerms {
    let (shape, rate) = (parameters[0].value, parameters[1].value)
    return LogDensityTerms(
      GammaKernel.self, [x.logarithm, x, shape, rate], plus: shape * rate.logarithm - shape.logGamma)
  }

  public static func draw(_ p: DrawParameters, using stream: inout RandomStream) -> Double {
    p[1] > 0 ? ((try? stream.gamma(shape: p[0])) ?? .nan) / p[1] : .nan
  }
}

/// (shape - 1) log x - rate x; inputs log x, x, shape, rate. At x = 0 the first part is 0 where shape = 1.
enum GammaKernel: DensityKernel {
  static var name: String { "gamma" }
  static var inputCount: Int { 4 }

  @inlinable @inline(__always) static func partials<T: RealLane>(_ logX: T, _ x: T, _ shape: T, _ rate: T) -> Partials<T> {
    let power = shape - T(lane: 1)
    let first = T.select(T.equal(power, T(lane: 0)), T(lane: 0), power * logX)
    return Partials(first - rate * x, power, -rate, logX, -x)
  }
}
