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
    return LogDensityTerms(BinomialKernel.self, [x, n, p], plus: .binary(BinomialPeak.self, n, x))
  }

  public static func draw(_ p: DrawParameters, using stream: inout RandomStream) -> Double {
    guard let trials = Int(exactly: p[0]) else { return .nan }
    return (try? stream.binomial(trials: trials, probability: p[1])).map(Double.init) ?? .nan
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
    return LogDensityTerms(BinomialLogitKernel.self, [x, n, logit], plus: .binary(BinomialPeak.self, n, x))
  }

  public static func draw(_ p: DrawParameters, using stream: inout RandomStream) -> Double {
    guard let trials = Int(exactly: p[0]) else { return .nan }
    return (try? stream.binomial(trials: trials, probability: Double.logistic(p[1]))).map(Double.init) ?? .nan
  }
}

/// The log likelihood beside that of p = k / n: -k log(k / (n p)) - (n - k) log((n - k) / (n (1 - p))), where
/// 0 log 0 = 0; inputs k, n, p. With `BinomialPeak` it is the log density, without cancellation (Loader 2000).
enum BinomialKernel: DensityKernel {
  static var name: String { "binomial" }
  static var grain: Grain { .tile }
  static var inputCount: Int { 3 }

  @inlinable @inline(__always) static func partials<T: RealLane>(_ k: T, _ n: T, _ p: T, _: T) -> Partials<T> {
    let (zero, one) = (T(lane: 0), T(lane: 1))
    let (rest, q, expected) = (n - k, one - p, n * p)
    let excess = k - expected
    let value = T.xlog1py(k, excess / expected) + T.xlog1py(rest, -(excess / (n * q)))
    return Partials(-value, zero, zero, T.quotientOrZero(k, p) - T.quotientOrZero(rest, q))
  }
}

/// As `BinomialKernel`, by the log odds; inputs k, n, logit.
enum BinomialLogitKernel: DensityKernel {
  static var name: String { "binomialLogit" }
  static var grain: Grain { .tile }
  static var inputCount: Int { 3 }

  @inlinable @inline(__always) static func partials<T: RealLane>(_ k: T, _ n: T, _ logit: T, _: T) -> Partials<T> {
    let (zero, one) = (T(lane: 0), T(lane: 1))
    let isNegative = T.less(logit, zero)
    let e = T.exp(-T.magnitude(logit))
    let (p, q) = (T.select(isNegative, e, one) / (one + e), T.select(isNegative, one, e) / (one + e))
    let (rest, expected) = (n - k, n * p)
    let excess = k - expected
    let near = -(T.xlog1py(k, excess / expected) + T.xlog1py(rest, -(excess / (n * q))))
    // Where p or 1 - p is about to underflow: k log p + (n - k) log(1 - p) - k log(k / n) - (n - k) log((n - k) / n).
    let softplus = T.log1p(e)
    let far =
      T.select(isNegative, k * logit, -(rest * logit)) - n * softplus - T.xlogy(k, k / n) - T.xlogy(rest, rest / n)
    let value = T.select(T.less(T.magnitude(logit), T(lane: 30)), near, far)
    return Partials(value, zero, zero, k - expected)
  }
}

/// The log probability of k successes in n trials at p = k / n. Derivatives are not needed: both are whole numbers.
public enum BinomialPeak: BinaryFunction {
  public static var name: String { "binomialPeak" }
  public static var valueGrain: Grain { .element }
  public static var derivativeGrain: Grain { .element }
  @inlinable public static func value<T: RealLane>(_ n: T, _ k: T) -> T { T.apply2(peak, n, k) }
  @inlinable public static func partials<T: RealLane>(_ n: T, _ k: T, value y: T) -> (T, T) {
    (T(lane: 0), T(lane: 0))
  }

  @usableFromInline static func peak(_ n: Double, _ k: Double) -> Double {
    guard k > 0, k < n else { return k == 0 || k == n ? 0 : -.infinity }
    let rest = n - k
    return stirlingError(n) - stirlingError(k) - stirlingError(rest)
      - 0.5 * Double.log(2 * .pi * k * (rest / n))
  }
}
