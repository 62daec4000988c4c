import Foundation
import NumericCore

/// The negative log likelihood of a dynamic network, and its gradient, over biases and the knots of the
/// trajectories.
///
/// A node i moves in the plane along straight lines between the knots X_0i, ..., X_Bi, equally spaced in [0,
/// span], and log lambda_ij(t) = bias_i + bias_j - |x_i(t) - x_j(t)|^2: sum over pairs and bins of the
/// integral of lambda, less the sum over events of log lambda.
///
/// Parameters are [bias_0 ... bias_{N-1}, then for each knot b: x of all nodes, y of all nodes]: N + 2 N (B +
/// 1) numbers.
///
/// The integral is by Gauss-Legendre at instants that all pairs share, the fewest of a bin whose error is
/// below `relativeError` times the width and the largest value of the intensity along the pair's line. The
/// bound for n points is L^2n (n!)^3 / ((2n + 1) (2n)!^2), L = |u| w, from |d^2n/dx^2n exp(-x^2)| <=
/// (2n)!/n!. Nodes that move too far against each other for 24 points take parts of the bin, or few of them
/// the closed form, `PairIntegral`. At an instant the pairs of many nodes are summed by a grid in the plane
/// (`GaussianGrid`), with an error below `relativeError`, or 10^-14, times exp(bias_i + bias_j), and in all
/// below a hundred `relativeError` times the sum, or the mean rate of all events where that is larger. A
/// masked pair is summed with the others and subtracted again: its share of the error stays.
///
/// Cost: O(N B) a value with gradient, or O(N^2 B) for few nodes, whatever the number of events; nothing is
/// allocated in it but the scratch of a sort of the nodes a bin.
public final class PairLikelihood {
  /// Networks of as many pairs and bins are summed on all cores, bin by bin; the result does not depend on
  /// their number.
  private static let concurrentFrom = 4_000_000

  /// How pairs are summed at an instant.
  public enum Sums: Sendable, Equatable {
    /// By what costs least: one by one, or by a grid.
    case cheapest
    /// One by one.
    case direct
  }

  public let nodes, bins: Int
  public let span: Double
  public let statistics: [EventStatistics]
  /// Pairs that are not part of the likelihood, whose events are not either.
  public let masked: [NodePair]
  public let structure: NetworkStructure
  private let excluded: [NodePair]
  public let relativeError: Double
  /// The share of the integrals of masked pairs that is left in: `share` times an expected number is the
  /// logarithm of an exponential prior of mean 1 / share, which keeps nodes that nothing else holds apart
  /// from an enormous rate.
  public let maskedShare: Double
  public var parameterCount: Int { nodes + 2 * nodes * (bins + 1) }
  private let workers: [BinIntegral]
  /// Of each bin, where bins are summed at once: its total, and its derivatives by biases and its knots.
  private let totals, blocks: UnsafeMutablePointer<Double>
  /// The first statistics of each bin, and their number; the numbers of the nodes' events.
  private let firsts: [Int]
  private let degrees: [Double]
  /// Of each node in one bin: its start and its motion, and the derivatives by them.
  private typealias Path = SIMD4<Double>
  private let paths, pathSlopes: UnsafeMutablePointer<Path>

