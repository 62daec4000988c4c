import Foundation
import NumericCore

/// A periodic kernel without its constant: functions that repeat exactly, and whose mean over a period is 0.
/// For the seasons of a series, which leave its level to the trend.
///
///     (exp(w (cos(2 pi r / period) - 1)) - J) / (1 - J),   w = 1 / l^2,   J = exp(-w) I_0(w)
///
/// with a variance of 1; cos(2 pi r / period) in the limit of large l. Derivatives up to order 2 in all.
public struct CentredPeriodicKernel: Kernel {
  private var base: PeriodicKernel

  /// Below this w the kernel is its limit within 1e-7, the square root of rounding, where the formula loses
  /// all digits.
  private static let smallestWeight = 1e-7

  /// - Throws: `invalidParameter` unless both are positive and finite.
  public init(period: Double, lengthScale: Double = 1) throws(KernelError) {
    base = try PeriodicKernel(period: period, lengthScale: lengthScale)
  }

  public var period: Double { base.period }
  public var lengthScale: Double { base.lengthScale }

  public var description: String { "centred \(base)" }
  public var parameterList: [KernelParameter] { base.parameterList }
  public var parameters: [Double] {
    get { base.parameters }
    set { base.parameters = newValue }
  }

  public func validate(dimension: Int) throws(KernelError) { try base.validate(dimension: dimension) }

  /// w and J.
  private var constants: (weight: Double, mean: Double) {
    let w = max(1 / (lengthScale * lengthScale), Self.smallestWeight)
    return (w, scaledBesselI(0, w))
  }

  /// The periodic kernel, with a length scale at which the formula has digits.
  private var regular: PeriodicKernel {
    var copy = base
    copy.parameters[1] = min(copy.parameters[1], -0.5 * log(Self.smallestWeight))
    return copy
  }

  public func evaluate(_ pairs: PointPairs, into values: UnsafeMutablePointer<Double>) {
    let mean = constants.mean
    regular.evaluate(pairs, into: values)
    for i in 0..<pairs.count { values[i] = (values[i] - mean) / (1 - mean) }
  }

  public func accumulateGradient(
    _ pairs: PointPairs, adjoint: UnsafePointer<Double>, into gradient: UnsafeMutablePointer<Double>
  ) {
    let (w, mean) = constants
    // dJ/dw = exp(-w) (I_1(w) - I_0(w)), and dw/dlog l = -2 w.
    let slope = -2 * w * (scaledBesselI(1, w) - mean)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: PointPairs.blockSize) { room in
      guard let room = room.baseAddress else { return }
      regular.evaluate(pairs, into: room)
      let outer = slope / ((1 - mean) * (1 - mean))
      for i in 0..<pairs.count { gradient[1] += adjoint[i] * outer * (room[i] - 1) }
      for i in 0..<pairs.count { room[i] = adjoint[i] / (1 - mean) }
      regular.accumulateGradient(pairs, adjoint: room, into: gradient)
    }
  }

  public func supports(_ derivative: KernelDerivative) -> Bool { base.supports(derivative) }

  public func evaluate(
    _ derivative: KernelDerivative, _ pairs: PointPairs, into values: UnsafeMutablePointer<Double>
  ) {
    let mean = constants.mean
    regular.evaluate(derivative, pairs, into: values)
    for i in 0..<pairs.count { values[i] /= 1 - mean }
  }

  public func coordinates(dimension: Int) -> Set<Int> { [0] }
  public var isStationary: Bool { true }
  public func spectralDensity(at omega: [Double]) -> Double? { nil }
}
