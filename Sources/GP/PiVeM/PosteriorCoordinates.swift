import Foundation
import NumericCore

/// The coordinates f in which the posterior of biases and trajectories is searched and sampled.
///
/// In e ~ N(0, I) the prior is standard normal: bias = centre + biasScale e, knots = map e. In f a node's own events
/// and the prior, the other nodes being given, have a curvature of one in all directions: nodes with thousands of
/// events and nodes with one are alike, and so are the places and times of a node.
struct PosteriorCoordinates: Sendable {
  let nodes: Int
  let prior: TrajectoryPrior
  /// The prior mean of a bias: half the log of the mean rate of a pair.
  let centre: Double
  let biasScale: Double
  let dimension: Int
  /// e = scale f of a bias.
  fileprivate let biasScales: [Double]
  fileprivate let whitening: EventWhitening

  /// - Parameter parameters: of the likelihood, near which curvatures shall be alike.
  init(
    _ likelihood: PairLikelihood, prior: TrajectoryPrior, biasScale: Double, around parameters: [Double]? = nil
  ) {
    (self.prior, self.biasScale) = (prior, biasScale)
    (nodes, dimension) = (likelihood.nodes, likelihood.parameterCount)
    let pairs = max(1, likelihood.structure.pairs(nodes: nodes) - Double(likelihood.masked.count))
    var curvatures = Array(repeating: 1.0, count: nodes)
    var total = 0.0
    for s in likelihood.statistics {
      for i in [s.i, s.j] { curvatures[i] += biasScale * biasScale * s.count }
      total += s.count
    }
    centre = 0.5 * log(max(total, 1) / (pairs * likelihood.span))
    biasScales = curvatures.map { 1 / $0.squareRoot() }
    whitening = EventWhitening(
      likelihood.statistics, prior: prior, nodes: nodes, width: likelihood.span / Double(prior.bins),
      around: parameters)
  }

  /// f of the parameters of a likelihood.
  func coordinates(of parameters: [Double]) -> [Double] {
    (0..<nodes).map { (parameters[$0] - centre) / (biasScale * biasScales[$0]) }
      + whitening.contracted(prior.whitened(Array(parameters[nodes...]), rows: 2 * nodes))
  }

  /// Writes e of f and the parameters of a likelihood.
  func place(_ f: UnsafePointer<Double>, _ e: UnsafeMutablePointer<Double>, _ p: UnsafeMutablePointer<Double>) {
    for i in 0..<nodes {
      e[i] = biasScales[i] * f[i]
      p[i] = centre + biasScale * e[i]
    }
    whitening.expand(f + nodes, e + nodes)
    prior.knots(e + nodes, rows: 2 * nodes, p + nodes)
  }

  /// The parameters of a likelihood.
  func parameters(of f: [Double]) -> [Double] {
    var e = f
    var result = f
    f.withUnsafeBufferPointer { f in
      e.withUnsafeMutableBufferPointer { e in
        result.withUnsafeMutableBufferPointer { p in
          if let f = f.baseAddress, let e = e.baseAddress, let p = p.baseAddress { place(f, e, p) }
        }
      }
    }
    return result
  }
}

/// The negative log likelihood and |e|^2 / 2, with the gradient by f: the negative log posterior. One
/// thread's.
final class PosteriorObjective {
  private let likelihood: PairLikelihood
  private let coordinates: PosteriorCoordinates
  private let e, parameters, slopes: UnsafeMutablePointer<Double>

  init(_ likelihood: PairLikelihood, _ coordinates: PosteriorCoordinates) {
    (self.likelihood, self.coordinates) = (likelihood, coordinates)
    let count = likelihood.parameterCount
    e = .allocate(capacity: 3 * count)
    e.initialize(repeating: 0, count: 3 * count)
    (parameters, slopes) = (e + count, e + 2 * count)
  }

  deinit { e.deallocate() }

  /// The value; infinity, without a gradient, where it is above `limit` and that is cheap to tell.
  func callAsFunction(
    _ f: UnsafePointer<Double>, gradient g: UnsafeMutablePointer<Double>, limit: Double = .infinity
  ) -> Double {
    let count = likelihood.parameterCount
    coordinates.place(f, e, parameters)
    var squares = 0.0
    for k in 0..<count { squares += 0.5 * e[k] * e[k] }
    let value = squares + likelihood.value(
      at: UnsafeBufferPointer(start: parameters, count: count),
      gradient: UnsafeMutableBufferPointer(start: slopes, count: count), limit: limit - squares)
    guard value < .infinity else { return value }
    pullback(to: g)
    return value
  }

  /// The same with an estimate of the likelihood.
  ///
  /// - Throws: `SamplingError`.
  func estimate(
    _ f: UnsafePointer<Double>, gradient g: UnsafeMutablePointer<Double>, by sampled: SampledPairLikelihood,
    using stream: inout RandomStream
  ) throws -> Double {
    let count = likelihood.parameterCount
    coordinates.place(f, e, parameters)
    let value = try sampled.value(
      at: UnsafeBufferPointer(start: parameters, count: count),
      gradient: UnsafeMutableBufferPointer(start: slopes, count: count), using: &stream)
    pullback(to: g)
    return (0..<count).reduce(value) { $0 + 0.5 * e[$1] * e[$1] }
  }

  /// The derivatives by f of those by parameters, and of |e|^2 / 2.
  private func pullback(to g: UnsafeMutablePointer<Double>) {
    let (n, count) = (likelihood.nodes, likelihood.parameterCount)
    for i in 0..<n { g[i] = coordinates.biasScales[i] * (coordinates.biasScale * slopes[i] + e[i]) }
    // The parameters are used up, and make room for the derivatives by e.
    coordinates.prior.pullback(slopes + n, rows: 2 * n, parameters + n)
    for k in n..<count { parameters[k] += e[k] }
    coordinates.whitening.pullback(parameters + n, g + n)
  }
}
