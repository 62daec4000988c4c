/// k_1 k_2 ...: the covariance of a product of independent processes, and on disjoint coordinates the
/// covariance on a product of spaces.
public struct KernelProduct: Kernel {
  public private(set) var factors: [any Kernel]

  public init(_ factors: [any Kernel]) { self.factors = factors }

  public var description: String {
    factors.map { $0 is KernelSum ? "(\($0))" : "\($0)" }.joined(separator: " * ")
  }

  public var parameterList: [KernelParameter] { factors.flatMap(\.parameterList) }

  public var parameters: [Double] {
    get { factors.flatMap(\.parameters) }
    set { factors.distribute(newValue) }
  }

  public func validate(dimension: Int) throws(KernelError) {
    guard !factors.isEmpty else { throw .emptyKernel(kernel: "a product") }
    for factor in factors { try factor.validate(dimension: dimension) }
  }

  public func evaluate(_ pairs: PointPairs, into values: UnsafeMutablePointer<Double>) {
    values.update(repeating: 1, count: pairs.count)
    multiply(values, pairs, but: nil)
  }

  /// Multiplies by all factors but one.
  private func multiply(_ values: UnsafeMutablePointer<Double>, _ pairs: PointPairs, but skipped: Int?) {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: PointPairs.blockSize) { room in
      guard let room = room.baseAddress else { return }
      for (number, factor) in factors.enumerated() where number != skipped {
        factor.evaluate(pairs, into: room)
        for i in 0..<pairs.count { values[i] *= room[i] }
      }
    }
  }

  public func accumulateGradient(
    _ pairs: PointPairs, adjoint: UnsafePointer<Double>, into gradient: UnsafeMutablePointer<Double>
  ) {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: PointPairs.blockSize) { weights in
      guard let weights = weights.baseAddress else { return }
      var gradient = gradient
      for (number, factor) in factors.enumerated() {
        let count = factor.parameterCount
        guard count > 0 else { continue }
        weights.update(from: adjoint, count: pairs.count)
        multiply(weights, pairs, but: number)
        factor.accumulateGradient(pairs, adjoint: weights, into: gradient)
        gradient += count
      }
    }
  }

  public func supports(_ derivative: KernelDerivative) -> Bool {
    factors.allSatisfy { factor in
      factor.supports(derivative.restricted(to: factor.coordinates(dimension: derivative.first.count)))
    }
  }

  public func evaluate(
    _ derivative: KernelDerivative, _ pairs: PointPairs, into values: UnsafeMutablePointer<Double>
  ) {
    values.update(repeating: 0, count: pairs.count)
    accumulate(derivative, pairs, into: values)
  }

  /// Leibniz' rule, one factor split from the rest at a time: orders that a factor does not depend on stay
  /// with the rest.
  private func accumulate(
    _ derivative: KernelDerivative, _ pairs: PointPairs, into values: UnsafeMutablePointer<Double>
  ) {
    guard factors.count > 1 else {
      if let only = factors.first { only.addDerivative(derivative, pairs, times: 1, into: values) }
      return
    }
    let rest = KernelProduct(Array(factors.dropFirst()))
    let own = factors[0].coordinates(dimension: pairs.dimension)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: PointPairs.blockSize) { left in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: PointPairs.blockSize) { right in
        guard let left = left.baseAddress, let right = right.baseAddress else { return }
        for (part, other, weight) in derivative.splits where part.isWithin(own) {
          left.update(repeating: 0, count: pairs.count)
          factors[0].addDerivative(part, pairs, times: weight, into: left)
          rest.evaluate(other, pairs, into: right)
          for i in 0..<pairs.count { values[i] += left[i] * right[i] }
        }
      }
    }
  }

  public func coordinates(dimension: Int) -> Set<Int> {
    factors.reduce(into: []) { $0.formUnion($1.coordinates(dimension: dimension)) }
  }

  public var isStationary: Bool { factors.allSatisfy(\.isStationary) }

  /// Where no two factors depend on the same coordinate.
  public func spectralDensity(at omega: [Double]) -> Double? {
    var used: Set<Int> = []
    var product = 1.0
    for factor in factors {
      let own = factor.coordinates(dimension: omega.count)
      guard used.isDisjoint(with: own), let density = factor.spectralDensity(at: omega) else { return nil }
      used.formUnion(own)
      product *= density
    }
    return product
  }
}

extension Kernel {
  /// values += weight times the derivative.
  fileprivate func addDerivative(
    _ derivative: KernelDerivative, _ pairs: PointPairs, times weight: Double,
    into values: UnsafeMutablePointer<Double>
  ) {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: PointPairs.blockSize) { room in
      guard let room = room.baseAddress else { return }
      if derivative.total == 0 {
        evaluate(pairs, into: room)
      } else {
        evaluate(derivative, pairs, into: room)
      }
      for i in 0..<pairs.count { values[i] += weight * room[i] }
    }
  }
}

extension KernelDerivative {
  /// The orders in these coordinates, and 0 in all others.
  func restricted(to coordinates: Set<Int>) -> KernelDerivative {
    func keep(_ orders: [Int]) -> [Int] { orders.indices.map { coordinates.contains($0) ? orders[$0] : 0 } }
    return KernelDerivative(keep(first), keep(second))
  }

  /// All ways to split the orders in two, with the product of their binomial coefficients.
  var splits: [(KernelDerivative, KernelDerivative, Double)] {
    let orders = first + second
    var parts: [([Int], Double)] = [([], 1)]
    for order in orders {
      parts = parts.flatMap { part, weight in
        (0...order).map { (part + [$0], weight * Self.binomial(order, $0)) }
      }
    }
    let d = first.count
    return parts.map { part, weight in
      let other = zip(orders, part).map { $0 - $1 }
      return (
        KernelDerivative(Array(part[..<d]), Array(part[d...])),
        KernelDerivative(Array(other[..<d]), Array(other[d...])), weight
      )
    }
  }

  static func binomial(_ n: Int, _ k: Int) -> Double {
    (0..<k).reduce(1) { $0 * Double(n - $1) / Double($1 + 1) }
  }
}
