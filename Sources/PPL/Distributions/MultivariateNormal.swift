import NumericCore

/// The multivariate normal distribution, by its covariance or by the lower Cholesky factor of it.
public struct MultivariateNormal: Distribution {
  public typealias Value = [Double]
  public let parameters: [Parameter]
  public var support: Support { .real }

  /// - Parameters:
  ///   - mean: a vector, or a number for all elements.
  ///   - cholesky: the lower Cholesky factor of the covariance; what is above its diagonal is not read.
  public init(_ mean: some RealArgument, cholesky: some RealArgument) {
    parameters = [Parameter("mean", mean), Parameter("cholesky", cholesky, .unchecked)]
  }

  /// - Parameter covariance: symmetric and positive definite; its lower triangle is read.
  public init(_ mean: some RealArgument, covariance: some RealArgument) {
    let factor = PPL.cholesky(Random<Matrix>(covariance.argument))
    parameters = [Parameter("mean", mean), Parameter("cholesky", factor, .unchecked)]
  }

  public func shape(ofPlate plate: Int?, site: String, at location: SourceLocation) throws(ModelError) -> Shape {
    let (mean, factor) = (parameters[0].value.shape, parameters[1].value.shape)
    guard case .matrix(let n, let columns) = factor, n == columns, mean.isScalar || mean == .vector(n) else {
      throw .shapeMismatch(
        operation: "MultivariateNormal at `\(site)` with mean and covariance", shapes: [mean, factor],
        location: location)
    }
    return .vector(n)
  }

  public func logDensity(of x: AnyRandom) -> LogDensityTerms {
    LogDensityTerms(
      .apply(MultivariateNormalDensity.self, [x, parameters[0].value, parameters[1].value], shape: .scalar))
  }

  public static func draw(
    _ p: DrawParameters, into value: UnsafeMutableBufferPointer<Double>, using stream: inout RandomStream
  ) {
    guard let x = value.baseAddress, let factor = p.array(1).baseAddress else { return }
    let n = value.count
    for i in 0..<n { x[i] = stream.normal() }
    BLAS.multiplyLower(transpose: false, count: n, factor, leadingDimension: n, x)
    for i in 0..<n { x[i] += p.array(0)[p.array(0).count == 1 ? 0 : i] }
  }
}
