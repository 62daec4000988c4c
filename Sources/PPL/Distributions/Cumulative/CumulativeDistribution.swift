import NumericCore

/// A distribution of one number whose distribution function F is known: for data that are censored, and for
/// distributions that are truncated.
///
///     Observe(seen, from: lifetime)
///     Factor(lifetime.logSurvival(at: stillAlive).sum)       // more than `stillAlive` is all that is known
///
/// It is a standard law of an increasing function of x.
public protocol CumulativeDistribution: UnivariateDistribution where Value == Double {
  associatedtype Law: StandardLaw
  /// The increasing function of x that follows the law; with numbers for what the parameters are, the same in
  /// `standardised(_:_:)`.
  func standardised(_ x: AnyRandom) -> AnyRandom
  static func standardised(_ x: Double, _ parameters: DrawParameters) -> Double
  /// The inverse of `standardised(_:_:)`.
  static func value(atStandardised z: Double, _ parameters: DrawParameters) -> Double
}

extension CumulativeDistribution {
  /// log F(x), the log probability of a value of at most x.
  public func logCDF(at x: Random<Double>) -> Random<Double> { .init(logCDF(of: x.expression)) }
  /// log F(x), element by element.
  public func logCDF(at x: Random<[Double]>) -> Random<[Double]> { .init(logCDF(of: x.expression)) }
  /// log F(x), for each datum.
  public func logCDF(at x: [Double]) -> Random<[Double]> { .init(logCDF(of: AnyRandom(x))) }

  /// log(1 - F(x)), the log probability of a value above x, accurate where it is small.
  public func logSurvival(at x: Random<Double>) -> Random<Double> { .init(logSurvival(of: x.expression)) }
  /// log(1 - F(x)), element by element.
  public func logSurvival(at x: Random<[Double]>) -> Random<[Double]> { .init(logSurvival(of: x.expression)) }
  /// log(1 - F(x)), for each datum.
  public func logSurvival(at x: [Double]) -> Random<[Double]> { .init(logSurvival(of: AnyRandom(x))) }

  func logCDF(of x: AnyRandom) -> AnyRandom { .unary(LogCDF<Law>.self, standardised(x)) }
  func logSurvival(of x: AnyRandom) -> AnyRandom { .unary(LogSurvival<Law>.self, standardised(x)) }
}

/// A distribution of location + scale z, the first two parameters.
protocol LocationScaleDistribution: CumulativeDistribution {}

extension LocationScaleDistribution {
  public func standardised(_ x: AnyRandom) -> AnyRandom { (x - parameters[0].value) / parameters[1].value }
  public static func standardised(_ x: Double, _ p: DrawParameters) -> Double { (x - p[0]) / p[1] }
  public static func value(atStandardised z: Double, _ p: DrawParameters) -> Double { p[0] + p[1] * z }
}

extension Normal: LocationScaleDistribution { public typealias Law = NormalLaw }
extension Logistic: LocationScaleDistribution { public typealias Law = LogisticLaw }
extension Laplace: LocationScaleDistribution { public typealias Law = LaplaceLaw }
extension Cauchy: LocationScaleDistribution { public typealias Law = CauchyLaw }
extension Gumbel: LocationScaleDistribution { public typealias Law = GumbelLaw }

extension Uniform: CumulativeDistribution {
  public typealias Law = UniformLaw
  public func standardised(_ x: AnyRandom) -> AnyRandom {
    (x - parameters[0].value) / (parameters[1].value - parameters[0].value)
  }
  public static func standardised(_ x: Double, _ p: DrawParameters) -> Double { (x - p[0]) / (p[1] - p[0]) }
  public static func value(atStandardised z: Double, _ p: DrawParameters) -> Double { p[0] + (p[1] - p[0]) * z }
}

extension Exponential: CumulativeDistribution {
  public typealias Law = ExponentialLaw
  public func standardised(_ x: AnyRandom) -> AnyRandom { parameters[0].value * x }
  public static func standardised(_ x: Double, _ p: DrawParameters) -> Double { p[0] * x }
  public static func value(atStandardised z: Double, _ p: DrawParameters) -> Double { z / p[0] }
}

extension LogNormal: CumulativeDistribution {
  public typealias Law = NormalLaw
  public func standardised(_ x: AnyRandom) -> AnyRandom {
    (x.positivePart.logarithm - parameters[0].value) / parameters[1].value
  }
  public static func standardised(_ x: Double, _ p: DrawParameters) -> Double {
    (Double.log(max(x, 0)) - p[0]) / p[1]
  }
  public static func value(atStandardised z: Double, _ p: DrawParameters) -> Double { Double.exp(p[0] + p[1] * z) }
}

extension Weibull: CumulativeDistribution {
  public typealias Law = ExponentialLaw
  public func standardised(_ x: AnyRandom) -> AnyRandom {
    (parameters[0].value * (x.positivePart.logarithm - parameters[1].value.logarithm)).exponential
  }
  public static func standardised(_ x: Double, _ p: DrawParameters) -> Double { Double.power(max(x, 0) / p[1], p[0]) }
  public static func value(atStandardised z: Double, _ p: DrawParameters) -> Double {
    p[1] * Double.power(z, 1 / p[0])
  }
}

extension Pareto: CumulativeDistribution {
  public typealias Law = ExponentialLaw
  public func standardised(_ x: AnyRandom) -> AnyRandom {
    parameters[1].value * (x.positivePart.logarithm - parameters[0].value.logarithm)
  }
  public static func standardised(_ x: Double, _ p: DrawParameters) -> Double {
    p[1] * Double.log(max(x, 0) / p[0])
  }
  public static func value(atStandardised z: Double, _ p: DrawParameters) -> Double {
    p[0] * Double.exp(z / p[1])
  }
}

extension AnyRandom {
  /// max(x, 0).
  fileprivate var positivePart: AnyRandom { .binary(Elementary.Maximum.self, self, 0) }
}
