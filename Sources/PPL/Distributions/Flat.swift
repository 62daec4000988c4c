import NumericCore

/// Lebesgue measure on a set: log density 0, no finite mass. It cannot be drawn from: its latents must reach a score.
public struct Flat: UnivariateDistribution {
  public typealias Value = Double
  /// The bounds.
  public let parameters: [Parameter]
  public let support: Support
  public var isImproper: Bool { true }

  /// On all real numbers.
  public init() { (support, parameters) = (.real, []) }
  /// On (lower, infinity).
  public init(lower: some RealArgument) {
    (support, parameters) = (.greaterThan(lower.argument), [Parameter("lower", lower)])
  }
  /// On (-infinity, upper).
  public init(upper: some RealArgument) {
    (support, parameters) = (.lessThan(upper.argument), [Parameter("upper", upper)])
  }

  public func logDensity(of x: AnyRandom) -> LogDensityTerms { LogDensityTerms() }

  public static func draw(_ p: DrawParameters, using stream: inout RandomStream) -> Double { .nan }
}
