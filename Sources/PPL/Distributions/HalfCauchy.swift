import NumericCore

/// The Cauchy distribution restricted to positive values, density 2 / (pi scale (1 + (x / scale)^2)).
public struct HalfCauchy: UnivariateDistribution {
  public typealias Value = Double
  public let parameters: [Parameter]
  public var support: Support { .positive }

  public init(scale: some RealArgument) { parameters = [Parameter("scale", scale, .positive)] }

  public func logDensity(of x: AnyRandom) -> LogDensityTerms {
    let scale = parameters[0].value
    return LogDensityTerms(
      CauchyKernel.self, [x, 0, scale.reciprocal], plus: -scale.logarithm - 0.451582705289454865)
  }

  public static func draw(_ p: DrawParameters, using stream: inout RandomStream) -> Double {
    p[0] > 0 ? p[0] * stream.cauchy().magnitude : .nan
  }
}
