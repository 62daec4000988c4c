import NumericCore

/// The negative binomial distribution by its mean: a Poisson count whose rate is gamma distributed with that mean,
///
///     Gamma(k + dispersion) / (k! Gamma(dispersion)) (mean / (mean + dispersion))^k (dispersion / (mean + dispersion))^dispersion.
///
/// Its variance is mean + mean^2 / dispersion: the Poisson distribution is the limit of a large dispersion.
public struct NegativeBinomial: UnivariateDistribution {
  public typealias Value = Int
  public let parameters: [Parameter]
  public var support: Support { .integers(0, nil) }

  public init(mean: some RealArgument, dispersion: some RealArgument) {
    parameters = [Parameter("mean", mean, .nonnegative), Parameter("dispersion", dispersion, .positive)]
  }

  public func logDensity(of x: AnyRandom) -> LogDensityTerms {
    LogDensityTerms(NegativeBinomialKernel.self, [x, parameters[0].value, parameters[1].value])
  }

  public static func draw(_ p: DrawParameters, using stream: inout RandomStream) -> Double {
    stream.negativeBinomial(logMean: Double.log(p[0]), dispersion: p[1])
  }
}

/// The negative binomial distribution by the logarithm of its mean.
public struct NegativeBinomialLog: UnivariateDistribution {
  public typealias Value = Int
  public let parameters: [Parameter]
  public var support: Support { .integers(0, nil) }

  public init(logMean: some RealArgument, dispersion: some RealArgument) {
    parameters = [Parameter("logMean", logMean), Parameter("dispersion", dispersion, .positive)]
  }

  public func logDensity(of x: AnyRandom) -> LogDensityTerms {
    LogDensityTerms(NegativeBinomialLogKernel.self, [x, parameters[0].value, parameters[1].value])
  }

  public static func draw(_ p: DrawParameters, using stream: inout RandomStream) -> Double {
    stream.negativeBinomial(logMean: p[0], dispersion: p[1])
  }
}

extension RandomStream {
  /// NaN for parameters out of their domain, and for rates whose counts are no `Int`.
  fileprivate mutating func negativeBinomial(logMean: Double, dispersion: Double) -> Double {
    // The gamma variate of a tiny dispersion underflows: its logarithm does not.
    guard let variate = try? logGammaVariate(shape: dispersion) else { return .nan }
    let rate = Double.exp(logMean - Double.log(dispersion) + variate)
    return (try? poisson(rate: rate)).map(Double.init) ?? .nan
  }
}

/// The log probability; inputs k, mean, dispersion. As for the Poisson distribution, logarithms of ratios near 1 are
/// written such that they do not cancel (Loader 2000).
enum NegativeBinomialKernel: DensityKernel {
  static var name: String { "negativeBinomial" }
  static var grain: Grain { .element }
  static var inputCount: Int { 3 }

  @inlinable @inline(__always) static func partials<T: RealLane>(_ k: T, _ mean: T, _ dispersion: T, _: T) -> Partials<T> {
    let both = mean + dispersion
    return Partials(
      peak(k, dispersion) + deviance(k, mean, dispersion), T(lane: 0),
      T.quotientOrZero(k, mean) - (k + dispersion) / both,
      slope(k, dispersion) - T.log1p(mean / dispersion) + (mean - k) / both)
  }

  /// The log probability less that of a mean of k.
  @inlinable @inline(__always) static func deviance<T: RealLane>(_ k: T, _ mean: T, _ dispersion: T) -> T {
    let (total, both) = (k + dispersion, mean + dispersion)
    // log(both / total), and log(mean total / (k both)).
    let near = T.log1p((mean - k) / total)
    let first = T.select(T.less(both + both, total), T.log(both / total), near)
    let last = T.select(
      T.less(k + k, mean), T.xlogy(k, mean / k * (total / both)),
      -T.xlog1py(k, dispersion / total * ((k - mean) / mean)))
    return last - dispersion * first
  }

  /// log(dispersion / (k + dispersion)) and the log probability of `dispersion` successes in k + dispersion trials at
  /// its largest.
  @inlinable @inline(__always) static func peak<T: RealLane>(_ k: T, _ dispersion: T) -> T {
    T.log(dispersion / (k + dispersion)) + T.apply2(BinomialPeak.peak, k + dispersion, dispersion)
  }

  /// The derivative of log Gamma(k + dispersion) - log Gamma(dispersion).
  @inlinable @inline(__always) static func slope<T: RealLane>(_ k: T, _ dispersion: T) -> T {
    T.apply(digamma, k + dispersion) - T.apply(digamma, dispersion)
  }
}

/// As `NegativeBinomialKernel`, by the logarithm of the mean; inputs k, log mean, dispersion.
enum NegativeBinomialLogKernel: DensityKernel {
  static var name: String { "negativeBinomialLog" }
  static var grain: Grain { .element }
  static var inputCount: Int { 3 }

  @inlinable @inline(__always) static func partials<T: RealLane>(_ k: T, _ logMean: T, _ dispersion: T, _: T) -> Partials<T> {
    let logOdds = logMean - T.log(dispersion)
    let (softplus, share) = (T.softplus(logOdds), T.logistic(logOdds))
    // Where the mean is about to leave the range of numbers: by logarithms alone.
    let first = softplus - T.log1p(k / dispersion)
    let far = -dispersion * first - k * (first - logMean) - T.xlogy(k, k)
    let near = NegativeBinomialKernel.deviance(k, T.exp(logMean), dispersion)
    let isFar = T.less(T(lane: 300), T.magnitude(logMean))
    return Partials(
      NegativeBinomialKernel.peak(k, dispersion) + T.select(isFar, far, near), T(lane: 0),
      k - (k + dispersion) * share,
      NegativeBinomialKernel.slope(k, dispersion) - softplus + share - k / dispersion * T.logistic(-logOdds))
  }
}
