import Foundation
import NumericCore

/// cos(2 pi (x - y) / period) on the line: waves of one frequency, with an amplitude and a phase that do not change. A
/// product with a kernel of a length scale lets them.
///
/// Derivatives of all orders. Its spectrum is a line, so it has no spectral density.
public struct CosineKernel: Kernel {
  public private(set) var period: Double

  /// - Throws: `invalidParameter` unless the period is positive and finite.
  public init(period: Double) throws(KernelError) {
    guard period > 0, period.isFinite else {
      throw .invalidParameter(name: "period", value: period, expected: "> 0 and finite")
    }
    self.period = period
  }

  public var description: String { "cosine(\(period.fourDigits))" }
  public var parameterList: [KernelParameter] { [KernelParameter("period", .period(coordinate: 0))] }

  public var parameters: [Double] {
    get { [log(period)] }
    set { period = exp(newValue[0]) }
  }

  public func validate(dimension: Int) throws(KernelError) {
    guard dimension == 1 else { throw .wrongDimension(dimension: dimension, expected: 1) }
  }

  public func evaluate(_ pairs: PointPairs, into values: UnsafeMutablePointer<Double>) {
    let omega = 2 * Double.pi / period
    for i in 0..<pairs.count { values[i] = omega * pairs.difference(i, 0) }
    VectorMath.cos(values, values, count: pairs.count)
  }

  public func accumulateGradient(
    _ pairs: PointPairs, adjoint: UnsafePointer<Double>, into gradient: UnsafeMutablePointer<Double>
  ) {
    let omega = 2 * Double.pi / period
    for i in 0..<pairs.count {
      let angle = omega * pairs.difference(i, 0)
      gradient[0] += adjoint[i] * angle * sin(angle)
    }
  }

  public func supports(_ derivative: KernelDerivative) -> Bool { true }

  /// omega^n cos(omega r + n pi / 2), with a sign for each order in y.
  public func evaluate(
    _ derivative: KernelDerivative, _ pairs: PointPairs, into values: UnsafeMutablePointer<Double>
  ) {
    let (omega, n) = (2 * Double.pi / period, derivative.total)
    let scale = (derivative.second[0] % 2 == 0 ? 1 : -1) * pow(omega, Double(n))
    let phase = Double(n) * Double.pi / 2
    for i in 0..<pairs.count { values[i] = scale * cos(omega * pairs.difference(i, 0) + phase) }
  }

  public func coordinates(dimension: Int) -> Set<Int> { [0] }
  public var isStationary: Bool { true }
  public func spectralDensity(at omega: [Double]) -> Double? { nil }
}
