import Foundation
import NumericCore

/// The generative model: trajectories from the prior, and events from trajectories.
extension NetworkTrajectories {
  /// Trajectories from the prior: initial positions N(0, initialScale^2), velocities a Gaussian process with
  /// an RBF kernel, biases half the logarithm of `rate`.
  ///
  /// - Parameters:
  ///   - rate: of a pair whose nodes are at one place, in events per unit of time.
  ///   - velocityScale: distance per unit of time.
  ///   - lengthScale: in units of time.
  ///   - communities: of as many nodes that move together; nil: each node by itself.
  /// - Throws: `DynamicNetworkError.invalidSetting`, `LinearAlgebraError`. Cost: O(B^3 + N B^2).
  public static func draw(
    nodes: Int, bins: Int, span: Double, rate: Double, initialScale: Double, velocityScale: Double,
    lengthScale: Double, communities: NodeCommunities? = nil, using stream: inout RandomStream
  ) throws -> NetworkTrajectories {
    for (name, value) in [
      ("rate", rate), ("span", span), ("initialScale", initialScale), ("velocityScale", velocityScale),
      ("lengthScale", lengthScale), ("nodes", Double(nodes)), ("bins", Double(bins)),
    ] {
      guard value > 0, value.isFinite else {
        throw DynamicNetworkError.invalidSetting(name: name, value: value, expected: "a finite number > 0")
      }
    }
    try communities?.check(nodes: nodes)
    // A little noise keeps the covariance of a smooth process positive.
    let prior = try TrajectoryPrior(
      bins: bins, span: span, velocityScale: velocityScale, lengthScale: lengthScale,
      initialScale: initialScale,
      noise: 1e-4)
    let rows = 2 * nodes
    let e = (0..<2 * (communities?.movers ?? nodes) * (bins + 1)).map { _ in stream.normal() }
    let y = communities?.mixed(e) ?? e
    var knots = y
    y.withUnsafeBufferPointer { from in
      knots.withUnsafeMutableBufferPointer { to in
        if let from = from.baseAddress, let to = to.baseAddress { prior.knots(from, rows: rows, to) }
      }
    }
    return try NetworkTrajectories(
      nodes: nodes, bins: bins, span: span,
      parameters: Array(repeating: 0.5 * log(rate), count: nodes) + knots)
  }

  /// Events of the Poisson processes, exactly: of each pair and bin a Poisson number, and its times
  /// independent with the density of the intensity, a normal one restricted to the bin.
  ///
  /// - Parameter structure: which pairs can have events.
  /// - Returns: in the order of time. Cost: O(N^2 B) and O(1) an event, on average.
  /// - Throws: `DynamicNetworkError.invalidSetting` where the structure is not one of as many nodes;
  ///   `SamplingError` where an expected number is too large to be drawn.
  public func events(
    structure: NetworkStructure = .undirected, using stream: inout RandomStream
  ) throws -> [NetworkEvent] {
    try structure.check(nodes: nodes)
    var events: [NetworkEvent] = []
    for i in 0..<nodes {
      for j in i + 1..<nodes where structure.joins(i, j) {
        for b in 0..<bins {
          let delta = position(i, knot: b) - position(j, knot: b)
          let u = (position(i, knot: b + 1) - position(j, knot: b + 1) - delta) / width
          let m = PairIntegral(bias: parameters[i] + parameters[j], delta: delta, velocity: u, width: width)
          for _ in 0..<(try stream.poisson(rate: m.zeroth)) {
            let time = Double(b) * width + Self.time(delta, u, width, &stream)
            events.append(NetworkEvent(i: i, j: j, time: min(time, span)))
          }
        }
      }
    }
    return events.sorted { $0.time < $1.time }
  }

  /// A time in [0, w] with a density proportional to exp(-|delta + s u|^2): rejection, whose chance of
  /// acceptance is above a tenth in all cases. In z = r + a s, r = delta.u / a, the density is that of
  /// exp(-z^2) on [r, r + a w].
  private static func time(
    _ delta: SIMD2<Double>, _ u: SIMD2<Double>, _ w: Double, _ stream: inout RandomStream
  ) -> Double {
    let speed = (u * u).sum().squareRoot()
    guard speed * w > 0 else { return w * stream.uniform() }
    let r = (delta * u).sum() / speed
    // By symmetry the interval is made to reach farther to the right.
    let mirrored = r + speed * w / 2 < 0
    let (low, high) = mirrored ? (-r - speed * w, -r) : (r, r + speed * w)
    var z: Double
    if low > 0.5 {
      // An exponential tangent at `low`, restricted to the interval.
      repeat {
        z = low - log1p(stream.uniform() * expm1(-2 * low * (high - low))) / (2 * low)
      } while stream.uniform() > exp(-(z - low) * (z - low))
    } else if high - low <= 2 {
      // The largest value is at the point nearest to zero.
      let nearest = max(low, 0)
      repeat {
        z = low + (high - low) * stream.uniform()
      } while stream.uniform() > exp(nearest * nearest - z * z)
    } else {
      repeat { z = stream.normal() * 0.5.squareRoot() } while z < low || z > high
    }
    return min(max(((mirrored ? -z : z) - r) / speed, 0), w)
  }
}
