import NumericCore

/// A category from 0 on, of which ordered cutpoints tell: category k where a logistic variate of the given location lies
/// between cutpoints k - 1 and k (the proportional odds model; McCullagh 1980),
///
///     P(k) = logistic(cutpoint_k - location) - logistic(cutpoint_(k - 1) - location).
///
///     let cutpoints = Latent("cutpoints", Ordered(Normal(0, 3), count: 4))
///     Observe(answers, from: OrderedLogistic(cutpoints, x * beta))        // five categories
public struct OrderedLogistic: UnivariateDistribution {
  public typealias Value = Int
  public let parameters: [Parameter]
  public var support: Support { .integers(0, AnyRandom(Double(parameters[0].value.shape.count))) }

  /// - Parameters:
  ///   - cutpoints: an increasing vector, one fewer than there are categories, which a plate shares.
  ///   - location: a number, or one for each element of a plate.
  public init(_ cutpoints: some RealArgument, _ location: some RealArgument) {
    parameters = [Parameter("cutpoints", cutpoints), Parameter("location", location)]
  }

  public static var sharedParameters: Int { 1 }

  public func logDensity(of x: AnyRandom) -> LogDensityTerms {
    let (cutpoints, location) = (parameters[0].value, parameters[1].value)
    let ends = AnyRandom.stack([AnyRandom(-.infinity), cutpoints, AnyRandom(.infinity)])
    func end(_ k: AnyRandom) -> AnyRandom { .apply(Gather.self, [ends, k], shape: x.shape) - location }
    return LogDensityTerms(.binary(LogIntervalProbability<LogisticLaw>.self, end(x), end(x + 1)))
  }

  public static func draw(_ p: DrawParameters, using stream: inout RandomStream) -> Double {
    let cutpoints = p.array(0)
    guard zip(cutpoints, cutpoints.dropFirst()).allSatisfy(<) else { return .nan }
    let u = stream.uniform()
    let z = p[1] + Double.log(u) - Double.log1p(-u)
    return z.isNaN ? z : cutpoints.reduce(0) { $1 < z ? $0 + 1 : $0 }
  }
}
