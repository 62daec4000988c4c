import NumericCore

/// The normal distribution around 0 restricted to positive values, density
/// 2 exp(-x^2 / (2 scale^2)) / (scale sqrt(2 pi)).
public struct HalfNormal: UnivariateDistribution {
  public typealias Value = Double
  public let parameters: [Parameter]
  public var support: Support { .positive }

  public init(scale: some RealArgument) { parameters = [Parameter("scale", scale, .positive)] }

  public func logDensity(of x: AnyRandom) -> LogDensityTerms {
    let scale = parameters[0].value
    return LogDensityTerms(
      NormalKernel.self, [x, 0, scale.reciprocal], plus: -scale.logarithm - 0.225791352644727432)
  }

  public static func draw(_ p: DrawParameters, using stream: inout RandomStream) -> Double {
    p[0] > 0 ? p[0] * stream.normal().magnitude : .nan
  }
}
