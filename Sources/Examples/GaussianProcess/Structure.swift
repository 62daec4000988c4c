import Foundation
import GP
import NumericCore

/// One component of a series: a term of the kernel, and the priors of its hyper-parameters.
struct Component: Sendable {
  let name: String
  let kernel: any Kernel
  let priors: [NormalPrior]
}

/// A sum of components: what the series is taken to be. Priors are from its range, its gap and its variance
/// alone. All kernels have state-space forms, so that a series may be long.
struct Structure: Sendable {
  /// The first has the mean function in it.
  var components: [Component]
  let periods: [Double]
  private let variance: Double

  /// A trend, a season for each period, and what is left between these and noise.
  init(_ series: Series, periods: [Double]) throws {
    (variance, self.periods) = (series.variance, periods)
    components =
      [try Self.trend(series)] + (try periods.map { try Self.season($0, series) })
      + [try Self.shortTerm(series, periods: periods)]
  }

  private static func prior(_ median: Double, _ spread: Double) -> NormalPrior {
    NormalPrior(mean: log(median), standardDeviation: spread)
  }

  /// Smooth, slower than a tenth of the range, beside the straight line of the mean function.
  private static func trend(_ series: Series) throws -> Component {
    let (v, range) = (series.variance, series.range)
    let kernel = try RadialKernel(.matern52, lengthScale: range / 2).scaled(by: 0.3 * v)
    return Component(name: "trend", kernel: kernel, priors: [prior(0.3 * v, 1.5), prior(range / 2, 0.5)])
  }

  static func seasonName(_ period: Double) -> String { "season of \(period.shortened)" }

  /// Repeats with the period around 0, in a shape that changes over times of the order of the range.
  private static func season(_ period: Double, _ series: Series) throws -> Component {
    let (v, range) = (series.variance, series.range)
    let wave = try CentredPeriodicKernel(period: period, lengthScale: 1)
    let decay = try RadialKernel(.matern32, lengthScale: 2 * range)
    return Component(
      name: seasonName(period), kernel: try (wave * decay).scaled(by: 0.3 * v),
      priors: [
        prior(0.3 * v, 1.5),
        // Half of what the range resolves.
        prior(period, min(0.5 * period / range, 0.2)), prior(1, 0.7), prior(2 * range, 1),
      ])
  }

  /// Rough, faster than a tenth of the range or than the shortest period.
  private static func shortTerm(_ series: Series, periods: [Double]) throws -> Component {
    let slow = min(series.range / 10, periods.min() ?? .infinity)
    let length = (max(slow, 2 * series.gap) * series.gap).squareRoot()
    let kernel = try RadialKernel(.matern32, lengthScale: length).scaled(by: 0.05 * series.variance)
    return Component(
      name: "short term", kernel: kernel, priors: [prior(0.05 * series.variance, 1.5), prior(length, 0.7)])
  }

  func process() throws -> GaussianProcess {
    try GaussianProcess(
      KernelSum(components.map(\.kernel)), noiseVariance: 0.05 * variance, mean: .linear)
  }

  var priors: HyperPriors {
    HyperPriors(kernel: components.flatMap(\.priors), noise: Self.prior(0.05 * variance, 2))
  }
}

extension Double {
  var shortened: String { String(format: "%.4g", self) }
}
