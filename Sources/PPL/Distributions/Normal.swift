import NumericCore

/// The normal distribution, density exp(-(x - mean)^2 / (2 sd^2)) / (sd sqrt(2 pi)).
public struct Normal: TransformedVariate {
  public typealias Value = Double
  public let parameters: [Parameter]
  public var support: Support { .real }

  public init(_ mean: some RealArgument, _ standardDeviation: some RealArgument) {
    parameters = [
      Parameter("mean", mean), Parameter("standardDeviation", standardDeviation, .positive),
    ]
  }

  public func logDensity(of x: AnyRandom) -> LogDensityTerms {
    let (mean, sd) = (parameters[0].value, parameters[1].value)
    return LogDensityTerms(NormalKernel.self, [x, mean, sd.reciprocal], plus: -sd.logarithm - 0.918938533204672742)
  }

  public static var variate: StandardVariate { .normal }
  @inlinable public static func value<T: RealLane>(of z: T, _ mean: T, _ sd: T, _: T) -> T {
    T.valid(T.less(T(lane: 0), sd), mean + sd * z)
  }
}

/// -z^2 / 2 with z = (x - mean) / sd; inputs x, mean, 1 / sd.
enum NormalKernel: DensityKernel {
  static var name: String { "normal" }
  static var inputCount: Int { 3 }
  static var ofLinearMean: (any DensityKernel.Type)? { LinearNormalKernel.self }

  static func specialised(to instruction: borrowing Instruction) -> any ArrayOperation.Type {
    let (mean, precisionRoot) = (instruction.inputs.1, instruction.inputs.2)
    if mean.isConstant(0) && precisionRoot.isConstant(1) { return StandardNormalKernel.self }
    return NormalKernel.self
  }

  @inlinable @inline(__always) static func partials<T: RealLane>(_ x: T, _ mean: T, _ precisionRoot: T, _: T) -> Partials<T> {
    let residual = x - mean
    let z = residual * precisionRoot
    let dMean = z * precisionRoot
    return Partials(T(lane: -0.5) * (z * z), -dMean, dMean, -(z * residual))
  }
}

enum LinearNormalKernel: LinearMeanKernel {
  typealias Kernel = NormalKernel
}

/// -x^2 / 2; input x.
enum StandardNormalKernel: DensityKernel {
  static var name: String { "standardNormal" }
  static var inputCount: Int { 1 }

  @inlinable @inline(__always) static func partials<T: RealLane>(_ x: T, _: T, _: T, _: T) -> Partials<T> {
    Partials(T(lane: -0.5) * (x * x), -x)
  }
}
