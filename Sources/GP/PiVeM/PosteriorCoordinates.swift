import Foundation
import NumericCore

/// The coordinates f in which the posterior of biases and trajectories is searched and sampled.
///
/// In e ~ N(0, I) the prior is standard normal: bias = centre + biasScale e, knots = map e. In f a node's own events
/// and the prior, the other nodes being given, have a curvature of one in all directions: nodes with thousands of
/// events and nodes with one are alike, and so are the places and times of a node. With communities, e of trajectories
/// has numbers of each node and of each community, which together are those of `NodeCommunities`.
struct PosteriorCoordinates: Sendable {
  let nodes: Int
  let prior: TrajectoryPrior
  let communities: NodeCommunities?
  /// The prior mean of a bias: half the log of the mean rate of a pair.
  let centre: Double
  let biasScale: Double
  let dimension: Int
  /// e = scale f of a bias.
  fileprivate let biasScales: [Double]
  fileprivate let whitening: EventWhitening

  /// - Parameter parameters: of the likelihood, near which curvatures shall be alike.
  init(
    _ likelihood: PairLikelihood, prior: TrajectoryPrior, communities: NodeCommunities?, biasScale: Double,
    around parameters: [Double]? = nil
  ) {
    (self.prior, self.communities, self.biasScale) = (prior, communities, biasScale)
    nodes = likelihood.nodes
    dimension = nodes + 2 * (communities?.movers ?? nodes) * (prior.bins + 1)
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
      likelihood.statistics, prior: prior, communities: communities, nodes: nodes,
      width: likelihood.span / Double(prior.bins), around: parameters)
  }

  /// f of the parameters of a likelihood.
  func coordinates(of parameters: [Double]) -> [Double] {
    let y = prior.whitened(Array(parameters[nodes...]), rows: 2 * nodes)
    return (0..<nodes).map { (parameters[$0] - centre) / (biasScale * biasScales[$0]) }
      + whitening.contracted(communities?.unmixed(y) ?? y)
  }

  /// Writes e of f and the parameters of a likelihood.
  ///
  /// - Parameter room: for as many numbers as `roomCount`.
  func place(
    _ f: UnsafePointer<Double>, _ e: UnsafeMutablePointer<Double>, _ p: UnsafeMutablePointer<Double>,
    room: UnsafeMutablePointer<Double>
  ) {
    for i in 0..<nodes {
      e[i] = biasScales[i] * f[i]
      p[i] = centre + biasScale * e[i]
    }
    whitening.expand(f + nodes, e + nodes)
    communities?.mix(e + nodes, rows: 2 * (prior.bins + 1), room)
    prior.knots(communities == nil ? e + nodes : room, rows: 2 * nodes, p + nodes)
  }

  /// What mixing needs.
  var roomCount: Int { communities == nil ? 0 : dimension }

  /// The parameters of a likelihood.
  func parameters(of f: [Double]) -> [Double] {
    let count = nodes + 2 * nodes * (prior.bins + 1)
    var workspace = Array(repeating: 0.0, count: count + dimension + roomCount)
    f.withUnsafeBufferPointer { f in
      workspace.withUnsafeMutableBufferPointer { p in
        if let f = f.baseAddress, let p = p.baseAddress { place(f, p + count, p, room: p + count + dimension) }
      }
    }
    return Array(workspace[..<count])
  }
}

/// The negative log likelihood and |e|^2 / 2, with the gradient by f: the negative log posterior. One
/// thread's.
final class PosteriorObjective {
  private let likelihood: PairLikelihood
  private let coordinates: PosteriorCoordinates
  private let e, parameters, slopes, room: UnsafeMutablePointer<Double>

  init(_ likelihood: PairLikelihood, _ coordinates: PosteriorCoordinates) {
    (self.likelihood, self.coordinates) = (likelihood, coordinates)
    let (dimension, count) = (coordinates.dimension, likelihood.parameterCount)
    let all = dimension + 2 * count + coordinates.roomCount
    e = .allocate(capacity: all)
    e.initialize(repeating: 0, count: all)
    (parameters, slopes, room) = (e + dimension, e + dimension + count, e + dimension + 2 * count)
  }

  deinit { e.deallocate() }

  /// The value; infinity, without a gradient, where it is above `limit` and that is cheap to tell.
  func callAsFunction(
    _ f: UnsafePointer<Double>, gradient g: UnsafeMutablePointer<Double>, limit: Double = .infinity
  ) -> Double {
    let count = likelihood.parameterCount
    coordinates.place(f, e, parameters, room: room)
    var squares = 0.0
    for k in 0..<coordinates.dimension { squares += 0.5 * e[k] * e[k] }
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
    coordinates.place(f, e, parameters, room: room)
    let value = try sampled.value(
      at: UnsafeBufferPointer(start: parameters, count: count),
      gradient: UnsafeMutableBufferPointer(start: slopes, count: count), using: &stream)
    pullback(to: g)
    return (0..<coordinates.dimension).reduce(value) { $0 + 0.5 * e[$1] * e[$1] }
  }

  /// The derivatives by f of those by parameters, and of |e|^2 / 2.
  private func pullback(to g: UnsafeMutablePointer<Double>) {
    let (n, dimension) = (likelihood.nodes, coordinates.dimension)
    for i in 0..<n { g[i] = coordinates.biasScales[i] * (coordinates.biasScale * slopes[i] + e[i]) }
    // The parameters are used up, and make room for the derivatives by e.
    coordinates.prior.pullback(slopes + n, rows: 2 * n, parameters + n)
    var byCoordinates = parameters + n
    if let communities = coordinates.communities {
      communities.pullback(parameters + n, rows: 2 * (coordinates.prior.bins + 1), room)
      byCoordinates = room
    }
    for k in 0..<dimension - n { byCoordinates[k] += e[n + k] }
    coordinates.whitening.pullback(byCoordinates, g + n)
  }
}
