import NumericCore

/// The normal distribution around 0 restricted to positive values, density
/// 2 exp(-x^2 / (2 scale^2)) / (scale sqrt(2 pi)).
public struct HalfNormal: TransformedVariate {
  public typealias Value = Double
  public let parameters: [Parameter]
  public var support: Support { .positive }

  public init(scale: some RealArgument) { parameters = [Parameter("scale", scale, .positive)] }

  public func logDensity(of x: AnyRandom) -> LogDensityTerms {
    let scale = parameters[0].value
    return LogDensityTerms(
      NormalKernel.self, [x, 0, scale.reciprocal], plus: -scale.logarithm - 0.225791352644727432)
  }

  public static var variate: StandardVariate { .normal }
  @inlinable public static func value<T: RealLane>(of z: T, _ scale: T, _: T, _: T) -> T {
    T.valid(T.less(T(lane: 0), scale), scale * T.magnitude(z))
  }
}
