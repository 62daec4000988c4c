import Foundation
import NumericCore
import PPL

/// A kernel whose process is a combination of some functions with independent standard normal weights, in the language.
protocol RandomBasisKernel: Kernel {
  /// The functions at points, with hyper-parameters in their own units; nil where a part of the kernel has none.
  func randomBasis(
    at points: [Double], _ hyperparameters: ArraySlice<Random<Double>>
  ) throws(KernelError) -> [Random<[Double]>]?
}

extension Kernel {
  func basisPart(
    at points: [Double], _ hyperparameters: ArraySlice<Random<Double>>
  ) throws(KernelError) -> [Random<[Double]>]? {
    guard let kernel = self as? any RandomBasisKernel else { return nil }
    return try kernel.randomBasis(at: points, hyperparameters)
  }
}

/// Sum of functions, each times its own standard normal weight.
func combination(_ name: String, of functions: [Random<[Double]>]) -> Random<[Double]> {
  let normals = Latent(name, Normal(0, 1), count: functions.count)
  var sum = normals[0] * functions[0]
  for (b, function) in functions.enumerated().dropFirst() { sum = sum + normals[b] * function }
  return sum
}

/// The Fourier series of exp(w (cos t - 1)), w = 1 / l^2, up to a highest harmonic: the coefficients c_j = exp(-w)
/// I_j(w) (Solin and Saerkkae, 'Explicit link between periodic covariance functions and state space models', 2014) by
/// the trapezoidal rule over a period, which is exact but for coefficients beyond the number of its nodes.
private struct PeriodicSeries {
  /// What is left out is below 1e-6 of the variance for length scales from 1/2 on.
  static let harmonics = 12
  private static let nodes = 64
  /// Below rounding: coefficients that are 0 to it may come out negative.
  private static let least = 1e-18

  /// Of cos(j t), j = 0 ... : c_0, 2 c_1, 2 c_2, ...
  let coefficients: [Random<Double>]
  /// 2 pi x / period.
  let angles: Random<[Double]>

  init(at points: [Double], period: Random<Double>, lengthScale: Random<Double>) {
    let t = (0..<Self.nodes).map { 2 * Double.pi * Double($0) / Double(Self.nodes) }
    var cosines = Matrix(rows: Self.harmonics + 1, columns: Self.nodes)
    for j in 0...Self.harmonics {
      for m in 0..<Self.nodes { cosines[j, m] = (j == 0 ? 1 : 2) * cos(Double(j) * t[m]) / Double(Self.nodes) }
    }
    let weight: Random<Double> = 1 / square(lengthScale)
    let values: Random<[Double]> = exp(weight * t.map { cos($0) - 1 })
    let transform: Random<[Double]> = cosines * values
    coefficients = (0...Self.harmonics).map { max(transform[$0], Random<Double>(Self.least)) }
    angles = points.map { 2 * Double.pi * $0 } / period
  }

  /// The two functions of each harmonic from 1 on, of these variances.
  func waves(_ variances: [Random<Double>]) -> [Random<[Double]>] {
    variances.enumerated().flatMap { j, variance in
      let (size, own) = (sqrt(variance), Double(j + 1) * angles)
      return [size * cos(own), size * sin(own)]
    }
  }
}

extension PeriodicKernel: RandomBasisKernel, RandomPathKernel {
  func randomBasis(
    at points: [Double], _ hyperparameters: ArraySlice<Random<Double>>
  ) throws(KernelError) -> [Random<[Double]>]? {
    try validate(dimension: 1)
    let p = Array(hyperparameters)
    let series = PeriodicSeries(at: points, period: p[0], lengthScale: p[1])
    return [sqrt(series.coefficients[0]) * points.map { _ in 1.0 }]
      + series.waves(Array(series.coefficients.dropFirst()))
  }

  public func randomPath(
    _ name: String, at points: [Double], _ hyperparameters: ArraySlice<Random<Double>>
  ) throws(KernelError) -> Random<[Double]> {
    combination(name, of: try randomBasis(at: points, hyperparameters) ?? [])
  }
}

extension CentredPeriodicKernel: RandomBasisKernel, RandomPathKernel {
  func randomBasis(
    at points: [Double], _ hyperparameters: ArraySlice<Random<Double>>
  ) throws(KernelError) -> [Random<[Double]>]? {
    try validate(dimension: 1)
    let p = Array(hyperparameters)
    let series = PeriodicSeries(at: points, period: p[0], lengthScale: p[1])
    let own = Array(series.coefficients.dropFirst())
    // 1 - c_0, without its cancellation.
    var sum = own[0]
    for coefficient in own.dropFirst() { sum = sum + coefficient }
    return series.waves(own.map { $0 / sum })
  }

  public func randomPath(
    _ name: String, at points: [Double], _ hyperparameters: ArraySlice<Random<Double>>
  ) throws(KernelError) -> Random<[Double]> {
    combination(name, of: try randomBasis(at: points, hyperparameters) ?? [])
  }
}
