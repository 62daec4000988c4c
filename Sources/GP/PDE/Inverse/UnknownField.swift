import Foundation
import NumericCore

/// An unknown function of an inverse problem, such as a coefficient that varies in space, with a Gaussian
/// process for its prior: squared exponential, about a constant mean,
///
///     a(x) = m + s g(x),  or  exp(m + s g(x)) where it is positive,   g ~ GP(0, exp(-|x - x'|^2 / (2 l^2)))
///
/// g is a sum of the process's functions with coefficients N(0, 1), down to 1e-3 of its deviation. What is
/// not seen of a keeps its prior.
public struct UnknownField: Sendable {
  public let name: String
  let mean, deviation: Double
  let isPositive: Bool
  /// The ends of each axis.
  let ends: [[Double]]
  let lengthScale: Double
  private let axes: [Envelope]
  /// Which function along each axis.
  private let products: [SIMD3<Int>]

  /// A function that may have either sign.
  ///
  /// - Parameters:
  ///   - ends: the lower and the upper end of each axis, as of the problem's box.
  ///   - mean, standardDeviation: of the prior at a point.
  ///   - lengthScale: over which the function changes, the same along all axes.
  public init(
    _ name: String, on ends: [Double]..., mean: Double, standardDeviation: Double, lengthScale: Double
  ) throws(InverseProblemError) {
    try self.init(name, ends, mean, standardDeviation, lengthScale, isPositive: false)
  }

  /// A function that is positive: its logarithm has a Gaussian process for its prior.
  ///
  /// - Parameters:
  ///   - median: of the prior at a point.
  ///   - logDeviation: the standard deviation of the logarithm.
  public init(
    positive name: String, on ends: [Double]..., median: Double, logDeviation: Double, lengthScale: Double
  ) throws(InverseProblemError) {
    guard median > 0 else { throw .invalidField(name, reason: "median \(median), expected positive") }
    try self.init(name, ends, log(median), logDeviation, lengthScale, isPositive: true)
  }

  private init(
    _ name: String, _ ends: [[Double]], _ mean: Double, _ deviation: Double, _ lengthScale: Double,
    isPositive: Bool
  ) throws(InverseProblemError) {
    guard mean.isFinite, deviation > 0, deviation.isFinite else {
      throw .invalidField(name, reason: "mean \(mean) and deviation \(deviation), expected finite and positive")
    }
    guard (1...3).contains(ends.count),
      ends.allSatisfy({ $0.count == 2 && $0[0] < $0[1] && $0[0].isFinite && $0[1].isFinite })
    else {
      throw .invalidField(
        name, reason: "axes \(ends), expected one to three pairs of finite ends in rising order")
    }
    let longest = ends.map { $0[1] - $0[0] }.max() ?? 0
    guard lengthScale.isFinite, lengthScale >= Self.shortest * longest else {
      throw .invalidField(
        name, reason: "length scale \(lengthScale), expected at least \(Self.shortest * longest)")
    }
    (self.name, self.mean, self.deviation, self.isPositive) = (name, mean, deviation, isPositive)
    (self.ends, self.lengthScale) = (ends, lengthScale)
    axes = ends.map { Envelope(on: $0[0]...$0[1], lengthScale: lengthScale, smallest: Self.smallest) }
    var products = [(index: SIMD3<Int>(), deviation: 1.0)]
    for (axis, envelope) in axes.enumerated() {
      products = products.flatMap { product in
        envelope.deviations.enumerated().map { i, value in
          var index = product.index
          index[axis] = i
          return (index, product.deviation * value)
        }
      }
    }
    let largest = products.map(\.deviation).max() ?? 0
    self.products = products.filter { $0.deviation >= Self.smallest * largest }.map(\.index)
  }

  /// Of the longest axis: a shorter one has more functions than differences can be taken of.
  private static let shortest = 1.0 / 16
  private static let smallest = 1e-3

  /// How many coefficients it has.
  var count: Int { products.count }

  /// m + s g, or a derivative of it along an axis, at a point as a linear function of the coefficients,
  /// without m.
  func row(at point: GridPoint, derivative axis: Int? = nil) -> [Double] {
    let values = axes.enumerated().map { other, envelope in
      let order = other == axis ? 1 : 0
      return envelope.evaluate(at: [point[other]], order: order)[order]
    }
    return products.map { index in
      values.enumerated().reduce(deviation) { $0 * $1.element[0, index[$1.offset]] }
    }
  }
}

/// A function that an unknown one may be: what a problem is made with.
public struct FieldValue: Sendable {
  let unknown: UnknownField
  let coefficients: [Double]

  /// a, as a coefficient or a source.
  public var field: Field { make { value(at: $0) } }

  /// The derivative of a along an axis.
  public func slope(_ axis: Axis) -> Field {
    make { point in
      let row = unknown.row(at: point, derivative: axis.index)
      let slope = zip(row, coefficients).reduce(0) { $0 + $1.0 * $1.1 }
      return unknown.isPositive ? slope * value(at: point) : slope
    }
  }

  func value(at point: GridPoint) -> Double {
    let sum = zip(unknown.row(at: point), coefficients).reduce(unknown.mean) { $0 + $1.0 * $1.1 }
    return unknown.isPositive ? exp(sum) : sum
  }

  private func make(_ value: @escaping @Sendable (GridPoint) -> Double) -> Field {
    switch unknown.ends.count {
    case 1: Field { x in value(GridPoint(x, 0, 0)) }
    case 2: Field { x, y in value(GridPoint(x, y, 0)) }
    default: Field { x, y, z in value(GridPoint(x, y, z)) }
    }
  }
}

/// The divergence of a times the gradient of u, (a u')' on an interval, for an unknown coefficient a.
public func divergence(_ a: FieldValue, gradientOf u: DifferentialExpression) -> DifferentialExpression {
  (0..<a.unknown.ends.count).reduce(0 * u) { sum, axis in
    sum + a.field * d(u, Axis(axis), order: 2) + a.slope(Axis(axis)) * d(u, Axis(axis))
  }
}
