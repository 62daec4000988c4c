import NumericCore

/// The beta distribution, density x^(a - 1) (1 - x)^(b - 1) / B(a, b), 0 < x < 1.
public struct Beta: UnivariateDistribution {
  public typealias Value = Double
  public let parameters: [Parameter]
  public var support: Support { .unitInterval }

  public init(_ a: some RealArgument, _ b: some RealArgument) {
    parameters = [Parameter("a", a, .positive), Parameter("b", b, .positive)]
  }

  public func logDensity(of x: AnyRandom) -> LogDensityTerms {
    let (a, b) = (parameters[0].value, parameters[1].value)
    return LogDensityTerms(
      BetaKernel.self, [x.logarithm, (-x).log1p, a, b], plus: -.binary(LogBeta.self, a, b))
  }

  public static func draw(_ p: DrawParameters, using stream: inout RandomStream) -> Double {
    (try? stream.beta(p[0], p[1])) ?? .nan
  }
}

/// (a - 1) log x + (b - 1) log(1 - x); inputs log x, log(1 - x), a, b. A power of 0 at an end gives 0.
enum BetaKernel: DensityKernel {
  static var name: String { "beta" }
  static var inputCount: Int { 4 }

  @inlinable @inline(__always) static func partials<T: RealLane>(_ logX: T, _ logRest: T, _ a: T, _ b: T) -> Partials<T> {
    let (zero, one) = (T(lane: 0), T(lane: 1))
    let (p, q) = (a - one, b - one)
    let value =
      T.select(T.equal(p, zero), zero, p * logX) + T.select(T.equal(q, zero), zero, q * logRest)
    return Partials(value, p, q, logX, logRest)
  }
}

/// log B(a, b).
public enum LogBeta: BinaryFunction {
  public static var name: String { "logBeta" }
  public static var valueGrain: Grain { .element }
  public static var derivativeGrain: Grain { .element }

  @inlinable public static func value<T: RealLane>(_ a: T, _ b: T) -> T { T.apply2(NumericCore.logBeta, a, b) }

  @inlinable public static func partials<T: RealLane>(_ a: T, _ b: T, value y: T) -> (T, T) {
    let both = T.apply(NumericCore.digamma, a + b)
    return (T.apply(NumericCore.digamma, a) - both, T.apply(NumericCore.digamma, b) - both)
  }
}
