import NumericCore

/// The Poisson distribution: rate^k exp(-rate) / k!.
public struct Poisson: UnivariateDistribution {
  public typealias Value = Int
  public let parameters: [Parameter]
  public var support: Support { .integers(0, nil) }

  public init(rate: some RealArgument) { parameters = [Parameter("rate", rate, .nonnegative)] }

  public func logDensity(of x: AnyRandom) -> LogDensityTerms {
    LogDensityTerms(PoissonKernel.self, [x, parameters[0].value], plus: -(x + 1).logGamma)
  }

  public static func draw(_ p: DrawParameters, using stream: inout RandomStream) -> Double {
    stream.poisson(rate: p[0])
  }
}

/// The Poisson distribution by the logarithm of its rate.
public struct PoissonLog: UnivariateDistribution {
  public typealias Value = Int
  public let parameters: [Parameter]
  public var support: Support { .integers(0, nil) }

  public init(logRate: some RealArgument) { parameters = [Parameter("logRate", logRate)] }

  public func logDensity(of x: AnyRandom) -> LogDensityTerms {
    LogDensityTerms(PoissonLogKernel.self, [x, parameters[0].value], plus: -(x + 1).logGamma)
  }

  public static func draw(_ p: DrawParameters, using stream: inout RandomStream) -> Double {
    stream.poisson(rate: Double.exp(p[0]))
  }
}

/// k log rate - rate, where 0 log 0 = 0; inputs k, rate.
enum PoissonKernel: DensityKernel {
  static var name: String { "poisson" }
  static var inputCount: Int { 2 }

  @inlinable static func partials<T: RealLane>(_ k: T, _ rate: T, _: T, _: T) -> Partials<T> {
    Partials(T.xlogy(k, rate) - rate, T(lane: 0), T.quotientOrZero(k, rate) - T(lane: 1))
  }
}

/// k logRate - exp(logRate); inputs k, logRate.
enum PoissonLogKernel: DensityKernel {
  static var name: String { "poissonLog" }
  static var inputCount: Int { 2 }

  @inlinable static func partials<T: RealLane>(_ k: T, _ logRate: T, _: T, _: T) -> Partials<T> {
    let rate = T.exp(logRate)
    return Partials(k * logRate - rate, T(lane: 0), k - rate)
  }
}
