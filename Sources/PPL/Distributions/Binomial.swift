import NumericCore

/// The number of successes in independent trials.
public struct Binomial: UnivariateDistribution {
  public typealias Value = Int
  public let parameters: [Parameter]
  public var support: Support { .integers(0, parameters[0].value) }

  public init(trials: some RealArgument, _ probability: some RealArgument) {
    parameters = [Parameter("trials", trials, .natural), Parameter("probability", probability, .probability)]
  }

  public func logDensity(of x: AnyRandom) -> LogDensityTerms {
    let (n, p) = (parameters[0].value, parameters[1].value)
    return LogDensityTerms(BinomialKernel.self, [x, n, p], plus: .binary(LogBinomialCoefficient.self, n, x))
  }

  public static func draw(_ p: DrawParameters, using stream: inout RandomStream) -> Double {
    stream.binomial(trials: p[0], probability: p[1])
  }
}

/// The number of successes in independent trials, by the log odds of one.
public struct BinomialLogit: UnivariateDistribution {
  public typealias Value = Int
  public let parameters: [Parameter]
  public var support: Support { .integers(0, parameters[0].value) }

  public init(trials: some RealArgument, _ logit: some RealArgument) {
    parameters = [Parameter("trials", trials, .natural), Parameter("logit", logit)]
  }

  public func logDensity(of x: AnyRandom) -> LogDensityTerms {
    let (n, logit) = (parameters[0].value, parameters[1].value)
    return LogDensityTerms(BinomialLogitKernel.self, [x, n, logit], plus: .binary(LogBinomialCoefficient.self, n, x))
  }

  public static func draw(_ p: DrawParameters, using stream: inout RandomStream) -> Double {
    stream.binomial(trials: p[0], probability: Double.logistic(p[1]))
  }
}

/// k log p + (n - k) log(1 - p), where 0 log 0 = 0; inputs k, n, p.
enum BinomialKernel: DensityKernel {
  static var name: String { "binomial" }
  static var inputCount: Int { 3 }

  @inlinable static func partials<T: RealLane>(_ k: T, _ n: T, _ p: T, _: T) -> Partials<T> {
    let rest = n - k
    let dp = T.quotientOrZero(k, p) - T.quotientOrZero(rest, T(lane: 1) - p)
    let (zero, logRest) = (T(lane: 0), T.log1p(-p))
    return Partials(T.xlogy(k, p) + T.xlog1py(rest, -p), zero, logRest, dp)
  }
}

/// k logit - n log(1 + exp(logit)); inputs k, n, logit.
enum BinomialLogitKernel: DensityKernel {
  static var name: String { "binomialLogit" }
  static var inputCount: Int { 3 }

  @inlinable static func partials<T: RealLane>(_ k: T, _ n: T, _ logit: T, _: T) -> Partials<T> {
    // With s the sign of the logit: k logit - n softplus(logit) = -(its share against) |logit| - n log1p(exp(-|logit|)).
    let (zero, one) = (T(lane: 0), T(lane: 1))
    let e = T.exp(-T.magnitude(logit))
    let softplus = T.log1p(e)
    let isNegative = T.less(logit, zero)
    let value = T.select(isNegative, k * logit, (k - n) * logit) - n * softplus
    let p = T.select(isNegative, e, one) / (one + e)
    return Partials(value, zero, -(T.select(isNegative, zero, logit) + softplus), k - n * p)
  }
}

/// log of the binomial coefficient of n and k. Derivatives are not needed: both are whole numbers.
public enum LogBinomialCoefficient: BinaryFunction {
  public static var name: String { "logBinomialCoefficient" }
  @inlinable public static func value<T: RealLane>(_ n: T, _ k: T) -> T {
    T.apply2(NumericCore.logBinomialCoefficient, n, k)
  }
  @inlinable public static func partials<T: RealLane>(_ n: T, _ k: T, value y: T) -> (T, T) {
    (T(lane: 0), T(lane: 0))
  }
}
