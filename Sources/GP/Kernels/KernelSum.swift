/// k_1 + k_2 + ...: the covariance of a sum of independent processes.
public struct KernelSum: Kernel {
  public private(set) var terms: [any Kernel]

  public init(_ terms: [any Kernel]) { self.terms = terms }

  public var description: String { terms.map(\.description).joined(separator: " + ") }
  public var parameterList: [KernelParameter] { terms.flatMap(\.parameterList) }

  public var parameters: [Double] {
    get { terms.flatMap(\.parameters) }
    set { terms.distribute(newValue) }
  }

  public func validate(dimension: Int) throws(KernelError) {
    guard !terms.isEmpty else { throw .emptyKernel(kernel: "a sum") }
    for term in terms { try term.validate(dimension: dimension) }
  }

  public func evaluate(_ pairs: PointPairs, into values: UnsafeMutablePointer<Double>) {
    sum(pairs.count, into: values) { $0.evaluate(pairs, into: $1) }
  }

  private func sum(
    _ count: Int, into values: UnsafeMutablePointer<Double>,
    _ evaluate: (any Kernel, UnsafeMutablePointer<Double>) -> Void
  ) {
    values.update(repeating: 0, count: count)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: PointPairs.blockSize) { room in
      guard let room = room.baseAddress else { return }
      for term in terms {
        evaluate(term, room)
        for i in 0..<count { values[i] += room[i] }
      }
    }
  }

  public func accumulateGradient(
    _ pairs: PointPairs, adjoint: UnsafePointer<Double>, into gradient: UnsafeMutablePointer<Double>
  ) {
    var gradient = gradient
    for term in terms {
      term.accumulateGradient(pairs, adjoint: adjoint, into: gradient)
      gradient += term.parameterCount
    }
  }

  public func supports(_ derivative: KernelDerivative) -> Bool {
    terms.allSatisfy { $0.supports(derivative) }
  }

  public func evaluate(
    _ derivative: KernelDerivative, _ pairs: PointPairs, into values: UnsafeMutablePointer<Double>
  ) {
    sum(pairs.count, into: values) { $0.evaluate(derivative, pairs, into: $1) }
  }

  public func coordinates(dimension: Int) -> Set<Int> {
    terms.reduce(into: []) { $0.formUnion($1.coordinates(dimension: dimension)) }
  }

  public var isStationary: Bool { terms.allSatisfy(\.isStationary) }

  /// Where all terms depend on the same coordinates.
  public func spectralDensity(at omega: [Double]) -> Double? {
    let all = coordinates(dimension: omega.count)
    var sum = 0.0
    for term in terms {
      guard term.coordinates(dimension: omega.count) == all, let density = term.spectralDensity(at: omega)
      else {
        return nil
      }
      sum += density
    }
    return sum
  }
}

extension Array where Element == any Kernel {
  /// Gives each kernel its part of the coordinates.
  mutating func distribute(_ parameters: [Double]) {
    var next = 0
    for i in indices {
      let count = self[i].parameterCount
      self[i].parameters = [Double](parameters[next..<(next + count)])
      next += count
    }
    precondition(next == parameters.count, "\(parameters.count) parameters for \(next)")
  }
}
