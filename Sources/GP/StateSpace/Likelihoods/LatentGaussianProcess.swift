import Foundation
import NumericCore

/// A Gaussian process on the line whose values are seen through a law that is not normal: y_i ~ p(y | f(x_i)), f of
/// covariance k. The mean of f is 0: add a `ConstantKernel` for an unknown level.
///
///     let kernel = try RadialKernel(.matern32, lengthScale: 10).scaled(by: 1) + ConstantKernel(variance: 4)
///     let process = try LatentGaussianProcess(kernel, .poisson(exposure: 1))
///     let fit = try process.fitted(to: Matrix(points: day), counts)
///     let posterior = try fit.condition(on: Matrix(points: day), counts)
///     let rate = try posterior.response(at: new)
///
/// The kernel needs a state-space form (`StateSpaceKernel`); the cost is linear in the number of points.
public struct LatentGaussianProcess: Sendable {
  public let kernel: any Kernel
  public let likelihood: LatentLikelihood

  /// - Throws: `invalidSetting` unless the numbers of the likelihood are positive and finite; `kernel` where the
  ///   kernel has no state-space form.
  public init(_ kernel: any Kernel, _ likelihood: LatentLikelihood) throws(RegressionError) {
    try likelihood.validate()
    do { _ = try kernel.stateSpaceModel() } catch { throw .kernel(error) }
    (self.kernel, self.likelihood) = (kernel, likelihood)
  }

  /// The normal approximation of the posterior given values at points of the line, which need no order and may
  /// repeat.
  ///
  /// - Throws: `RegressionError`: for points and values that are not finite, do not fit, or that the likelihood cannot
  ///   have; `sitesNotConverged`. Cost: some tens of filters.
  public func condition(on x: Matrix, _ y: [Double]) throws(RegressionError) -> LatentPosterior {
    try condition(on: x, y, start: nil)
  }

  func condition(
    on x: Matrix, _ y: [Double], start: SiteApproximation.Sites?
  ) throws(RegressionError) -> LatentPosterior {
    try GaussianProcess.check(x, y)
    guard x.columns == 1 else { throw .unstructured(expected: "on the line") }
    try likelihood.validate(y)
    let model: StateSpaceModel
    do {
      try kernel.check(x)
      let precision = y.reduce(0) { max($0, likelihood.guess($1).precision) }
      let variance = max(try kernel.covariance([x[0, 0]], [x[0, 0]]), .leastNormalMagnitude)
      model = try kernel.stateSpaceModel(
        tolerance: StateSpaceSolver.tolerance(count: y.count, noiseShare: 1 / (precision * variance)))
    } catch {
      throw .kernel(error)
    }
    let order = TimeOrder(x)
    let approximation = try SiteApproximation(
      model, likelihood, times: order.times, values: order.order.map { y[$0] }, start: start)
    return LatentPosterior(process: self, approximation: approximation)
  }
}

/// The best normal approximation of the posterior of a latent process.
public struct LatentPosterior: Sendable {
  public let process: LatentGaussianProcess
  let approximation: SiteApproximation

  /// A lower bound of log p(y): variational.
  public var evidenceBound: Double { approximation.state.bound }

  /// The steps that it took.
  public var iterations: Int { approximation.iterations }

  /// The derivatives of `evidenceBound` in the coordinates of the kernel's hyper-parameters and, for Student t, last
  /// in the logarithm of the square of the scale. At a maximum over the approximation only what depends on them
  /// directly counts: the evidence of the sites, held fixed.
  public func evidenceBoundGradient() -> [Double] {
    let state = approximation.state
    let kernel = state.factor.gradient(outer: state.weights).kernel
    guard case .studentT = process.likelihood else { return kernel }
    let scale = approximation.values.indices.reduce(0) { sum, i in
      sum
        + process.likelihood.scaleSlope(
          of: approximation.values[i], mean: state.means[i], variance: state.variances[i])
    }
    return kernel + [scale]
  }

  /// Mean and variance of f at new points.
  ///
  /// - Throws: `kernel` for points that do not fit. Cost: linear in the numbers of points.
  public func predict(at new: Matrix) throws(RegressionError) -> GaussianPrediction {
    do { try process.kernel.check(new) } catch { throw .kernel(error) }
    guard new.columns == 1 else { throw .unstructured(expected: "on the line") }
    let (order, factor) = (TimeOrder(new), approximation.state.factor)
    let blocks = factor.model.offsets
    let mean = factor.crossCovariance(times: approximation.state.weights, of: blocks, at: order.times)
    let variance = factor.variances(of: [blocks], at: order.times)[0]
    return GaussianPrediction(
      mean: order.unsorted(mean).elements, variance: order.unsorted(variance).elements, noiseVariance: 0)
  }

  /// The expected observation at new points: a rate times the exposure, a probability, a level.
  public func response(at new: Matrix) throws(RegressionError) -> [Double] {
    let f = try predict(at: new)
    return zip(f.mean, f.variance).map { process.likelihood.response(mean: $0, variance: $1) }
  }

  /// Joint draws of f at new points: a column for each. By Matheron's rule: a path of the prior, corrected by the mean
  /// of what the sites' means miss of it, with their noise.
  ///
  /// - Throws: as `predict`; `invalidSetting` for a negative count. Cost of a draw: linear in the numbers of points.
  public func samples(at new: Matrix, count: Int, key: RandomKey) throws(RegressionError) -> Matrix {
    do { try process.kernel.check(new) } catch { throw .kernel(error) }
    guard new.columns == 1 else { throw .unstructured(expected: "on the line") }
    guard count >= 0 else { throw .invalidSetting(name: "count", value: Double(count), expected: ">= 0") }
    let (order, sites, factor) = (TimeOrder(new), approximation.sites, approximation.state.factor)
    var draws: [Double] = []
    for draw in 0..<count {
      var stream = RandomStream(key.child(UInt64(draw)))
      let path = factor.path(at: order.times, &stream)
      let missed = path.observed.indices.map { i in
        let deviation = (1 / sites.precision[i]).squareRoot()
        return sites.linear[i] / sites.precision[i] - path.observed[i] - deviation * stream.normal()
      }
      let correction = factor.crossCovariance(
        times: factor.solve(missed), of: factor.model.offsets, at: order.times)
      draws += zip(path.new, correction).map { $0 + $1 }
    }
    var result = Matrix(rows: new.rows, columns: count)
    if count > 0 { result = order.unsorted(draws) }
    return result
  }
}
