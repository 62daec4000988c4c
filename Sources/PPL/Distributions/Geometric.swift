import NumericCore

/// The number of failures before the first success: probability (1 - probability)^k, k = 0, 1, ...
public struct Geometric: UnivariateDistribution {
  public typealias Value = Int
  public let parameters: [Parameter]
  public var support: Support { .integers(0, nil) }

  /// - Parameter probability: of a success.
  public init(_ probability: some RealArgument) {
    parameters = [Parameter("probability", probability, .probability)]
  }

  public func logDensity(of x: AnyRandom) -> LogDensityTerms {
    let p = parameters[0].value
    return LogDensityTerms(p.logarithm, .binary(PowerLog.self, x, (-p).log1p))
  }

  public static func draw(_ p: DrawParameters, using stream: inout RandomStream) -> Double {
    (try? stream.geometric(probability: p[0])).map(Double.init) ?? .nan
  }
}
