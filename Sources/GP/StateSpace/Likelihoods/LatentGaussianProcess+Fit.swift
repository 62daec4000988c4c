import Foundation
import NumericCore

extension LatentGaussianProcess {
  /// The process with the hyper-parameters that maximise the bound of the evidence times their priors, by L-BFGS from
  /// those of the process itself; each approximation starts from the sites of the last.
  ///
  /// - Parameter priors: on the kernel's coordinates and, for Student t, on the logarithm of the square of the scale
  ///   (`noise`). Where none are given, `HyperPriors.weak` from what the values alone suggest for f.
  /// - Throws: `RegressionError`. Cost: some tens of approximations.
  public func fitted(
    to x: Matrix, _ y: [Double], priors: HyperPriors? = nil
  ) throws(RegressionError) -> LatentGaussianProcess {
    let first = try condition(on: x, y)
    let guesses = y.map { likelihood.guess($0).value }
    let scales = try GaussianProcess(kernel, noiseVariance: 1, mean: mean)
    let priors = priors ?? .weak(for: scales, points: x, values: guesses)
    guard priors.kernel.count == kernel.parameterCount else {
      throw .invalidSetting(
        name: "priors.kernel.count", value: Double(priors.kernel.count),
        expected: "\(kernel.parameterCount), the number of hyper-parameters")
    }
    let all = priors.kernel + (coordinates.count > kernel.parameterCount ? [priors.noise] : [])
    var sites = first.approximation.sites
    var optimiser = LBFGS()
    (optimiser.maximumIterations, optimiser.changeTolerance, optimiser.gradientTolerance) = (100, 1e-8, 1e-3)
    let optimum: Optimum
    do {
      optimum = try optimiser.minimise(from: coordinates) { position, gradient in
        let theta = Array(position)
        guard let process = try? with(coordinates: theta),
          let posterior = (try? process.condition(on: x, y, start: sites)) ?? (try? process.condition(on: x, y))
        else {
          return .infinity
        }
        sites = posterior.approximation.sites
        var value = -posterior.evidenceBound
        for (i, slope) in posterior.evidenceBoundGradient().enumerated() {
          value -= all[i].logDensity(theta[i])
          gradient[i] = -slope - all[i].slope(theta[i])
        }
        return value
      }
    } catch {
      throw .optimisation(error)
    }
    return try with(coordinates: optimum.position)
  }

  /// Of the hyper-parameters.
  private var coordinates: [Double] {
    guard case .studentT(_, let scale) = likelihood else { return kernel.parameters }
    return kernel.parameters + [2 * log(scale)]
  }

  private func with(coordinates: [Double]) throws(RegressionError) -> LatentGaussianProcess {
    let own: any Kernel
    do { own = try kernel.with(parameters: Array(coordinates.prefix(kernel.parameterCount))) } catch {
      throw .kernel(error)
    }
    guard case .studentT(let nu, _) = likelihood else { return try LatentGaussianProcess(own, likelihood, mean: mean) }
    let scale = exp(0.5 * coordinates[kernel.parameterCount])
    return try LatentGaussianProcess(own, .studentT(degreesOfFreedom: nu, scale: scale), mean: mean)
  }
}
