import Foundation
import NumericCore

/// Biases of nodes, and their motion in the plane over [0, span] along straight lines between equally spaced
/// knots: log lambda_ij(t) = bias_i + bias_j - |x_i(t) - x_j(t)|^2.
public struct NetworkTrajectories: Sendable, Equatable {
  public let nodes, bins: Int
  public let span: Double
  /// [bias_0 ... bias_{N-1}, then for each knot b in 0...bins: x of all nodes, y of all nodes].
  public internal(set) var parameters: [Double]
  public var width: Double { span / Double(bins) }

  /// - Throws: `DynamicNetworkError.invalidSetting`.
  public init(nodes: Int, bins: Int, span: Double, parameters: [Double]) throws(DynamicNetworkError) {
    func check(_ name: String, _ value: Double, _ holds: Bool, _ expected: String) throws(DynamicNetworkError) {
      guard holds else { throw .invalidSetting(name: name, value: value, expected: expected) }
    }
    try check("nodes", Double(nodes), nodes >= 2, ">= 2")
    try check("bins", Double(bins), bins >= 1, ">= 1")
    try check("span", span, span > 0 && span.isFinite, "a finite number > 0")
    let count = nodes + 2 * nodes * (bins + 1)
    try check("number of parameters", Double(parameters.count), parameters.count == count, "\(count)")
    if let bad = parameters.first(where: { !$0.isFinite }) {
      try check("parameter", bad, false, "a finite number")
    }
    (self.nodes, self.bins, self.span, self.parameters) = (nodes, bins, span, parameters)
  }

  /// - Precondition: finite parameters, of the right number.
  init(unchecked parameters: [Double], nodes: Int, bins: Int, span: Double) {
    (self.nodes, self.bins, self.span, self.parameters) = (nodes, bins, span, parameters)
  }

  public func bias(_ i: Int) -> Double { parameters[i] }

  /// The position at a knot b in 0...bins.
  public func position(_ i: Int, knot b: Int) -> SIMD2<Double> {
    SIMD2(parameters[(1 + 2 * b) * nodes + i], parameters[(2 + 2 * b) * nodes + i])
  }

  /// The position at a time; nodes rest outside of [0, span].
  public func position(_ i: Int, at time: Double) -> SIMD2<Double> {
    let t = min(max(time, 0), span) * Double(bins) / span
    let b = min(bins - 1, Int(t))
    return position(i, knot: b) + (t - Double(b)) * (position(i, knot: b + 1) - position(i, knot: b))
  }

  /// log lambda_ij(t); nodes rest outside of [0, span].
  public func logIntensity(_ i: Int, _ j: Int, at time: Double) -> Double {
    let d = position(i, at: time) - position(j, at: time)
    return parameters[i] + parameters[j] - (d * d).sum()
  }

  /// The integral of lambda_ij over the part of [from, to] that lies within [0, span]. Cost: O(bins met).
  public func expectedCount(_ i: Int, _ j: Int, from: Double, to: Double) -> Double {
    let (low, high) = (max(from, 0), min(to, span))
    guard low < high else { return 0 }
    var total = 0.0
    for b in min(bins - 1, Int(low / width))...min(bins - 1, Int(high / width)) {
      let s0 = max(low - Double(b) * width, 0)
      let s1 = b == bins - 1 ? high - Double(b) * width : min(high - Double(b) * width, width)
      total += integral(i, j, bin: b, from: s0, to: s1)
    }
    return total
  }

  /// The integral over the times [from, to] since a bin's start.
  func integral(_ i: Int, _ j: Int, bin b: Int, from: Double, to: Double) -> Double {
    guard to > from else { return 0 }
    let delta = position(i, knot: b) - position(j, knot: b)
    let u = (position(i, knot: b + 1) - position(j, knot: b + 1) - delta) / width
    return PairIntegral(
      bias: parameters[i] + parameters[j], delta: delta + u * from, velocity: u, width: to - from
    )
    .zeroth
  }

  /// The same motion with other knots; nodes rest after `self.span`.
  func resampled(bins: Int, span: Double) -> NetworkTrajectories {
    var result = Array(parameters[..<nodes])
    for b in 0...bins {
      let places = (0..<nodes).map { position($0, at: span * Double(b) / Double(bins)) }
      result += places.map(\.x)
      result += places.map(\.y)
    }
    return NetworkTrajectories(unchecked: result, nodes: nodes, bins: bins, span: span)
  }

  /// The same expected numbers where all times are `factor` times as long.
  func inTime(by factor: Double) -> NetworkTrajectories {
    var result = parameters
    for i in 0..<nodes { result[i] -= 0.5 * log(factor) }
    return NetworkTrajectories(unchecked: result, nodes: nodes, bins: bins, span: factor * span)
  }
}
