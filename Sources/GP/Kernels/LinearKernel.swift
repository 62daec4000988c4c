import Foundation

/// slope variance * (x_c - centre) (y_c - centre) on coordinate c: the covariance of a straight line through
/// 0 at the centre, with a normal slope.
public struct LinearKernel: Kernel {
  public let coordinate: Int
  public private(set) var slopeVariance: Double
  public private(set) var centre: Double

  /// - Throws: `invalidParameter` unless the variance is positive and the centre finite.
  public init(on coordinate: Int = 0, slopeVariance: Double = 1, centre: Double = 0) throws(KernelError) {
    guard slopeVariance > 0, slopeVariance.isFinite else {
      throw .invalidParameter(name: "slopeVariance", value: slopeVariance, expected: "> 0 and finite")
    }
    guard centre.isFinite else { throw .invalidParameter(name: "centre", value: centre, expected: "finite") }
    (self.coordinate, self.slopeVariance, self.centre) = (coordinate, slopeVariance, centre)
  }

  public var description: String { "Linear(on: \(coordinate), \(slopeVariance.fourDigits))" }

  public var parameterList: [KernelParameter] {
    [
      KernelParameter("slopeVariance", .slopeVariance(coordinate: coordinate)),
      KernelParameter("centre", .location(coordinate: coordinate)),
    ]
  }

  public var parameters: [Double] {
    get { [log(slopeVariance), centre] }
    set { (slopeVariance, centre) = (exp(newValue[0]), newValue[1]) }
  }

  public func validate(dimension: Int) throws(KernelError) {
    guard 0..<dimension ~= coordinate else {
      throw .missingCoordinate(coordinate: coordinate, dimension: dimension)
    }
  }

  public func evaluate(_ pairs: PointPairs, into values: UnsafeMutablePointer<Double>) {
    for i in 0..<pairs.count {
      values[i] = slopeVariance * (pairs.x(i, coordinate) - centre) * (pairs.y(i, coordinate) - centre)
    }
  }

  public func accumulateGradient(
    _ pairs: PointPairs, adjoint: UnsafePointer<Double>, into gradient: UnsafeMutablePointer<Double>
  ) {
    for i in 0..<pairs.count {
      let (a, b) = (pairs.x(i, coordinate) - centre, pairs.y(i, coordinate) - centre)
      gradient[0] += adjoint[i] * slopeVariance * a * b
      gradient[1] -= adjoint[i] * slopeVariance * (a + b)
    }
  }

  public func supports(_ derivative: KernelDerivative) -> Bool { true }

  public func evaluate(
    _ derivative: KernelDerivative, _ pairs: PointPairs, into values: UnsafeMutablePointer<Double>
  ) {
    let (m, n) = (derivative.first[coordinate], derivative.second[coordinate])
    let isZero = !derivative.isWithin([coordinate]) || m > 1 || n > 1
    for i in 0..<pairs.count {
      let a = m == 0 ? pairs.x(i, coordinate) - centre : 1
      let b = n == 0 ? pairs.y(i, coordinate) - centre : 1
      values[i] = isZero ? 0 : slopeVariance * a * b
    }
  }

  public func coordinates(dimension: Int) -> Set<Int> { [coordinate] }
  public var isStationary: Bool { false }
  public func spectralDensity(at omega: [Double]) -> Double? { nil }
}
