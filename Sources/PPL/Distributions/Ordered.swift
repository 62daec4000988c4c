import NumericCore

/// Independent draws of one distribution in increasing order: `n!` times their joint density, on increasing vectors.
public struct Ordered<Base: UnivariateDistribution>: Distribution where Base.Value == Double {
  public typealias Value = [Double]
  private let base: Base
  private let count: Int

  /// - Parameter base: a distribution on all real numbers.
  public init(_ base: Base, count: Int) { (self.base, self.count) = (base, count) }

  public var parameters: [Parameter] { base.parameters }
  public var support: Support { .ordered }
  public var isImproper: Bool { base.isImproper }

  public func shape(ofPlate plate: Int?, site: String, at location: SourceLocation) throws(ModelError) -> Shape {
    guard case .real = base.support else {
      throw .unsupportedSite(
        site: site, reason: "Ordered expects a distribution on all real numbers", location: location)
    }
    for parameter in parameters where !parameter.value.shape.isScalar {
      throw .shapeMismatch(
        operation: "Ordered at `\(site)` with \(parameter.name)", shapes: [parameter.value.shape, .scalar],
        location: location)
    }
    return .vector(count)
  }

  public func logDensity(of x: AnyRandom) -> LogDensityTerms {
    var total = AnyRandom(logGamma(Double(count) + 1))
    for part in base.terms(of: x) { total = total + part }
    return LogDensityTerms(total)
  }

  public static func draw(
    _ p: DrawParameters, into value: UnsafeMutableBufferPointer<Double>, using stream: inout RandomStream
  ) {
    for i in value.indices { value[i] = Base.draw(p, using: &stream) }
    var ordered = value
    ordered.sort()
  }
}
