import Foundation
import NumericCore

/// A Gaussian process on the line whose values are seen through a law that is not normal: y_i ~ p(y | f(x_i)), f of
/// covariance k about a mean function.
///
///     let kernel = try RadialKernel(.matern32, lengthScale: 10).scaled(by: 1)
///     let process = try LatentGaussianProcess(kernel, .poisson(exposure: 1), mean: .constant)
///     let fit = try process.fitted(to: Matrix(points: day), counts)
///     let posterior = try fit.condition(on: Matrix(points: day), counts)
///     let rate = try posterior.response(at: new)
///
/// The kernel needs a state-space form (`StateSpaceKernel`); the cost is linear in the number of points.
public struct LatentGaussianProcess: Sendable {
  public let kernel: any Kernel
  public let likelihood: LatentLikelihood
  /// Its coefficients are integrated out over a flat prior. Observations have to tell them: no level is finite of
  /// counts that are all 0, nor of outcomes that are all alike.
  public let mean: MeanFunction

  /// - Throws: `invalidSetting` unless the numbers of the likelihood are positive and finite; `kernel` where the
  ///   kernel has no state-space form.
  public init(
    _ kernel: any Kernel, _ likelihood: LatentLikelihood, mean: MeanFunction = .zero
  ) throws(RegressionError) {
    try likelihood.validate()
    do { _ = try kernel.stateSpaceModel() } catch { throw .kernel(error) }
    (self.kernel, self.likelihood, self.mean) = (kernel, likelihood, mean)
  }

  /// The normal approximation of the posterior given values at points of the line, which need no order and may
  /// repeat.
  ///
  /// - Throws: `RegressionError`: for points and values that are not finite, do not fit, or that the likelihood cannot
  ///   have; `undeterminedMean` for a mean with as many coefficients as there are points, or more; `sitesNotConverged`.
  ///   Cost: some tens of filters.
  public func condition(on x: Matrix, _ y: [Double]) throws(RegressionError) -> LatentPosterior {
    try condition(on: x, y, start: nil)
  }

  func condition(
    on x: Matrix, _ y: [Double], start: SiteApproximation.Sites?
  ) throws(RegressionError) -> LatentPosterior {
    try GaussianProcess.check(x, y)
    guard x.columns == 1 else { throw .unstructured(expected: "on the line") }
    try likelihood.validate(y)
    let (model, tolerance): (StateSpaceModel, Double)
    do {
      try kernel.check(x)
      let precision = y.reduce(0) { max($0, likelihood.guess($1).precision) }
      let variance = max(try kernel.covariance([x[0, 0]], [x[0, 0]]), .leastNormalMagnitude)
      tolerance = StateSpaceSolver.tolerance(count: y.count, noiseShare: 1 / (precision * variance))
      model = try kernel.stateSpaceModel(tolerance: tolerance)
    } catch {
      throw .kernel(error)
    }
    let order = TimeOrder(x)
    let basis = MeanBasis(mean, of: x)
    let prior = SiteApproximation.Prior(
      model: model, tolerance: tolerance, times: order.times, basis: basis.values(at: Matrix(points: order.times)))
    let approximation = try SiteApproximation(
      prior, likelihood, values: order.order.map { y[$0] }, start: start)
    return LatentPosterior(process: self, basis: basis, approximation: approximation)
  }
}
