import Foundation

/// variance k(x, y): the covariance of sqrt(variance) f. The variance is a hyper-parameter.
public struct ScaledKernel: Kernel {
  public private(set) var base: any Kernel
  public private(set) var variance: Double

  /// - Throws: `invalidParameter` unless the variance is positive and finite.
  public init(_ base: any Kernel, variance: Double) throws(KernelError) {
    guard variance > 0, variance.isFinite else {
      throw .invalidParameter(name: "variance", value: variance, expected: "> 0 and finite")
    }
    (self.base, self.variance) = (base, variance)
  }

  public var description: String {
    let text = base is KernelSum ? "(\(base))" : "\(base)"
    return "\(variance.fourDigits) * \(text)"
  }

  public var parameterList: [KernelParameter] {
    [KernelParameter("variance", .variance)] + base.parameterList
  }

  public var parameters: [Double] {
    get { [log(variance)] + base.parameters }
    set {
      variance = exp(newValue[0])
      base.parameters = Array(newValue.dropFirst())
    }
  }

  public func validate(dimension: Int) throws(KernelError) { try base.validate(dimension: dimension) }

  public func evaluate(_ pairs: PointPairs, into values: UnsafeMutablePointer<Double>) {
    base.evaluate(pairs, into: values)
    for i in 0..<pairs.count { values[i] *= variance }
  }

  public func accumulateGradient(
    _ pairs: PointPairs, adjoint: UnsafePointer<Double>, into gradient: UnsafeMutablePointer<Double>
  ) {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: PointPairs.blockSize) { room in
      guard let room = room.baseAddress else { return }
      evaluate(pairs, into: room)
      for i in 0..<pairs.count { gradient[0] += adjoint[i] * room[i] }
      for i in 0..<pairs.count { room[i] = variance * adjoint[i] }
      base.accumulateGradient(pairs, adjoint: room, into: gradient + 1)
    }
  }

  public func supports(_ derivative: KernelDerivative) -> Bool { base.supports(derivative) }

  public func evaluate(
    _ derivative: KernelDerivative, _ pairs: PointPairs, into values: UnsafeMutablePointer<Double>
  ) {
    base.evaluate(derivative, pairs, into: values)
    for i in 0..<pairs.count { values[i] *= variance }
  }

  public func coordinates(dimension: Int) -> Set<Int> { base.coordinates(dimension: dimension) }
  public var isStationary: Bool { base.isStationary }
  public func spectralDensity(at omega: [Double]) -> Double? {
    base.spectralDensity(at: omega).map { variance * $0 }
  }
}

extension Double {
  /// Four significant digits, for descriptions.
  var fourDigits: String { String(format: "%.4g", self) }
}
