import Foundation

/// k(x, y) = variance: the covariance of an unknown constant.
public struct ConstantKernel: Kernel {
  public private(set) var variance: Double

  /// - Throws: `invalidParameter` unless the variance is positive and finite.
  public init(variance: Double = 1) throws(KernelError) {
    guard variance > 0, variance.isFinite else {
      throw .invalidParameter(name: "variance", value: variance, expected: "> 0 and finite")
    }
    self.variance = variance
  }

  public var description: String { "Constant(\(variance.fourDigits))" }
  public var parameterList: [KernelParameter] { [KernelParameter("variance", .variance)] }
  public var parameters: [Double] {
    get { [log(variance)] }
    set { variance = exp(newValue[0]) }
  }

  public func validate(dimension: Int) {}

  public func evaluate(_ pairs: PointPairs, into values: UnsafeMutablePointer<Double>) {
    values.update(repeating: variance, count: pairs.count)
  }

  public func accumulateGradient(
    _ pairs: PointPairs, adjoint: UnsafePointer<Double>, into gradient: UnsafeMutablePointer<Double>
  ) {
    for i in 0..<pairs.count { gradient[0] += variance * adjoint[i] }
  }

  public func supports(_ derivative: KernelDerivative) -> Bool { true }

  public func evaluate(
    _ derivative: KernelDerivative, _ pairs: PointPairs, into values: UnsafeMutablePointer<Double>
  ) {
    values.update(repeating: derivative.total == 0 ? variance : 0, count: pairs.count)
  }

  public func coordinates(dimension: Int) -> Set<Int> { [] }
  public var isStationary: Bool { true }

  /// None: all of its spectrum is at 0.
  public func spectralDensity(at omega: [Double]) -> Double? { nil }
}
