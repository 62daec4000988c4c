import NumericCore

/// C = K + noise 1 of a kernel with a state-space form, at points of the line in any order, by a Kalman filter and a
/// backward pass: everything is linear in the number of points. Points may repeat, and be as near to each other as
/// they like.
///
/// Cost: n states^2 b, with b the states of a block (of a product of Matern nu and periodic kernels, 2 nu + 1): a
/// factorisation of 10^6 points takes some seconds with 32 states, a gradient three times that. Memory: n states.
///
/// Exact but for periodic kernels, whose harmonics are truncated where what is left out changes log |C| by 2e-6 at
/// most; and but for rounding of the order of 1e-16 of the variance, beside which the noise must be
/// seen: where it is below 2^-36 of the variance, that is added as `jitter`.
public struct StateSpaceSolver: CovarianceSolver {
  let factor: StateSpaceFactor
  private let noise: Double
  let order: TimeOrder
  public let jitter: Double
  /// What periodic kernels may leave out.
  let tolerance: Double

  /// What is left out may change 1/2 log |C| by this: far less than what an optimiser sees.
  private static let evidenceTolerance = 1e-6
  private static let smallestNoise = 0x1p-36

  /// - Throws: `unstructured` unless the points are on the line; `kernel` where the kernel has no state-space form;
  ///   `invalidSetting` where noise and variance are both 0, or the variance overflows.
  public init(_ kernel: any Kernel, noise: Double, at points: Matrix) throws(RegressionError) {
    guard points.columns == 1 else { throw .unstructured(expected: "on the line") }
    order = TimeOrder(points)
    let times = order.times
    var variance = 0.0
    do {
      try kernel.check(points)
      for t in [times.first ?? 0, times.last ?? 0] { variance = max(variance, try kernel.covariance([t], [t])) }
    } catch {
      throw .kernel(error)
    }
    guard variance.isFinite else {
      throw .invalidSetting(name: "variance of the process", value: variance, expected: "finite")
    }
    guard noise + variance > 0 else {
      throw .invalidSetting(name: "noiseVariance", value: noise, expected: "> 0 where the variance is 0")
    }
    do {
      jitter = max(Self.smallestNoise * variance - noise, 0)
      self.noise = noise
      let whole = noise + jitter
      tolerance = Self.tolerance(count: times.count, noiseShare: whole / variance)
      let model = try kernel.stateSpaceModel(tolerance: tolerance)
      factor = StateSpaceFactor(model, times: times, noise: Array(repeating: whole, count: times.count))
    } catch {
      throw .kernel(error)
    }
  }

  /// Of a factor, whose noise may differ from point to point, at times in their order.
  ///
  /// - Parameter tolerance: with which the factor's model was made.
  init(_ factor: StateSpaceFactor, tolerance: Double) {
    (self.factor, self.tolerance) = (factor, tolerance)
    (noise, jitter) = (0, 0)
    order = TimeOrder(Matrix(points: factor.times))
  }

  /// What periodic kernels may leave out, where noise is a share of the variance: 1/2 tr(C^-1 dK) is at most 1/2 n
  /// tolerance / share.
  static func tolerance(count: Int, noiseShare: Double) -> Double {
    let tolerance = 2 * evidenceTolerance * noiseShare / Double(max(count, 1))
    return tolerance.isFinite ? min(max(tolerance, 0x1p-50), 1e-6) : 1e-6
  }

  public var count: Int { order.order.count }
  public var logDeterminant: Double { factor.logDeterminant }
  public func solve(_ b: Matrix) -> Matrix { order.unsorted(factor.solve(order.sorted(b))) }
  public func quadraticForms(_ b: Matrix) -> [Double] { factor.quadraticForms(order.sorted(b)) }

  public func inverseDiagonal() -> [Double] { order.unsorted(factor.inverseDiagonal()).elements }

  public func gradient(outer v: Matrix) -> [Double] {
    let gradient = factor.gradient(outer: order.sorted(v))
    return gradient.kernel + [noise * gradient.noise.reduce(0, +)]
  }

  /// The offsets of the blocks of a term of the kernel; nil where the kernel has no such term.
  func blocks(of term: any Kernel) -> [Int]? {
    guard let part = try? term.stateSpaceModel(tolerance: tolerance) else { return nil }
    var (rest, result, offset) = (part.blocks, [Int](), 0)
    for block in factor.model.blocks {
      if let place = rest.firstIndex(where: { $0.hasValues(of: block) }) {
        rest.remove(at: place)
        result.append(offset)
      }
      offset += block.states
    }
    return rest.isEmpty ? result : nil
  }
}

extension StateSpaceSolver {
  /// k*^T B, a row for each new point: covariances of the sum of some blocks there with what is observed, times the
  /// columns of B.
  func crossCovariance(times b: Matrix, of blocks: [Int], at new: Matrix) -> Matrix {
    let places = TimeOrder(new)
    return places.unsorted(factor.crossCovariance(times: order.sorted(b), of: blocks, at: places.times))
  }

  /// The posterior variances of some sums of blocks at each new point: `[sum][point]`.
  func variances(of sums: [[Int]], at new: Matrix) -> [[Double]] {
    let places = TimeOrder(new)
    return factor.variances(of: sums, at: places.times).map { places.unsorted($0).elements }
  }
}
