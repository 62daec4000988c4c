import Foundation

/// h(sum_c (x_c - y_c)^2 / l_c^2): a stationary correlation of the distance in length scales, one for each
/// coordinate (automatic relevance determination) or one for all. Isotropic in scaled coordinates.
///
/// Derivatives up to order 2 in all, for all profiles but Matern 1/2; on the line up to order 4, for all but Matern
/// 1/2 and 3/2.
public struct RadialKernel: Kernel {
  public private(set) var profile: RadialProfile
  /// One for each coordinate of the points, or a single one for points of any dimension.
  public private(set) var lengthScales: [Double]
  private var inverseSquares: [Double]

  /// - Throws: `invalidParameter` unless length scales and shape are positive and finite; `emptyKernel`
  ///   without any.
  public init(_ profile: RadialProfile, lengthScales: [Double]) throws(KernelError) {
    guard !lengthScales.isEmpty else { throw .emptyKernel(kernel: "a radial kernel") }
    for length in lengthScales where !(length > 0 && length.isFinite) {
      throw .invalidParameter(name: "lengthScale", value: length, expected: "> 0 and finite")
    }
    if case .rationalQuadratic(let alpha) = profile, !(alpha > 0 && alpha.isFinite) {
      throw .invalidParameter(name: "shape", value: alpha, expected: "> 0 and finite")
    }
    (self.profile, self.lengthScales) = (profile, lengthScales)
    inverseSquares = lengthScales.map { 1 / ($0 * $0) }
  }

  /// With one length scale for all coordinates.
  public init(_ profile: RadialProfile, lengthScale: Double) throws(KernelError) {
    try self.init(profile, lengthScales: [lengthScale])
  }

  private var isShared: Bool { lengthScales.count == 1 }
  private var hasShape: Bool { if case .rationalQuadratic = profile { true } else { false } }

  public var description: String { "\(profile)(\(lengthScales.map(\.fourDigits).joined(separator: ", ")))" }

  public var parameterList: [KernelParameter] {
    lengthScales.indices.map {
      KernelParameter(isShared ? "lengthScale" : "lengthScale[\($0)]", .lengthScale(coordinate: $0))
    } + (hasShape ? [KernelParameter("shape", .shape)] : [])
  }

  public var parameters: [Double] {
    get {
      guard case .rationalQuadratic(let alpha) = profile else { return lengthScales.map { log($0) } }
      return lengthScales.map { log($0) } + [log(alpha)]
    }
    set {
      for i in lengthScales.indices {
        lengthScales[i] = exp(newValue[i])
        inverseSquares[i] = exp(-2 * newValue[i])
      }
      if hasShape { profile = .rationalQuadratic(shape: exp(newValue[lengthScales.count])) }
    }
  }

  public func validate(dimension: Int) throws(KernelError) {
    guard isShared ? dimension > 0 : dimension == lengthScales.count else {
      throw .wrongDimension(dimension: dimension, expected: lengthScales.count)
    }
  }

  /// Writes sum_c (x_c - y_c)^2 / l_c^2 for each pair.
  private func squaredDistances(_ pairs: PointPairs, into s: UnsafeMutablePointer<Double>) {
    s.update(repeating: 0, count: pairs.count)
    for c in 0..<pairs.dimension {
      let weight = inverseSquares[isShared ? 0 : c]
      for i in 0..<pairs.count {
        let r = pairs.difference(i, c)
        s[i] += weight * r * r
      }
    }
  }

  public func evaluate(_ pairs: PointPairs, into values: UnsafeMutablePointer<Double>) {
    squaredDistances(pairs, into: values)
    profile.evaluate(values, count: pairs.count)
  }

  public func accumulateGradient(
    _ pairs: PointPairs, adjoint: UnsafePointer<Double>, into gradient: UnsafeMutablePointer<Double>
  ) {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: PointPairs.blockSize) { s in
      guard let s = s.baseAddress else { return }
      squaredDistances(pairs, into: s)
      if case .rationalQuadratic(let alpha) = profile {
        for i in 0..<pairs.count {
          gradient[lengthScales.count] += adjoint[i] * RadialProfile.rationalQuadraticShapeSlope(alpha, s[i])
        }
      }
      profile.evaluateSlope(s, count: pairs.count)
      // Where s = 0 all differences are 0, and so is what a length scale changes, also where the slope is
      // infinite.
      for i in 0..<pairs.count { s[i] = s[i].isFinite ? -2 * adjoint[i] * s[i] : 0 }
      for c in 0..<pairs.dimension {
        let parameter = isShared ? 0 : c
        var sum = 0.0
        for i in 0..<pairs.count {
          let r = pairs.difference(i, c)
          sum += s[i] * r * r
        }
        gradient[parameter] += inverseSquares[parameter] * sum
      }
    }
  }

  public func supports(_ derivative: KernelDerivative) -> Bool {
    switch derivative.total {
    case 0: true
    case 1, 2: profile.isDifferentiable
    case 3, 4: derivative.first.count == 1 && profile.isTwiceDifferentiable
    default: false
    }
  }

  public func evaluate(
    _ derivative: KernelDerivative, _ pairs: PointPairs, into values: UnsafeMutablePointer<Double>
  ) {
    guard derivative.total <= 2 else { return evaluateOnLine(derivative, pairs, into: values) }
    // The coordinates differentiated in, once for each order.
    let orders = derivative.first.indices.flatMap { Array(repeating: $0, count: derivative.order($0)) }
    let sign = derivative.second.reduce(0, +) % 2 == 0 ? 1.0 : -1
    squaredDistances(pairs, into: values)
    func weight(_ c: Int) -> Double { inverseSquares[isShared ? 0 : c] }
    for i in 0..<pairs.count {
      let s = values[i]
      let c = orders[0]
      let gradient = 2 * weight(c) * pairs.difference(i, c)
      guard orders.count == 2 else {
        values[i] = sign * profile.slope(s) * gradient
        continue
      }
      let e = orders[1]
      let product = gradient * 2 * weight(e) * pairs.difference(i, e)
      values[i] = sign * (profile.curvature(s) * product + (c == e ? 2 * weight(c) * profile.slope(s) : 0))
    }
  }

  public func coordinates(dimension: Int) -> Set<Int> { Set(0..<dimension) }
  public var isStationary: Bool { true }

  public func spectralDensity(at omega: [Double]) -> Double? {
    var (q, volume) = (0.0, 1.0)
    for (c, w) in omega.enumerated() {
      let length = lengthScales[isShared ? 0 : c]
      q += length * length * w * w
      volume *= length
    }
    return volume * profile.spectralDensity(q: q, dimension: Double(omega.count))
  }
}
