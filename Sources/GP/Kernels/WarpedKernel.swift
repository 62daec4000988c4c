import NumericCore

/// k(g(x), g(y)): a change of input, such as a logarithm, a rotation, or a point on a circle.
///
/// The map is called twice for each pair, and allocates what it returns; where that is too slow, map the
/// points once and use the kernel on what comes out.
public struct WarpedKernel: Kernel {
  public private(set) var base: any Kernel
  /// The dimension of g(x).
  public let dimension: Int
  public let name: String
  private let map: @Sendable ([Double]) -> [Double]

  /// - Parameter map: g; always gives `dimension` finite numbers, which is a precondition.
  public init(
    _ base: any Kernel, dimension: Int, name: String, _ map: @escaping @Sendable ([Double]) -> [Double]
  ) {
    (self.base, self.dimension, self.name, self.map) = (base, dimension, name, map)
  }

  public var description: String { "\(base) of \(name)" }

  /// Lengths and periods are in units of g(x), of which the points say nothing: their roles are those of
  /// shapes.
  public var parameterList: [KernelParameter] {
    base.parameterList.map { parameter in
      switch parameter.role {
      case .lengthScale, .period, .slopeVariance: KernelParameter(parameter.name, .shape)
      case .variance, .shape, .frequency, .location: parameter
      }
    }
  }

  public var parameters: [Double] {
    get { base.parameters }
    set { base.parameters = newValue }
  }

  public func validate(dimension: Int) throws(KernelError) { try base.validate(dimension: self.dimension) }

  public func evaluate(_ pairs: PointPairs, into values: UnsafeMutablePointer<Double>) {
    withMapped(pairs) { base.evaluate($0, into: values) }
  }

  public func accumulateGradient(
    _ pairs: PointPairs, adjoint: UnsafePointer<Double>, into gradient: UnsafeMutablePointer<Double>
  ) {
    withMapped(pairs) { base.accumulateGradient($0, adjoint: adjoint, into: gradient) }
  }

  /// g of each point.
  func mapped(_ points: Matrix) -> Matrix {
    var result = Matrix(rows: points.rows, columns: dimension)
    for i in 0..<points.rows {
      for (c, value) in map((0..<points.columns).map { points[i, $0] }).enumerated() { result[i, c] = value }
    }
    return result
  }

  private func withMapped(_ pairs: PointPairs, _ body: (PointPairs) -> Void) {
    let (n, d) = (pairs.count, pairs.dimension)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * n * dimension) { room in
      guard let room = room.baseAddress else { return }
      func write(_ point: [Double], to start: UnsafeMutablePointer<Double>) {
        let image = map(point)
        precondition(image.count == dimension, "\(name) gives \(image.count) numbers, expected \(dimension)")
        for c in 0..<dimension { start[c * n] = image[c] }
      }
      let second = room + n * dimension
      for i in 0..<n {
        write((0..<d).map { pairs.x(i, $0) }, to: room + i)
        write((0..<d).map { pairs.y(i, $0) }, to: second + i)
      }
      body(PointPairs(count: n, dimension: dimension, x: room, xStride: n, y: second, yStride: n, yStep: 1))
    }
  }

  /// None: the derivatives of the map are not known.
  public func supports(_ derivative: KernelDerivative) -> Bool { false }
  public func evaluate(
    _ derivative: KernelDerivative, _ pairs: PointPairs, into values: UnsafeMutablePointer<Double>
  ) {
    preconditionFailure("derivatives of a change of input")
  }

  public func coordinates(dimension: Int) -> Set<Int> { Set(0..<dimension) }
  public var isStationary: Bool { false }
  public func spectralDensity(at omega: [Double]) -> Double? { nil }
}
