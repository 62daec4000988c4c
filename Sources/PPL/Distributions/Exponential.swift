import NumericCore

/// The exponential distribution, density rate exp(-rate x), x > 0.
public struct Exponential: UnivariateDistribution {
  public typealias Value = Double
  public let parameters: [Parameter]
  public var support: Support { .positive }

  public init(rate: some RealArgument) { parameters = [Parameter("rate", rate, .positive)] }

  public func logDensity(of x: AnyRandom) -> LogDensityTerms {
    let rate = parameters[0].value
    return LogDensityTerms(ExponentialKernel.self, [x, rate], plus: rate.logarithm)
  }

  public static func draw(_ p: DrawParameters, using stream: inout RandomStream) -> Double {
    p[0] > 0 ? stream.exponential() / p[0] : .nan
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
