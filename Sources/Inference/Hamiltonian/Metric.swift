import NumericCore

/// The kinetic energy of a Hamiltonian system, p' M^-1 p / 2. What is stored is M^-1, an estimate of the posterior's
/// covariance.
public protocol Metric: Sendable {
  var dimension: Int { get }
  /// v = M^-1 p.
  func velocity(_ momentum: UnsafePointer<Double>, _ velocity: UnsafeMutablePointer<Double>)
  /// p ~ Normal(0, M).
  func drawMomentum(_ momentum: UnsafeMutablePointer<Double>, using stream: inout RandomStream)
  /// The diagonal of M^-1.
  var inverseDiagonal: [Double] { get }
}

extension Metric {
  /// p' M^-1 p / 2, leaving v = M^-1 p.
  @inlinable func kineticEnergy(_ p: UnsafePointer<Double>, velocity v: UnsafeMutablePointer<Double>) -> Double {
    velocity(p, v)
    var sum = 0.0
    for i in 0..<dimension { sum += p[i] * v[i] }
    return 0.5 * sum
  }
}

/// M^-1 is diagonal. Cost of each operation: O(n).
public struct DiagonalMetric: Metric {
  /// The diagonal of M^-1.
  public let inverseDiagonal: [Double]
  private let massRoot: [Double]

  /// - Parameter inverse: the diagonal of M^-1, all positive.
  public init(inverse: [Double]) {
    inverseDiagonal = inverse
    massRoot = inverse.map { 1 / $0.squareRoot() }
  }

  public init(dimension: Int) { self.init(inverse: Array(repeating: 1, count: dimension)) }

  public var dimension: Int { inverseDiagonal.count }

  public func velocity(_ momentum: UnsafePointer<Double>, _ velocity: UnsafeMutablePointer<Double>) {
    inverseDiagonal.withUnsafeBufferPointer { inverse in
      for i in 0..<inverse.count { velocity[i] = inverse[i] * momentum[i] }
    }
  }

  public func drawMomentum(_ momentum: UnsafeMutablePointer<Double>, using stream: inout RandomStream) {
    for i in massRoot.indices { momentum[i] = massRoot[i] * stream.normal() }
  }
}

/// M^-1 is any positive definite matrix. Cost of each operation: O(n^2).
public struct DenseMetric: Metric {
  private let inverse: Matrix
  /// The lower Cholesky factor of M^-1: p = L^-T z has covariance M.
  private let factor: Matrix

  /// - Throws: `LinearAlgebraError.notPositiveDefinite`.
  public init(inverse: Matrix) throws(LinearAlgebraError) {
    self.inverse = inverse
    factor = try Cholesky(inverse).lower
  }

  public var dimension: Int { inverse.rows }
  public var inverseDiagonal: [Double] { (0..<dimension).map { inverse[$0, $0] } }

  public func velocity(_ momentum: UnsafePointer<Double>, _ velocity: UnsafeMutablePointer<Double>) {
    inverse.withUnsafeBufferPointer { a in
      guard let a = a.baseAddress else { return }
      BLAS.gemv(
        transpose: false, rows: dimension, columns: dimension, alpha: 1, a, leadingDimension: dimension, momentum,
        beta: 0, velocity)
    }
  }

  public func drawMomentum(_ momentum: UnsafeMutablePointer<Double>, using stream: inout RandomStream) {
    for i in 0..<dimension { momentum[i] = stream.normal() }
    factor.withUnsafeBufferPointer { l in
      guard let l = l.baseAddress else { return }
      BLAS.solveLower(transpose: true, count: dimension, l, leadingDimension: dimension, momentum)
    }
  }
}
