import NumericCore

/// Student's t distribution, density proportional to (1 + z^2 / nu)^(-(nu + 1) / 2) with z = (x - location) / scale.
public struct StudentT: UnivariateDistribution {
  public typealias Value = Double
  public let parameters: [Parameter]
  public var support: Support { .real }

  public init(degrees: some RealArgument, _ location: some RealArgument, scale: some RealArgument) {
    parameters = [
      Parameter("degrees", degrees, .positive), Parameter("location", location), Parameter("scale", scale, .positive),
    ]
  }

  public func logDensity(of x: AnyRandom) -> LogDensityTerms {
    let (nu, location, scale) = (parameters[0].value, parameters[1].value, parameters[2].value)
    return LogDensityTerms(
      StudentTKernel.self, [x, location, scale.reciprocal, nu],
      plus: StudentTKernel.logNormaliser(nu) - scale.logarithm)
  }

  public static func draw(_ p: DrawParameters, using stream: inout RandomStream) -> Double {
    p[2] > 0 ? p[1] + p[2] * ((try? stream.studentT(degrees: p[0])) ?? .nan) : .nan
  }
}

/// -(nu + 1) / 2 log(1 + z^2 / nu) with z = (x - location) / scale; inputs x, location, 1 / scale, nu.
enum StudentTKernel: DensityKernel {
  static var name: String { "studentT" }
  static var grain: Grain { .tile }
  static var inputCount: Int { 4 }

  /// log Gamma((nu + 1) / 2) - log Gamma(nu / 2) - log(nu pi) / 2.
  static func logNormaliser(_ nu: AnyRandom) -> AnyRandom {
    .unary(HalfGammaRatio.self, nu) - 0.5 * nu.logarithm - 0.572364942924700087
  }

  @inlinable @inline(__always) static func partials<T: RealLane>(_ x: T, _ location: T, _ inverseScale: T, _ nu: T) -> Partials<T> {
    let (one, half) = (T(lane: 1), T(lane: 0.5))
    let residual = x - location
    let z = residual * inverseScale
    let u = z * z / nu
    let logarithm = T.log1p(u)
    let power = half * (nu + one)
    // u / (1 + u), which is 1 where u overflows.
    let share = one / (one + one / u)
    let dz = T.select(T.equal(z, T(lane: 0)), T(lane: 0), T(lane: -2) * power * share / z)
    let dx = dz * inverseScale
    return Partials(-(power * logarithm), dx, -dx, dz * residual, power * share / nu - half * logarithm)
  }
}

/// log Gamma((x + 1) / 2) - log Gamma(x / 2), without the cancellation of two large numbers.
public enum HalfGammaRatio: UnaryFunction {
  public static var name: String { "halfGammaRatio" }
  public static var valueGrain: Grain { .element }
  public static var derivativeGrain: Grain { .element }

  @inlinable public static func value<T: RealLane>(_ x: T) -> T { T.apply(ratio, x) }
  @inlinable public static func derivative<T: RealLane>(_ x: T, value y: T) -> T { T.apply(ratioDerivative, x) }

  @usableFromInline static func ratio(_ x: Double) -> Double {
    guard x > 1e3 else { return NumericCore.logGamma(0.5 * (x + 1)) - NumericCore.logGamma(0.5 * x) }
    // The asymptotic series of log(Gamma(n + 1/2) / Gamma(n)) in 1 / n, n = x / 2.
    let r = 2 / x
    return 0.5 * Double.log(0.5 * x) - r * (1.0 / 8 - r * r * (1.0 / 192 - r * r * (1.0 / 640)))
  }

  @usableFromInline static func ratioDerivative(_ x: Double) -> Double {
    guard x > 1e3 else { return 0.5 * (NumericCore.digamma(0.5 * (x + 1)) - NumericCore.digamma(0.5 * x)) }
    let r = 2 / x
    return 0.5 / x + 0.5 * r * r * (1.0 / 8 - r * r * (3.0 / 192 - r * r * (5.0 / 640)))
  }
}