  public init(
    nodes: Int, bins: Int, span: Double, events: some Sequence<NetworkEvent>, masked: Set<NodePair> = [],
    maskedShare: Double = 0, structure: NetworkStructure = .undirected, relativeError: Double = 1e-8,
    sums: Sums = .cheapest
  ) {
    let sides = structure.sides
    precondition(sides.map { $0.count == nodes } ?? true, "a structure of as many nodes")
    (self.nodes, self.bins, self.span) = (nodes, bins, span)
    (self.structure, excluded) = (structure, structure.excluded)
    (self.relativeError, self.maskedShare) = (relativeError, maskedShare)
    let statistics = EventStatistics.gather(
      masked.isEmpty ? Array(events) : events.filter { !masked.contains($0.pair) }, bins: bins, span: span)
    self.statistics = statistics
    var firsts = Array(repeating: 0, count: bins + 1)
    for s in statistics { firsts[s.bin + 1] += 1 }
    for b in 0..<bins { firsts[b + 1] += firsts[b] }
    self.firsts = firsts
    var degrees = Array(repeating: 0.0, count: nodes)
    for s in statistics {
      degrees[s.i] += s.count
      degrees[s.j] += s.count
    }
    self.degrees = degrees
    paths = .allocate(capacity: 2 * nodes)
    paths.initialize(repeating: .zero, count: 2 * nodes)
    pathSlopes = paths + nodes
    self.masked = masked.sorted { ($0.i, $0.j) < ($1.i, $1.j) }
    let isConcurrent = nodes * nodes / 2 * bins >= Self.concurrentFrom
    let cores = isConcurrent ? min(bins, ProcessInfo.processInfo.activeProcessorCount) : 1
    let rate = statistics.reduce(0) { $0 + $1.count } / span
    workers = (0..<cores).map { _ in
      BinIntegral(
        nodes: nodes, width: span / Double(bins), relativeError: relativeError, rate: rate, sums: sums, sides: sides)
    }
    totals = .allocate(capacity: bins)
    totals.initialize(repeating: 0, count: bins)
    let size = isConcurrent ? 5 * nodes * bins : 0
    blocks = .allocate(capacity: size)
    blocks.initialize(repeating: 0, count: size)
    self.isConcurrent = isConcurrent
  }

  private let isConcurrent: Bool

  deinit {
    totals.deallocate()
    blocks.deallocate()
    paths.deallocate()
  }

  /// The negative log likelihood; overwrites `gradient`.
  ///
  /// - Parameter limit: where the term of the events alone, which is cheap to sum, tells that the value is above
  ///   this, it is infinity, without a gradient. Nodes that a search has thrown far apart take many instants, and
  ///   no grid has room for them.
  public func value(
    at parameters: UnsafeBufferPointer<Double>, gradient: UnsafeMutableBufferPointer<Double>,
    limit: Double = .infinity
  ) -> Double {
    guard let v = parameters.baseAddress, let g = gradient.baseAddress, nodes >= 2 else { return 0 }
    for k in 0..<parameterCount { g[k] = 0 }
    let least = eventTerm(v, g)
    guard least <= limit else { return .infinity }
    integrate(v, g)
    var total = 0.0
    for b in 0..<bins { total += totals[b] }
    return total + least
  }

  /// The negative log likelihood, by the same sums.
  public func value(at parameters: [Double]) -> Double {
    var gradient = parameters
    return parameters.withUnsafeBufferPointer { p in
      gradient.withUnsafeMutableBufferPointer { value(at: p, gradient: $0) }
    }
  }

  /// The expected number of events of all pairs but the masked ones (but for their share) in each bin.
  public func expectedCounts(at parameters: [Double]) -> [Double] {
    var gradient = Array(repeating: 0.0, count: parameterCount)
    parameters.withUnsafeBufferPointer { p in
      gradient.withUnsafeMutableBufferPointer { g in
        if let v = p.baseAddress, let g = g.baseAddress, nodes >= 2 { integrate(v, g) }
      }
    }
    return (0..<bins).map { totals[$0] }
  }

  /// The sum of the intensities of all pairs but the masked ones at the end of the span.
  public func rateAtEnd(at parameters: [Double]) -> Double {
    parameters.withUnsafeBufferPointer { p in
      guard let v = p.baseAddress, nodes >= 2 else { return 0 }
      let (x, y) = (v + (1 + 2 * bins) * nodes, v + (2 + 2 * bins) * nodes)
      return workers[0].rate(v, x, y)
        - (masked + excluded).reduce(0) {
          let (dx, dy) = (x[$1.i] - x[$1.j], y[$1.i] - y[$1.j])
          return $0 + exp(v[$1.i] + v[$1.j] - (dx * dx + dy * dy))
        }
    }
  }

