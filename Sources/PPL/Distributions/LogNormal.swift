import NumericCore

/// The distribution of exp(y) with y normal: density exp(-(log x - mean)^2 / (2 sd^2)) / (x sd sqrt(2 pi)), x > 0.
public struct LogNormal: TransformedVariate {
  public typealias Value = Double
  public let parameters: [Parameter]
  public var support: Support { .positive }

  /// - Parameters: the mean and the standard deviation of log x.
  public init(_ mean: some RealArgument, _ standardDeviation: some RealArgument) {
    parameters = [
      Parameter("mean", mean), Parameter("standardDeviation", standardDeviation, .positive),
    ]
  }

  public func logDensity(of x: AnyRandom) -> LogDensityTerms {
    let (mean, sd, y) = (parameters[0].value, parameters[1].value, x.logarithm)
    return LogDensityTerms(
      NormalKernel.self, [y, mean, sd.reciprocal], plus: -y, -sd.logarithm - 0.918938533204672742)
  }

  public static var variate: StandardVariate { .normal }
  @inlinable public static func value<T: RealLane>(of z: T, _ mean: T, _ sd: T, _: T) -> T {
    T.valid(T.less(T(lane: 0), sd), T.exp(mean + sd * z))
  }
}
