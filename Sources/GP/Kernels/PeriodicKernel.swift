import Foundation
import NumericCore

/// exp(-2 sin^2(pi (x - y) / period) / l^2) on the line (MacKay 1998): functions that repeat exactly, with l
/// the length scale relative to half a turn. A product with a kernel of long length scale lets the shape
/// change slowly.
///
/// Derivatives up to order 2 in all. Its spectrum is lines, so it has no spectral density.
public struct PeriodicKernel: Kernel {
  public private(set) var period: Double
  public private(set) var lengthScale: Double

  /// - Parameter lengthScale: without units; 1 for shapes like a sine, less for more complicated ones.
  /// - Throws: `invalidParameter` unless both are positive and finite.
  public init(period: Double, lengthScale: Double = 1) throws(KernelError) {
    for (name, value) in [("period", period), ("lengthScale", lengthScale)]
    where !(value > 0 && value.isFinite) {
      throw .invalidParameter(name: name, value: value, expected: "> 0 and finite")
    }
    (self.period, self.lengthScale) = (period, lengthScale)
  }

  public var description: String { "periodic(\(period.fourDigits), \(lengthScale.fourDigits))" }

  public var parameterList: [KernelParameter] {
    [KernelParameter("period", .period(coordinate: 0)), KernelParameter("lengthScale", .shape)]
  }

  public var parameters: [Double] {
    get { [log(period), log(lengthScale)] }
    set { (period, lengthScale) = (exp(newValue[0]), exp(newValue[1])) }
  }

  public func validate(dimension: Int) throws(KernelError) {
    guard dimension == 1 else { throw .wrongDimension(dimension: dimension, expected: 1) }
  }

  public func evaluate(_ pairs: PointPairs, into values: UnsafeMutablePointer<Double>) {
    let (omega, weight) = (2 * Double.pi / period, 1 / (lengthScale * lengthScale))
    for i in 0..<pairs.count { values[i] = omega * pairs.difference(i, 0) }
    VectorMath.cos(values, values, count: pairs.count)
    for i in 0..<pairs.count { values[i] = weight * (values[i] - 1) }
    VectorMath.exp(values, values, count: pairs.count)
  }

  public func accumulateGradient(
    _ pairs: PointPairs, adjoint: UnsafePointer<Double>, into gradient: UnsafeMutablePointer<Double>
  ) {
    let (omega, weight) = (2 * Double.pi / period, 1 / (lengthScale * lengthScale))
    withUnsafeTemporaryAllocation(of: Double.self, capacity: PointPairs.blockSize) { values in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: PointPairs.blockSize) { sines in
        withUnsafeTemporaryAllocation(of: Double.self, capacity: PointPairs.blockSize) { cosines in
          guard let values = values.baseAddress, let sines = sines.baseAddress,
            let cosines = cosines.baseAddress
          else { return }
          evaluate(pairs, into: values)
          for i in 0..<pairs.count { cosines[i] = omega * pairs.difference(i, 0) }
          VectorMath.sincos(cosines, sines: sines, cosines: cosines, count: pairs.count)
          for i in 0..<pairs.count {
            let term = adjoint[i] * weight * values[i]
            gradient[0] += term * sines[i] * omega * pairs.difference(i, 0)
            gradient[1] += 2 * term * (1 - cosines[i])
          }
        }
      }
    }
  }

  public func supports(_ derivative: KernelDerivative) -> Bool { derivative.total <= 2 }

  public func evaluate(
    _ derivative: KernelDerivative, _ pairs: PointPairs, into values: UnsafeMutablePointer<Double>
  ) {
    let (omega, weight) = (2 * Double.pi / period, 1 / (lengthScale * lengthScale))
    let sign = derivative.second[0] % 2 == 0 ? 1.0 : -1
    evaluate(pairs, into: values)
    for i in 0..<pairs.count {
      let angle = omega * pairs.difference(i, 0)
      let slope = -weight * omega * sin(angle)
      values[i] *=
        sign * (derivative.total == 1 ? slope : slope * slope - weight * omega * omega * cos(angle))
    }
  }

  public func coordinates(dimension: Int) -> Set<Int> { [0] }
  public var isStationary: Bool { true }
  public func spectralDensity(at omega: [Double]) -> Double? { nil }
}
