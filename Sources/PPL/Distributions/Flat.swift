import NumericCore

/// Lebesgue measure on a set: log density 0, no finite mass. It cannot be drawn from: its latents must reach a score.
public struct Flat: UnivariateDistribution {
  public typealias Value = Double
  public var parameters: [Parameter] { [] }
  public let support: Support
  public var isImproper: Bool { true }

  /// On all real numbers.
  public init() { support = .real }
  /// On (lower, infinity).
  public init(lower: some RealArgument) { support = .greaterThan(lower.argument) }
  /// On (-infinity, upper).
  public init(upper: some RealArgument) { support = .lessThan(upper.argument) }

  public func logDensity(of x: AnyRandom) -> LogDensityTerms { LogDensityTerms() }

  public static func draw(_ p: DrawParameters, using stream: inout RandomStream) -> Double { .nan }
}
