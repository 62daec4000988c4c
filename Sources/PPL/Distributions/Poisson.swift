import NumericCore

/// The Poisson distribution: rate^k exp(-rate) / k!.
public struct Poisson: UnivariateDistribution {
  public typealias Value = Int
  public let parameters: [Parameter]
  public var support: Support { .integers(0, nil) }

  public init(rate: some RealArgument) { parameters = [Parameter("rate", rate, .nonnegative)] }

  public func logDensity(of x: AnyRandom) -> LogDensityTerms {
    LogDensityTerms(PoissonKernel.self, [x, parameters[0].value], plus: .unary(PoissonPeak.self, x))
  }

  public static func draw(_ p: DrawParameters, using stream: inout RandomStream) -> Double {
    (try? stream.poisson(rate: p[0])).map(Double.init) ?? .nan
  }
}

/// The Poisson distribution by the logarithm of its rate.
public struct PoissonLog: UnivariateDistribution {
  public typealias Value = Int
  public let parameters: [Parameter]
  public var support: Support { .integers(0, nil) }

  public init(logRate: some RealArgument) { parameters = [Parameter("logRate", logRate)] }

  public func logDensity(of x: AnyRandom) -> LogDensityTerms {
    // The largest log likelihood, of the rate k, depends on the data alone.
    let peak = AnyRandom.binary(Elementary.XLogY.self, x, x) - x
    return LogDensityTerms(PoissonLogKernel.self, [x, parameters[0].value, peak], plus: .unary(PoissonPeak.self, x))
  }

  public static func draw(_ p: DrawParameters, using stream: inout RandomStream) -> Double {
    (try? stream.poisson(rate: Double.exp(p[0]))).map(Double.init) ?? .nan
  }
}

/// The log likelihood beside that of the rate k: -k log(k / rate) + k - rate, where 0 log 0 = 0; inputs k, rate. With
/// `PoissonPeak` it is the log density, without cancellation (Loader 2000).
enum PoissonKernel: DensityKernel {
  static var name: String { "poisson" }
  static var grain: Grain { .tile }
  static var inputCount: Int { 2 }

  @inlinable @inline(__always) static func partials<T: RealLane>(_ k: T, _ rate: T, _: T, _: T) -> Partials<T> {
    let excess = k - rate
    let near = excess - T.xlog1py(k, excess / rate)
    // Where the rate is so large that k / rate - 1 has lost k.
    let far = excess - T.xlogy(k, k / rate)
    let value = T.select(T.less(k + k, rate), far, near)
    return Partials(value, T(lane: 0), T.quotientOrZero(k, rate) - T(lane: 1))
  }
}

/// As `PoissonKernel`, by the logarithm of the rate; inputs k, log rate, k log k - k.
enum PoissonLogKernel: DensityKernel {
  static var name: String { "poissonLog" }
  static var grain: Grain { .tile }
  static var inputCount: Int { 3 }
  static var ofLinearMean: (any DensityKernel.Type)? { LinearPoissonLogKernel.self }

  @inlinable @inline(__always) static func partials<T: RealLane>(_ k: T, _ logRate: T, _ peak: T, _: T) -> Partials<T> {
    let rate = T.exp(logRate)
    let excess = k - rate
    let near = excess - T.xlog1py(k, excess / rate)
    // Where the rate is about to underflow, or so large that k / rate - 1 has lost k.
    let far = k * logRate - rate - peak
    let value = T.select(T.less(k + k, rate), far, T.select(T.less(logRate, T(lane: -30)), far, near))
    return Partials(value, T(lane: 0), excess)
  }
}

enum LinearPoissonLogKernel: LinearMeanKernel {
  typealias Kernel = PoissonLogKernel
}

/// The log probability of k at the rate k; 0 at 0.
public enum PoissonPeak: UnaryFunction {
  public static var name: String { "poissonPeak" }
  public static var valueGrain: Grain { .element }
  public static var derivativeGrain: Grain { .element }
  @inlinable public static func value<T: RealLane>(_ k: T) -> T { T.apply(peak, k) }
  @inlinable public static func derivative<T: RealLane>(_ k: T, value y: T) -> T { T(lane: 0) }

  @usableFromInline static func peak(_ k: Double) -> Double {
    k > 0 ? -stirlingError(k) - 0.5 * Double.log(2 * .pi * k) : 0
  }
}
