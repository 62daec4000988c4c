import Foundation

/// A covariance function k(x, y) on R^d: symmetric and positive semi-definite. A value; kernels combine by
/// `+`, `*`, and `scaled(by:)`.
///
/// What is required acts on blocks of pairs, so that the loop over pairs is inside of a kernel and a matrix
/// costs a handful of dynamic calls a block, and no allocation. `covariance(of:)` and the other conveniences
/// check their arguments; requirements rely on `validate`.
public protocol Kernel: Sendable, CustomStringConvertible {
  /// What each of `parameters` is.
  var parameterList: [KernelParameter] { get }

  /// The unconstrained coordinates of the hyper-parameters: logarithms of what is positive. As many as in
  /// `parameterList`, also when set.
  var parameters: [Double] { get set }

  /// Throws where the kernel does not fit points of this dimension.
  func validate(dimension: Int) throws(KernelError)

  /// Writes k(x_i, y_i) for each pair.
  func evaluate(_ pairs: PointPairs, into values: UnsafeMutablePointer<Double>)

  /// Adds sum_i adjoint_i d k(x_i, y_i) / d theta_j to `gradient[j]` for each coordinate j of the
  /// hyper-parameters.
  func accumulateGradient(
    _ pairs: PointPairs, adjoint: UnsafePointer<Double>, into gradient: UnsafeMutablePointer<Double>)

  /// Whether `evaluate(_:_:into:)` has these derivatives.
  func supports(_ derivative: KernelDerivative) -> Bool

  /// Writes the derivative of k in both of its arguments at each pair. Only asked for what is supported.
  func evaluate(
    _ derivative: KernelDerivative, _ pairs: PointPairs, into values: UnsafeMutablePointer<Double>)

  /// The coordinates that the kernel depends on, of points of this dimension.
  func coordinates(dimension: Int) -> Set<Int>

  /// Whether k(x, y) is a function of x - y.
  var isStationary: Bool { get }

  /// S(omega) = integral of k(r) exp(-i omega' r) dr over the coordinates that the kernel depends on; omega
  /// in radians a unit, a number for each coordinate of the points. Nil where the kernel is not stationary,
  /// has lines in its spectrum, or no formula.
  func spectralDensity(at omega: [Double]) -> Double?
}

/// Partial derivatives of a kernel: orders in each coordinate of its first and of its second argument.
public struct KernelDerivative: Sendable, Equatable {
  public let first: [Int]
  public let second: [Int]

  /// - Parameters: orders, none negative, as many as there are coordinates.
  public init(_ first: [Int], _ second: [Int]) {
    precondition(
      first.count == second.count && (first + second).allSatisfy { $0 >= 0 }, "orders \(first), \(second)")
    (self.first, self.second) = (first, second)
  }

  /// The sum of all orders.
  public var total: Int { first.reduce(0, +) + second.reduce(0, +) }

  /// The order in coordinate `c` of both arguments together.
  func order(_ c: Int) -> Int { first[c] + second[c] }

  /// Whether it differentiates in no coordinate but these.
  func isWithin(_ coordinates: Set<Int>) -> Bool {
    first.indices.allSatisfy { order($0) == 0 || coordinates.contains($0) }
  }
}

extension Kernel {
  /// The number of hyper-parameters.
  public var parameterCount: Int { parameterList.count }

  /// The kernel with other coordinates of its hyper-parameters.
  public func with(parameters: [Double]) throws(KernelError) -> Self {
    guard parameters.count == parameterCount else {
      throw .wrongParameterCount(count: parameters.count, expected: parameterCount)
    }
    for (parameter, value) in zip(parameterList, parameters) where !value.isFinite {
      throw .invalidParameter(name: parameter.name, value: value, expected: "a finite coordinate")
    }
    var copy = self
    copy.parameters = parameters
    return copy
  }

  /// The hyper-parameters in their own units, with their names.
  public var hyperparameters: [(name: String, value: Double)] {
    zip(parameterList, parameters).map { ($0.name, $0.isLogarithmic ? exp($1) : $1) }
  }
}
