/// A kernel of the line on one coordinate of the points: k(x_c, y_c).
public struct CoordinateKernel: Kernel {
  public private(set) var base: any Kernel
  public let coordinate: Int

  /// - Parameter base: of points of dimension 1.
  public init(_ base: any Kernel, on coordinate: Int) { (self.base, self.coordinate) = (base, coordinate) }

  public var description: String { "[\(base)](x\(coordinate))" }

  public var parameterList: [KernelParameter] {
    base.parameterList.map { KernelParameter($0.name, $0.role.moved(to: coordinate)) }
  }

  public var parameters: [Double] {
    get { base.parameters }
    set { base.parameters = newValue }
  }

  public func validate(dimension: Int) throws(KernelError) {
    guard 0..<dimension ~= coordinate else {
      throw .missingCoordinate(coordinate: coordinate, dimension: dimension)
    }
    try base.validate(dimension: 1)
  }

  public func evaluate(_ pairs: PointPairs, into values: UnsafeMutablePointer<Double>) {
    base.evaluate(pairs.projected(on: coordinate), into: values)
  }

  public func accumulateGradient(
    _ pairs: PointPairs, adjoint: UnsafePointer<Double>, into gradient: UnsafeMutablePointer<Double>
  ) {
    base.accumulateGradient(pairs.projected(on: coordinate), adjoint: adjoint, into: gradient)
  }

  private func projected(_ derivative: KernelDerivative) -> KernelDerivative {
    KernelDerivative([derivative.first[coordinate]], [derivative.second[coordinate]])
  }

  public func supports(_ derivative: KernelDerivative) -> Bool { base.supports(projected(derivative)) }

  public func evaluate(
    _ derivative: KernelDerivative, _ pairs: PointPairs, into values: UnsafeMutablePointer<Double>
  ) {
    if derivative.isWithin([coordinate]) {
      base.evaluate(projected(derivative), pairs.projected(on: coordinate), into: values)
    } else {
      values.update(repeating: 0, count: pairs.count)
    }
  }

  public func coordinates(dimension: Int) -> Set<Int> {
    base.coordinates(dimension: 1).isEmpty ? [] : [coordinate]
  }
  public var isStationary: Bool { base.isStationary }
  public func spectralDensity(at omega: [Double]) -> Double? { base.spectralDensity(at: [omega[coordinate]]) }
}

extension Kernel {
  /// This kernel of the line, on one coordinate of points of any dimension.
  public func on(_ coordinate: Int) -> CoordinateKernel { CoordinateKernel(self, on: coordinate) }
}

extension KernelParameter.Role {
  /// The same for another coordinate.
  fileprivate func moved(to coordinate: Int) -> Self {
    switch self {
    case .variance, .shape: self
    case .lengthScale: .lengthScale(coordinate: coordinate)
    case .period: .period(coordinate: coordinate)
    case .frequency: .frequency(coordinate: coordinate)
    case .location: .location(coordinate: coordinate)
    case .slopeVariance: .slopeVariance(coordinate: coordinate)
    }
  }
}
