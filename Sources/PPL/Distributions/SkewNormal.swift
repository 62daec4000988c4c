import NumericCore

/// The skew normal distribution, density 2 phi(z) Phi(skewness z) / scale with z = (x - location) / scale (Azzalini 1985).
public struct SkewNormal: UnivariateDistribution {
  public typealias Value = Double
  public let parameters: [Parameter]
  public var support: Support { .real }

  /// - Parameter skewness: 0 gives the normal distribution; it is not the third moment.
  public init(_ location: some RealArgument, scale: some RealArgument, skewness: some RealArgument) {
    parameters = [
      Parameter("location", location), Parameter("scale", scale, .positive), Parameter("skewness", skewness),
    ]
  }

  public func logDensity(of x: AnyRandom) -> LogDensityTerms {
    let (location, scale, skewness) = (parameters[0].value, parameters[1].value, parameters[2].value)
    return LogDensityTerms(
      SkewNormalKernel.self, [x, location, scale.reciprocal, skewness],
      plus: -scale.logarithm - 0.225791352644727432)
  }

  public static func draw(_ p: DrawParameters, using stream: inout RandomStream) -> Double {
    guard p[1] > 0 else { return .nan }
    let (size, rest) = (abs(stream.normal()), stream.normal())
    return p[0] + p[1] * (p[2] * size + rest) / (1 + p[2] * p[2]).squareRoot()
  }
}

/// -z^2 / 2 + log Phi(skewness z); inputs x, location, 1 / scale, skewness.
enum SkewNormalKernel: DensityKernel {
  static var name: String { "skewNormal" }
  static var grain: Grain { .element }
  static var inputCount: Int { 4 }

  @inlinable @inline(__always) static func partials<T: RealLane>(_ x: T, _ location: T, _ inverseScale: T, _ skewness: T) -> Partials<T> {
    let residual = x - location
    let z = residual * inverseScale
    let ratio = T.apply(NormalLaw.reversedHazard, skewness * z)
    let dz = skewness * ratio - z
    let dx = dz * inverseScale
    let value = T(lane: -0.5) * (z * z) + T.apply(NormalLaw.logCDF, skewness * z)
    return Partials(value, dx, -dx, dz * residual, z * ratio)
  }
}
