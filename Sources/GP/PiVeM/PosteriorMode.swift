import Foundation
import NumericCore

/// The search for the mode of the posterior of biases and trajectories.
///
/// It runs by L-BFGS in whitened coordinates e ~ N(0, I): bias = centre + biasScale e, knots = map e. Each
/// coordinate is divided by the root of its curvature, 1 from the prior and 2 n (d x / d e)^2 from n events:
/// nodes with thousands of events and nodes with one then have alike curvatures.
struct PosteriorMode {
  let likelihood: PairLikelihood
  let prior: TrajectoryPrior
  /// The prior mean of a bias: half the log of the mean rate of a pair.
  let centre: Double
  let biasScale: Double
  private let scales: [Double]

  init(_ likelihood: PairLikelihood, prior: TrajectoryPrior, biasScale: Double) {
    (self.likelihood, self.prior, self.biasScale) = (likelihood, prior, biasScale)
    let (n, times) = (likelihood.nodes, prior.bins + 1)
    let pairs = max(1, Double(n) * Double(n - 1) / 2 - Double(likelihood.masked.count))
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

  /// The mode near `start`, in the parameters of the likelihood.
  ///
  /// - Throws: `DynamicNetworkError.didNotStart`.
  func search(from start: [Double], tolerance: Double, maximumIterations: Int) throws -> (
    parameters: [Double], optimum: Optimum
  ) {
    let n = likelihood.nodes
    let rows = 2 * n
    var e = Array(repeating: 0.0, count: start.count)
    var parameters = e
    var slopes = e
    var initial =
      start[..<n].map { ($0 - centre) / biasScale } + prior.whitened(Array(start[n...]), rows: rows)
    for k in initial.indices { initial[k] /= scales[k] }
    func place(_ f: UnsafeBufferPointer<Double>) {
      e.withUnsafeMutableBufferPointer { e in
        for k in e.indices { e[k] = scales[k] * f[k] }
        parameters.withUnsafeMutableBufferPointer { p in
          for i in 0..<n { p[i] = centre + biasScale * e[i] }
          guard let from = e.baseAddress, let to = p.baseAddress else { return }
          prior.knots(from + n, rows: rows, to + n)
        }
      }
    }
    let objective: Objective = { f, gradient in
      place(f)
      var value = parameters.withUnsafeBufferPointer { p in
        slopes.withUnsafeMutableBufferPointer { likelihood.value(at: p, gradient: $0) }
      }
      guard let g = gradient.baseAddress else { return value }
      slopes.withUnsafeBufferPointer { s in
        for i in 0..<n { g[i] = biasScale * s[i] }
        if let s = s.baseAddress { prior.pullback(s + n, rows: rows, g + n) }
      }
      for k in e.indices {
        value += 0.5 * e[k] * e[k]
        g[k] = scales[k] * (g[k] + e[k])
      }
      return value
    }
    var search = LBFGS()
    search.maximumIterations = maximumIterations
    search.changeTolerance = tolerance
    let optimum: Optimum
    do { optimum = try search.minimise(from: initial, objective) } catch {
      throw DynamicNetworkError.didNotStart("\(error)")
    }
    optimum.position.withUnsafeBufferPointer { place($0) }
    return (parameters, optimum)
  }
}
