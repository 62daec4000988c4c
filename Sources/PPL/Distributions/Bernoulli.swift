import NumericCore

/// A truth value that is true with a probability.
public struct Bernoulli: UnivariateDistribution {
  public typealias Value = Bool
  public let parameters: [Parameter]
  public var support: Support { .integers(0, 1) }

  public init(_ probability: some RealArgument) {
    parameters = [Parameter("probability", probability, .probability)]
  }

  public func logDensity(of x: AnyRandom) -> LogDensityTerms {
    LogDensityTerms(BinomialKernel.self, [x, 1, parameters[0].value])
  }

  public static func draw(_ p: DrawParameters, using stream: inout RandomStream) -> Double {
    p[0] >= 0 && p[0] <= 1 ? (stream.uniform() < p[0] ? 1 : 0) : .nan
  }
}

/// A truth value whose log odds are given.
public struct BernoulliLogit: UnivariateDistribution {
  public typealias Value = Bool
  public let parameters: [Parameter]
  public var support: Support { .integers(0, 1) }

  public init(_ logit: some RealArgument) { parameters = [Parameter("logit", logit)] }

  public func logDensity(of x: AnyRandom) -> LogDensityTerms {
    LogDensityTerms(BinomialLogitKernel.self, [x, 1, parameters[0].value])
  }

  public static func draw(_ p: DrawParameters, using stream: inout RandomStream) -> Double {
    p[0].isNaN ? .nan : (stream.uniform() < Double.logistic(p[0]) ? 1 : 0)
  }
}
