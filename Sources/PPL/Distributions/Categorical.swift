import NumericCore

/// A category, counted from 0, drawn with the probabilities of a simplex.
public struct Categorical: UnivariateDistribution {
  public typealias Value = Int
  public let parameters: [Parameter]
  public var support: Support { .integers(0, AnyRandom(Double(parameters[0].value.shape.count - 1))) }

  public init(_ probabilities: some RealArgument) {
    parameters = [Parameter("probabilities", probabilities, .simplex)]
  }

  public static var sharedParameters: Int { 1 }

  public func logDensity(of x: AnyRandom) -> LogDensityTerms {
    LogDensityTerms(.apply(Gather.self, [parameters[0].value.logarithm, x], shape: x.shape))
  }

  public static func draw(_ p: DrawParameters, using stream: inout RandomStream) -> Double {
    (try? stream.categorical(weights: p.array(0))).map(Double.init) ?? .nan
  }
}
