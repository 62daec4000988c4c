import NumericCore

/// The distribution of 1 / y with y gamma: density scale^shape x^(-shape - 1) exp(-scale / x) / Gamma(shape), x > 0.
public struct InverseGamma: UnivariateDistribution {
  public typealias Value = Double
  public let parameters: [Parameter]
  public var support: Support { .positive }

  public init(shape: some RealArgument, scale: some RealArgument) {
    parameters = [Parameter("shape", shape, .positive), Parameter("scale", scale, .positive)]
  }

  public func logDensity(of x: AnyRandom) -> LogDensityTerms {
    let (shape, scale) = (parameters[0].value, parameters[1].value)
    return LogDensityTerms(
      InverseGammaKernel.self, [x.logarithm, x.reciprocal, shape, scale],
      plus: shape * scale.logarithm - shape.logGamma)
  }

  public static func draw(_ p: DrawParameters, using stream: inout RandomStream) -> Double {
    p[1] > 0 ? p[1] * Double.exp(-((try? stream.logGammaVariate(shape: p[0])) ?? .nan)) : .nan
  }
}

/// -(shape + 1) log x - scale / x; inputs log x, 1 / x, shape, scale. -infinity at x = 0.
enum InverseGammaKernel: DensityKernel {
  static var name: String { "inverseGamma" }
  static var inputCount: Int { 4 }

  @inlinable @inline(__always) static func partials<T: RealLane>(_ logX: T, _ inverse: T, _ shape: T, _ scale: T) -> Partials<T> {
    let power = shape + T(lane: 1)
    let value = T.select(
      T.equal(inverse, T(lane: .infinity)), T(lane: -.infinity), -(power * logX) - scale * inverse)
    return Partials(value, -power, -scale, -logX, -inverse)
  }
}
