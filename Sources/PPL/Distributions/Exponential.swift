import NumericCore

/// The exponential distribution, density rate exp(-rate x), x > 0.
public struct Exponential: TransformedVariate {
  public typealias Value = Double
  public let parameters: [Parameter]
  public var support: Support { .positive }

  public init(rate: some RealArgument) { parameters = [Parameter("rate", rate, .positive)] }

  public func logDensity(of x: AnyRandom) -> LogDensityTerms {
    let rate = parameters[0].value
    return LogDensityTerms(ExponentialKernel.self, [x, rate], plus: rate.logarithm)
  }

  public static var variate: StandardVariate { .uniform }
  @inlinable public static func value<T: RealLane>(of u: T, _ rate: T, _: T, _: T) -> T {
    T.valid(T.less(T(lane: 0), rate), -T.log(u) / rate)
  }
}

/// -rate x; inputs x, rate.
enum ExponentialKernel: DensityKernel {
  static var name: String { "exponential" }
  static var inputCount: Int { 2 }

  @inlinable @inline(__always) static func partials<T: RealLane>(_ x: T, _ rate: T, _: T, _: T) -> Partials<T> {
    Partials(-(rate * x), -rate, -x)
  }
}
