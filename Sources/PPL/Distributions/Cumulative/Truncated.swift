import NumericCore

/// A distribution given that its value lies in an interval: its density there, divided by the interval's probability,
/// which may depend on random parameters and bounds.
///
///     let tau = Latent("tau", Truncated(Normal(0, 1), from: 0))
///
/// Both are accurate where the interval lies far out in a tail.
public struct Truncated<Base: CumulativeDistribution>: UnivariateDistribution {
  public typealias Value = Double
  private let base: Base
  private let lower, upper: AnyRandom?

  /// - Parameter lower: the least value.
  public init(_ base: Base, from lower: some RealArgument) { self.init(base, lower.argument, nil) }
  /// - Parameter upper: the greatest value.
  public init(_ base: Base, to upper: some RealArgument) { self.init(base, nil, upper.argument) }
  public init(_ base: Base, from lower: some RealArgument, to upper: some RealArgument) {
    self.init(base, lower.argument, upper.argument)
  }

  private init(_ base: Base, _ lower: AnyRandom?, _ upper: AnyRandom?) {
    (self.base, self.lower, self.upper) = (base, lower, upper)
  }

  public var parameters: [Parameter] {
    base.parameters + [
      Parameter("lower", lower ?? AnyRandom(-.infinity), lower == nil ? .unchecked : .real),
      Parameter("upper", upper ?? AnyRandom(.infinity), upper == nil ? .unchecked : .real),
    ]
  }

  public var support: Support {
    var (low, high) = (lower, upper)
    func larger(_ bound: AnyRandom) { low = low.map { Self.bound($0, bound, Elementary.Maximum.self) } ?? bound }
    func smaller(_ bound: AnyRandom) { high = high.map { Self.bound($0, bound, Elementary.Minimum.self) } ?? bound }
    switch base.support {
    case .greaterThan(let bound): larger(bound)
    case .lessThan(let bound): smaller(bound)
    case .interval(let lower, let upper):
      larger(lower)
      smaller(upper)
    case .real, .simplex, .ordered, .correlationCholesky, .integers: break
    }
    return switch (low, high) {
    case (let low?, let high?): .interval(low, high)
    case (let low?, nil): .greaterThan(low)
    case (nil, let high?): .lessThan(high)
    case (nil, nil): .real
    }
  }

  /// The tighter one of two bounds; a number where both are.
  private static func bound(_ a: AnyRandom, _ b: AnyRandom, _ tighter: (some BinaryFunction).Type) -> AnyRandom {
    if let x = a.constantElements, let y = b.constantElements, x.count == 1, y.count == 1 {
      return AnyRandom(tighter.value(x[0], y[0]))
    }
    return .binary(tighter, a, b)
  }

  public func logDensity(of x: AnyRandom) -> LogDensityTerms {
    var result = base.logDensity(of: x)
    switch (lower, upper) {
    case (let lower?, let upper?):
      let probability = AnyRandom.binary(
        LogIntervalProbability<Base.Law>.self, base.standardised(lower), base.standardised(upper))
      result.terms.append(-probability)
    case (let lower?, nil): result.terms.append(-base.logSurvival(of: lower))
    case (nil, let upper?): result.terms.append(-base.logCDF(of: upper))
    case (nil, nil): break
    }
    return result
  }

  public static func draw(_ p: DrawParameters, using stream: inout RandomStream) -> Double {
    let (lower, upper) = (p[p.count - 2], p[p.count - 1])
    let (low, high) = (Base.standardised(lower, p), Base.standardised(upper, p))
    let u = stream.uniform()
    guard Base.Law.logProbability(from: low, to: high) > -.infinity else { return .nan }
    let z = Base.Law.quantile(u, from: low, to: high)
    return min(max(Base.value(atStandardised: z, p), lower), upper)
  }
}
