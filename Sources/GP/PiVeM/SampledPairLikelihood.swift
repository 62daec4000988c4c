import NumericCore

/// Unbiased estimates of the negative log likelihood of `PairLikelihood`, without masked pairs, and of its gradient:
/// the case-control likelihood of Raftery, Niu, Hoff and Yeung (2012) over random batches of nodes.
///
/// A node's part is the sum over its pairs with events, the cases, of the integral less the events' log intensities,
/// and over its other pairs of the integral, which is the number of those times the mean over random ones, the
/// controls (all of them where they are no more). Half the sum of the nodes' parts is the likelihood, and an estimate
/// is that of the nodes of a batch times the nodes over the batch.
///
/// Cost: O((cases + controls) B) a node of the batch, whatever the number of nodes, but for clearing the gradient.
public final class SampledPairLikelihood {
  public let nodes, bins: Int
  public let span: Double
  public let sampling: PairSampling
  public var parameterCount: Int { nodes + 2 * nodes * (bins + 1) }
  private let structure: NetworkStructure
  private let sides: [Bool]?
  private let statistics: [EventStatistics]
  /// Of each node its partners in ascending order, with where their statistics, those of a pair in a row, are.
  private let cases: [[Case]]
  private let integral: BinIntegral
  private var order: [Int]

  private struct Case {
    let other: Int
    let statistics: Range<Int>
  }

  public init(
    nodes: Int, bins: Int, span: Double, events: some Sequence<NetworkEvent>,
    structure: NetworkStructure = .undirected, sampling: PairSampling = PairSampling(), relativeError: Double = 1e-6
  ) {
    (self.nodes, self.bins, self.span, self.structure, self.sampling) = (nodes, bins, span, structure, sampling)
    sides = structure.sides
    let gathered = EventStatistics.gather(events, bins: bins, span: span)
    let statistics = gathered.sorted { ($0.i, $0.j, $0.bin) < ($1.i, $1.j, $1.bin) }
    var cases = Array(repeating: [Case](), count: nodes)
    var start = 0
    while start < statistics.count {
      let (i, j) = (statistics[start].i, statistics[start].j)
      let end = statistics[start...].firstIndex { $0.i != i || $0.j != j } ?? statistics.count
      cases[i].append(Case(other: j, statistics: start..<end))
      cases[j].append(Case(other: i, statistics: start..<end))
      start = end
    }
    (self.statistics, self.cases) = (statistics, cases.map { $0.sorted { $0.other < $1.other } })
    integral = BinIntegral(
      nodes: nodes, width: span / Double(bins), relativeError: relativeError, rate: 0, sums: .direct, sides: nil)
    order = Array(0..<nodes)
  }

  /// An estimate; overwrites `gradient` with that of the gradient, which is that of the estimate.
  ///
  /// - Throws: `SamplingError`, which a network of two nodes or more does not meet.
  public func value(
    at parameters: UnsafeBufferPointer<Double>, gradient: UnsafeMutableBufferPointer<Double>,
    using stream: inout RandomStream
  ) throws -> Double {
    guard let v = parameters.baseAddress, let g = gradient.baseAddress, nodes >= 2 else { return 0 }
    for k in 0..<parameterCount { g[k] = 0 }
    let batch = min(sampling.batch, nodes)
    let factor = Double(nodes) / Double(2 * batch)
    var total = 0.0
    for k in 0..<batch {
      // The first ones of a random order.
      if batch < nodes { order.swapAt(k, k + (try stream.uniformInteger(below: nodes - k))) }
      let i = order[k]
      for pair in cases[i] {
        total += integrate(i, pair.other, factor, v, g) + addEvents(statistics[pair.statistics], factor, v, g)
      }
      let others = partners(of: i) - cases[i].count
      if others <= sampling.controls {
        for j in 0..<nodes where isControl(i, j) { total += integrate(i, j, factor, v, g) }
      } else {
        for _ in 0..<sampling.controls {
          var j: Int
          repeat { j = try stream.uniformInteger(below: nodes) } while !isControl(i, j)
          total += integrate(i, j, factor * Double(others) / Double(sampling.controls), v, g)
        }
      }
    }
    return total
  }

  /// The number of nodes that a node can have events with.
  private func partners(of i: Int) -> Int {
    switch structure {
    case .undirected: nodes - 1
    case .directed(let names): names - 1
    case .bipartite(let sides): sides[i] ? firstSide : nodes - firstSide
    }
  }

  private lazy var firstSide = sides?.count { !$0 } ?? 0

  private func isControl(_ i: Int, _ j: Int) -> Bool {
    guard structure.joins(i, j) else { return false }
    let own = cases[i]
    var (low, high) = (0, own.count)
    while low < high {
      let middle = (low + high) / 2
      if own[middle].other < j { low = middle + 1 } else { high = middle }
    }
    return low == own.count || own[low].other != j
  }

  private func integrate(
    _ i: Int, _ j: Int, _ factor: Double, _ v: UnsafePointer<Double>, _ g: UnsafeMutablePointer<Double>
  ) -> Double {
    var total = 0.0
    for b in 0..<bins {
      let place = (1 + 2 * b) * nodes
      total += integral.pair(i, j, factor, v, v + place, BinSlopes(biases: g, knots: g + place, nodes: nodes))
    }
    return total
  }

  /// Less `factor` times the log intensities of a pair's events.
  private func addEvents(
    _ cells: ArraySlice<EventStatistics>, _ factor: Double, _ v: UnsafePointer<Double>,
    _ g: UnsafeMutablePointer<Double>
  ) -> Double {
    let width = span / Double(bins)
    var total = 0.0
    for s in cells {
      let place = (1 + 2 * s.bin) * nodes
      let (d, u) = BinSlopes.motion(s.i, s.j, v + place, nodes, width)
      let byStart = factor * (s.count * d + s.first * u)
      let byVelocity = factor * (s.first * d + s.second * u)
      total += (d * byStart + u * byVelocity).sum() - factor * s.count * (v[s.i] + v[s.j])
      BinSlopes(biases: g, knots: g + place, nodes: nodes).add(
        s.i, s.j, bias: -factor * s.count, start: 2 * byStart, velocity: 2 * byVelocity, width)
    }
    return total
  }
}