  /// Writes the bins' integrals to `totals`, and adds their derivatives to `g`.
  private func integrate(_ v: UnsafePointer<Double>, _ g: UnsafeMutablePointer<Double>) {
    let n = nodes
    guard isConcurrent else {
      for b in 0..<bins {
        totals[b] = bin(b, workers[0], v, BinSlopes(biases: g, knots: g + (1 + 2 * b) * n, nodes: n))
      }
      return
    }
    nonisolated(unsafe) let (likelihood, parameters) = (self, v)
    let cores = workers.count
    DispatchQueue.concurrentPerform(iterations: cores) { core in
      for b in stride(from: core, to: likelihood.bins, by: cores) {
        let block = likelihood.blocks + 5 * n * b
        block.update(repeating: 0, count: 5 * n)
        likelihood.totals[b] = likelihood.bin(
          b, likelihood.workers[core], parameters, BinSlopes(biases: block, knots: block + n, nodes: n))
      }
    }
    for b in 0..<bins {
      let (block, knots) = (blocks + 5 * n * b, g + (1 + 2 * b) * n)
      for i in 0..<n { g[i] += block[i] }
      for k in 0..<4 * n { knots[k] += block[n + k] }
    }
  }

  private func bin(_ b: Int, _ worker: BinIntegral, _ v: UnsafePointer<Double>, _ slopes: BinSlopes) -> Double {
    let knots = v + (1 + 2 * b) * nodes
    var total = worker.all(v, knots, slopes)
    for m in masked { total += worker.pair(m.i, m.j, maskedShare - 1, v, knots, slopes) }
    for m in excluded { total += worker.pair(m.i, m.j, -1, v, knots, slopes) }
    return total
  }

  /// Less the sum over events of log lambda; adds its derivatives. With D the difference of a pair at a bin's start
  /// and M its motion in it, that of a pair's events is count (bias - |D|^2) - 2 first / w D.M - second / w^2
  /// |M|^2. Cost: O(1) an occupied pair and bin.
  private func eventTerm(_ v: UnsafePointer<Double>, _ g: UnsafeMutablePointer<Double>) -> Double {
    let n = nodes
    var total = 0.0
    for i in 0..<n {
      g[i] -= degrees[i]
      total -= degrees[i] * v[i]
    }
    statistics.withUnsafeBufferPointer { statistics in
      for b in 0..<bins {
        let (p, slopes) = (v + (1 + 2 * b) * n, g + (1 + 2 * b) * n)
        for i in 0..<n {
          let start = SIMD2(p[i], p[n + i])
          (paths[i], pathSlopes[i]) = (Path(lowHalf: start, highHalf: SIMD2(p[2 * n + i], p[3 * n + i]) - start), .zero)
        }
        total += pairTerm(statistics[firsts[b]..<firsts[b + 1]])
        for i in 0..<n {
          let (end, start) = (pathSlopes[i].highHalf, pathSlopes[i].lowHalf - pathSlopes[i].highHalf)
          slopes[i] += start.x
          slopes[n + i] += start.y
          slopes[2 * n + i] += end.x
          slopes[3 * n + i] += end.y
        }
      }
    }
    return total
  }

  /// The part of `eventTerm` by distances, of one bin: a node's numbers lie together, as nodes are met at random.
  private func pairTerm(_ cells: Slice<UnsafeBufferPointer<EventStatistics>>) -> Double {
    let rate = Double(bins) / span
    var (total, k) = (0.0, cells.startIndex)
    while k < cells.endIndex {
      let i = cells[k].i
      let own = paths[i]
      var slope = Path.zero
      while k < cells.endIndex, cells[k].i == i {
        let (s, j) = (cells[k], cells[k].j)
        let d = own - paths[j]
        let (first, second) = (rate * s.first, rate * rate * s.second)
        let turned = Path(lowHalf: d.highHalf, highHalf: d.lowHalf)
        let change = Path(s.count, s.count, second, second) * d + first * turned
        total += (d * change).sum()
        slope += 2 * change
        pathSlopes[j] -= 2 * change
        k += 1
      }
      pathSlopes[i] += slope
    }
    return total
  }
}
