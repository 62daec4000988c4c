import Foundation
import NumericCore

/// The coordinates f in which the posterior of biases and trajectories is searched and sampled.
///
/// In e ~ N(0, I) the prior is standard normal: bias = centre + biasScale e, knots = map e. f = e over the
/// root of its inverse curvature, 1 from the prior and 2 n (d x / d e)^2 from n events: nodes with thousands
/// of events and nodes with one then have alike curvatures.
struct PosteriorCoordinates: Sendable {
  let nodes: Int
  let prior: TrajectoryPrior
  /// The prior mean of a bias: half the log of the mean rate of a pair.
  let centre: Double
  let biasScale: Double
  /// e = scales f.
  let scales: [Double]

  init(_ likelihood: PairLikelihood, prior: TrajectoryPrior, biasScale: Double) {
    (self.prior, self.biasScale) = (prior, biasScale)
    let (n, times) = (likelihood.nodes, prior.bins + 1)
    nodes = n
    let pairs = max(1, likelihood.structure.pairs(nodes: n) - Double(likelihood.masked.count))
    var events = Array(repeating: 0.0, count: n * prior.bins)
    var total = 0.0
    for s in likelihood.statistics {
      events[s.bin * n + s.i] += s.count
      events[s.bin * n + s.j] += s.count
      total += s.count
    }
    centre = 0.5 * log(max(total, 1) / (pairs * likelihood.span))
    var curvatures = Array(repeating: 1.0, count: likelihood.parameterCount)
    for b in 0..<prior.bins {
      for i in 0..<n { curvatures[i] += biasScale * biasScale * events[b * n + i] }
      for a in 0..<times {
        let slope = (prior.map[b, a] + prior.map[b + 1, a]) / 2
        guard slope != 0 else { continue }
        for i in 0..<n {
          let added = 2 * slope * slope * events[b * n + i]
          curvatures[n + 2 * a * n + i] += added
          curvatures[n + (2 * a + 1) * n + i] += added
        }
      }
    }
    scales = curvatures.map { 1 / $0.squareRoot() }
  }

  /// f of the parameters of a likelihood.
  func coordinates(of parameters: [Double]) -> [Double] {
    let e =
      parameters[..<nodes].map { ($0 - centre) / biasScale }
      + prior.whitened(Array(parameters[nodes...]), rows: 2 * nodes)
    return zip(e, scales).map { $0 / $1 }
  }

  /// Writes e of f and the parameters of a likelihood.
  func place(_ f: UnsafePointer<Double>, _ e: UnsafeMutablePointer<Double>, _ p: UnsafeMutablePointer<Double>) {
    for k in scales.indices { e[k] = scales[k] * f[k] }
    for i in 0..<nodes { p[i] = centre + biasScale * e[i] }
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
    for i in 0..<n { g[i] = coordinates.biasScale * slopes[i] }
    coordinates.prior.pullback(slopes + n, rows: 2 * n, g + n)
    coordinates.scales.withUnsafeBufferPointer { scales in
      for k in 0..<count { g[k] = scales[k] * (g[k] + e[k]) }
    }
  }
}
