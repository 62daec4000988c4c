import Foundation
import NumericCore

/// A normal prior on the coordinate of a hyper-parameter: for most, on its logarithm.
public struct NormalPrior: Sendable, Equatable {
  public var mean: Double
  public var standardDeviation: Double

  public init(mean: Double, standardDeviation: Double) {
    (self.mean, self.standardDeviation) = (mean, standardDeviation)
  }

  func logDensity(_ x: Double) -> Double {
    let z = (x - mean) / standardDeviation
    return -0.5 * z * z - log(standardDeviation) - 0.5 * log(2 * Double.pi)
  }

  func slope(_ x: Double) -> Double { (mean - x) / (standardDeviation * standardDeviation) }
}

/// Independent priors on the coordinates of a process's hyper-parameters: those of the kernel, in its order,
/// and the logarithm of the noise variance.
public struct HyperPriors: Sendable, Equatable {
  public var kernel: [NormalPrior]
  public var noise: NormalPrior

  public init(kernel: [NormalPrior], noise: NormalPrior) { (self.kernel, self.noise) = (kernel, noise) }

  /// Weak priors from the scale of the data, with v the variance of the values; for each coordinate, R the
  /// range of the points, and delta the median gap between neighbours that differ.
  ///
  /// | what | median | standard deviation of the logarithm |
  /// | --- | --- | --- |
  /// | variance | v | 2 |
  /// | length scale | sqrt(delta R) | log(R / delta) / 2, at least 1: from the gap to the range |
  /// | period | its value in the kernel | 0.2 |
  /// | frequency | its value in the kernel | 1 / R, what the data resolve; not of the logarithm |
  /// | slope variance | v / R^2 | 2 |
  /// | location | the middle | R; not of the logarithm |
  /// | shape | 1 | 1.5 |
  /// | noise variance | v / 10 | 3 |
  ///
  /// Where all values, or all points, are the same, the unit 1 stands in for their scale. The widths are
  /// conventional.
  public static func weak(for process: GaussianProcess, points x: Matrix, values y: [Double]) -> HyperPriors {
    let scales = (0..<x.columns).map { CoordinateScale(Array(x.column($0))) }
    let mean = y.reduce(0, +) / Double(max(y.count, 1))
    let spread = y.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(y.count, 1))
    let variance = spread > 0 ? spread : 1
    let kernel = zip(process.kernel.parameterList, process.kernel.parameters).map { parameter, value in
      prior(parameter.role, value: value, variance: variance, scales: scales)
    }
    return HyperPriors(kernel: kernel, noise: NormalPrior(mean: log(0.1 * variance), standardDeviation: 3))
  }

  private static func prior(
    _ role: KernelParameter.Role, value: Double, variance: Double, scales: [CoordinateScale]
  ) -> NormalPrior {
    func scale(_ c: Int) -> CoordinateScale { scales.indices ~= c ? scales[c] : CoordinateScale([]) }
    switch role {
    case .variance: return NormalPrior(mean: log(variance), standardDeviation: 2)
    case .lengthScale(let c):
      let ratio = log(scale(c).range / scale(c).gap)
      return NormalPrior(
        mean: 0.5 * log(scale(c).range * scale(c).gap), standardDeviation: max(1, 0.5 * ratio))
    case .period: return NormalPrior(mean: value, standardDeviation: 0.2)
    case .frequency(let c): return NormalPrior(mean: value, standardDeviation: 1 / scale(c).range)
    case .slopeVariance(let c):
      return NormalPrior(mean: log(variance) - 2 * log(scale(c).range), standardDeviation: 2)
    case .location(let c): return NormalPrior(mean: scale(c).middle, standardDeviation: scale(c).range)
    case .shape: return NormalPrior(mean: 0, standardDeviation: 1.5)
    }
  }
}

/// How far a coordinate of the points goes, and how close they are.
struct CoordinateScale {
  let middle: Double
  let range: Double
  let gap: Double

  init(_ values: [Double]) {
    let sorted = values.sorted()
    let gaps = zip(sorted.dropFirst(), sorted).map { $0 - $1 }.filter { $0 > 0 }.sorted()
    guard let first = sorted.first, let last = sorted.last, !gaps.isEmpty else {
      (middle, range, gap) = (sorted.first ?? 0, 1, 1)
      return
    }
    (middle, range, gap) = (0.5 * (first + last), last - first, gaps[gaps.count / 2])
  }
}
