import NumericCore

/// Student's t distribution around 0 restricted to positive values.
public struct HalfStudentT: UnivariateDistribution {
  public typealias Value = Double
  public let parameters: [Parameter]
  public var support: Support { .positive }

  public init(degrees: some RealArgument, scale: some RealArgument) {
    parameters = [Parameter("degrees", degrees, .positive), Parameter("scale", scale, .positive)]
  }

  public func logDensity(of x: AnyRandom) -> LogDensityTerms {
    let (nu, scale) = (parameters[0].value, parameters[1].value)
    return LogDensityTerms(
      StudentTKernel.self, [x, 0, scale.reciprocal, nu],
      plus: StudentTKernel.logNormaliser(nu) - scale.logarithm + 0.693147180559945309)
  }

  public static func draw(_ p: DrawParameters, using stream: inout RandomStream) -> Double {
    p[1] > 0 ? p[1] * ((try? stream.studentT(degrees: p[0])) ?? .nan).magnitude : .nan
  }
}
