import NumericCore

/// The number of successes in trials whose common probability is beta distributed: C(n, k) B(k + a, n - k + b) / B(a, b).
public struct BetaBinomial: UnivariateDistribution {
  public typealias Value = Int
  public let parameters: [Parameter]
  public var support: Support { .integers(0, parameters[0].value) }

  public init(trials: some RealArgument, _ a: some RealArgument, _ b: some RealArgument) {
    parameters = [Parameter("trials", trials, .natural), Parameter("a", a, .positive), Parameter("b", b, .positive)]
  }

  public func logDensity(of x: AnyRandom) -> LogDensityTerms {
    let (n, a, b) = (parameters[0].value, parameters[1].value, parameters[2].value)
    return LogDensityTerms(
      BetaBinomialKernel.self, [x, n, a, b], plus: .binary(LogBinomialCoefficient.self, n, x))
  }

  public static func draw(_ p: DrawParameters, using stream: inout RandomStream) -> Double {
    guard let trials = Int(exactly: p[0]), let probability = try? stream.beta(p[1], p[2]) else { return .nan }
    return (try? stream.binomial(trials: trials, probability: probability)).map(Double.init) ?? .nan
  }
}

/// log(B(k + a, n - k + b) / B(a, b)), -infinity where k is not from 0 to n; inputs k, n, a, b.
enum BetaBinomialKernel: DensityKernel {
  static var name: String { "betaBinomial" }
  static var grain: Grain { .element }
  static var inputCount: Int { 4 }

  @inlinable @inline(__always) static func partials<T: RealLane>(_ k: T, _ n: T, _ a: T, _ b: T) -> Partials<T> {
    let (zero, rest) = (T(lane: 0), n - k)
    let isInside = T.lessOrEqual(zero, T.select(T.less(rest, zero), rest, k))
    let value = T.apply2(logRisingFactorial, a, k) + T.apply2(logRisingFactorial, b, rest)
      - T.apply2(logRisingFactorial, a + b, n)
    func slope(_ x: T, _ m: T) -> T { T.apply(digamma, x + m) - T.apply(digamma, x) }
    let both = slope(a + b, n)
    return Partials(
      T.select(isInside, value, T(lane: -.infinity)), zero, zero,
      T.select(isInside, slope(a, k) - both, zero), T.select(isInside, slope(b, rest) - both, zero))
  }
}

/// log C(n, k). Derivatives are not needed: both are whole numbers.
public enum LogBinomialCoefficient: BinaryFunction {
  public static var name: String { "logBinomialCoefficient" }
  public static var valueGrain: Grain { .element }
  public static var derivativeGrain: Grain { .element }
  @inlinable public static func value<T: RealLane>(_ n: T, _ k: T) -> T { T.apply2(logBinomialCoefficient, n, k) }
  @inlinable public static func partials<T: RealLane>(_ n: T, _ k: T, value y: T) -> (T, T) {
    (T(lane: 0), T(lane: 0))
  }
}
