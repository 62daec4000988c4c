import Foundation
import NumericCore

/// The log posterior density of a process's hyper-parameters given data: log evidence plus log prior, in the
/// coordinates of the kernel's hyper-parameters and, where there is noise, the logarithm of its variance. To
/// be maximised, or sampled by NUTS as any `DifferentiableLogDensity`.
///
/// Minus infinity where the covariance cannot be factored. Cost of an evaluation: O(n^3), or O(n^2) for
/// Toeplitz structure; unlike most densities it allocates, a few matrices, which is little beside their
/// factorisation.
public struct HyperparameterDensity: DifferentiableLogDensity {
  public let process: GaussianProcess
  public let points: Matrix
  public let values: [Double]
  public let priors: HyperPriors
  private let structure: GaussianProcess.Structure
  private let basis: Matrix

  /// - Parameter priors: `HyperPriors.weak` where none are given.
  /// - Throws: `RegressionError`; `invalidSetting` for a prior without a finite mean and a positive standard
  ///   deviation, or another number of priors than of hyper-parameters.
  public init(
    _ process: GaussianProcess, points: Matrix, values: [Double], priors: HyperPriors? = nil,
    structure: GaussianProcess.Structure = .automatic
  ) throws(RegressionError) {
    try GaussianProcess.check(points, values)
    do { try process.kernel.check(points) } catch { throw .kernel(error) }
    let priors = priors ?? .weak(for: process, points: points, values: values)
    guard priors.kernel.count == process.kernel.parameterCount else {
      throw .invalidSetting(
        name: "priors.kernel.count", value: Double(priors.kernel.count),
        expected: "\(process.kernel.parameterCount), the number of hyper-parameters")
    }
    for prior in priors.kernel + [priors.noise] {
      guard prior.mean.isFinite else {
        throw .invalidSetting(name: "prior mean", value: prior.mean, expected: "finite")
      }
      guard prior.standardDeviation > 0, prior.standardDeviation.isFinite else {
        throw .invalidSetting(
          name: "prior standardDeviation", value: prior.standardDeviation, expected: "> 0 and finite")
      }
    }
    (self.process, self.points, self.values, self.priors) = (process, points, values, priors)
    self.structure = structure
    basis = MeanBasis(process.mean, of: points).values(at: points)
  }

  private var hasNoise: Bool { process.noiseVariance > 0 }

  public var dimension: Int { process.kernel.parameterCount + (hasNoise ? 1 : 0) }

  /// One for each coordinate.
  var coordinatePriors: [NormalPrior] { priors.kernel + (hasNoise ? [priors.noise] : []) }

  /// The coordinates of the process's own hyper-parameters.
  public var position: [Double] {
    process.kernel.parameters + (hasNoise ? [log(process.noiseVariance)] : [])
  }

  /// The process with the hyper-parameters of these coordinates.
  public func process(at position: [Double]) throws(RegressionError) -> GaussianProcess {
    guard position.count == dimension else {
      throw .kernel(.wrongParameterCount(count: position.count, expected: dimension))
    }
    let kernel: any Kernel
    do {
      kernel = try process.kernel.with(parameters: Array(position.prefix(process.kernel.parameterCount)))
    } catch {
      throw .kernel(error)
    }
    return try GaussianProcess(
      kernel, noiseVariance: hasNoise ? exp(position[dimension - 1]) : 0, mean: process.mean)
  }

  public func logDensity(at position: Span<Double>, workspace: inout Void) -> Double {
    evaluate(position) { _, _ in }
  }

  public func logDensity(
    at position: Span<Double>, gradient: inout MutableSpan<Double>, workspace: inout Void
  ) -> Double {
    var slopes = Array(repeating: 0.0, count: dimension)
    let value = evaluate(position) { solver, likelihood in
      slopes = Array(solver.gradient(outer: likelihood.gradientFactor).prefix(dimension))
    }
    for (i, prior) in coordinatePriors.enumerated() { gradient[i] = slopes[i] + prior.slope(position[i]) }
    return value
  }

  private func evaluate(
    _ position: Span<Double>, _ body: (any CovarianceSolver, MarginalLikelihood) -> Void
  ) -> Double {
    let theta = (0..<dimension).map { position[$0] }
    // Where a length scale or a variance over- or underflows, the density is as good as 0.
    guard let process = try? process(at: theta),
      let solver = try? process.solver(at: points, values: values, structure),
      let likelihood = try? MarginalLikelihood(solver, basis: basis, values: values),
      likelihood.value.isFinite
    else { return -.infinity }
    body(solver, likelihood)
    return zip(coordinatePriors, theta).reduce(likelihood.value) { $0 + $1.0.logDensity($1.1) }
  }
}
