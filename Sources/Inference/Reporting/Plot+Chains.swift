import Foundation

extension Plot {
  /// The most columns that a trace is drawn with: more would fall on the same pixels.
  private static let traceColumns = 400
  /// With more chains than this a legend is longer than it is useful.
  private static let mostNamedChains = 8

  /// The draws of one scalar, in the order in which they were made, one line a chain.
  ///
  /// A long chain is drawn by the smallest and the largest draw of each of 400 stretches: what the eye would
  /// see of all. Draws that are not finite are left out, and a note says how many.
  ///
  /// - Throws: `ReportError.nothingToDraw` where no draw is finite.
  public static func trace(_ title: String, chains: [[Double]]) throws(ReportError) -> Plot {
    let finite = chains.map { chain in chain.indices.filter { chain[$0].isFinite } }
    guard finite.contains(where: { !$0.isEmpty }) else { throw .nothingToDraw(figure: "trace of \(title)") }
    var layers: [Layer] = []
    for (number, chain) in chains.enumerated() where !finite[number].isEmpty {
      let kept = thinned(finite[number], of: chain)
      let marks = Marks.line(x: kept.map { Double($0 + 1) }, y: kept.map { chain[$0] })
      layers.append(
        Layer(marks, name: chainName(number, of: chains), ink: .series(number), opacity: 0.8, width: 0.8))
    }
    return Plot(
      title: title, x: Axis("draw"), layers: layers,
      notes: droppedNote(chains.reduce(0) { $0 + $1.count } - finite.reduce(0) { $0 + $1.count }, of: chains))
  }

  /// The estimated density of one scalar, one curve a chain: chains that have converged lie on top of each
  /// other.
  ///
  /// A chain whose draws are all equal has no density: it is drawn as an upright line at its value. Draws
  /// that are not finite are left out. Notes say both. See `KernelDensityEstimate`.
  ///
  /// - Throws: `ReportError.nothingToDraw` where no draw is finite, `outOfBounds` for a draw outside the
  ///   support.
  public static func density(
    _ title: String, chains: [[Double]], lower: Double = -.infinity, upper: Double = .infinity
  ) throws(ReportError) -> Plot {
    var curves: [(chain: Int, x: [Double], density: [Double])] = []
    var constants: [(chain: Int, value: Double)] = []
    var dropped = 0
    for (number, chain) in chains.enumerated() {
      do throws(ReportError) {
        let estimate = try KernelDensityEstimate(chain, lower: lower, upper: upper)
        let curve = estimate.curve()
        curves.append((number, curve.x, curve.density))
        dropped += estimate.dropped
      } catch .constantSample(let value) {
        constants.append((number, value))
        dropped += chain.reduce(0) { $0 + ($1.isFinite ? 0 : 1) }
      } catch .nothingToDraw {
        dropped += chain.count
      }
    }
    guard !curves.isEmpty || !constants.isEmpty else { throw .nothingToDraw(figure: "density of \(title)") }

    let peak = curves.lazy.flatMap(\.density).max() ?? 1
    var layers = curves.map { curve in
      Layer(
        .line(x: curve.x, y: curve.density), name: chainName(curve.chain, of: chains),
        ink: .series(curve.chain))
    }
    layers += constants.map { constant in
      Layer(
        .line(x: [constant.value, constant.value], y: [0, peak]), name: chainName(constant.chain, of: chains),
        ink: .series(constant.chain))
    }
    let notes =
      constants.map { "All draws of chain \($0.chain + 1) equal \($0.value)." }
      + droppedNote(dropped, of: chains)
    return Plot(title: title, x: Axis(), y: Axis(lower: 0, ticks: .none), layers: layers, notes: notes)
  }

  /// How the draws of each chain rank among those of all: flat outlines, where the chains agree (Vehtari,
  /// Gelman, Simpson, Carpenter, Bürkner, 'Rank-normalization, folding, and localization', Bayesian Analysis
  /// 16, 2021).
  ///
  /// Heights are relative to a uniform distribution of the chain's ranks, which is 1. Equal draws share their
  /// mean rank. Draws that are not finite are left out, and a note says how many.
  ///
  /// - Throws: `ReportError.nothingToDraw` where no draw is finite, `notPositive` for the number of bins.
  public static func ranks(_ title: String, chains: [[Double]], bins: Int = 20) throws(ReportError) -> Plot {
    guard bins > 0 else { throw .notPositive(what: "bins", value: Double(bins)) }
    var pooled: [(value: Double, chain: Int)] = []
    for (number, chain) in chains.enumerated() {
      for value in chain where value.isFinite { pooled.append((value, number)) }
    }
    guard !pooled.isEmpty else { throw .nothingToDraw(figure: "ranks of \(title)") }
    pooled.sort { $0.value < $1.value }

    var counts = chains.map { _ in [Double](repeating: 0, count: bins) }
    var start = 0
    while start < pooled.count {
      var end = start + 1
      while end < pooled.count, pooled[end].value == pooled[start].value { end += 1 }
      // The mean of the ranks start + 1 ... end, less a half, as a fraction of all.
      let position = Double(start + end) / 2 / Double(pooled.count)
      let bin = min(Int(position * Double(bins)), bins - 1)
      for tie in pooled[start..<end] { counts[tie.chain][bin] += 1 }
      start = end
    }

    let edges = (0...bins).map { Double($0 * pooled.count) / Double(bins) }
    var layers = [Layer(.line(x: [0, edges[bins]], y: [1, 1]), ink: .muted, width: 1)]
    for (number, heights) in counts.enumerated() {
      let total = heights.reduce(0, +)
      guard total > 0 else { continue }
      layers.append(
        Layer(
          .steps(edges: edges, heights: heights.map { $0 * Double(bins) / total }),
          name: chainName(number, of: chains), ink: .series(number)))
    }
    let dropped = chains.reduce(0) { $0 + $1.count } - pooled.count
    return Plot(
      title: title, x: Axis("rank among all draws"), y: Axis("relative frequency", lower: 0), layers: layers,
      notes: droppedNote(dropped, of: chains))
  }

  private static func chainName(_ number: Int, of chains: [[Double]]) -> String? {
    chains.count > 1 && chains.count <= mostNamedChains ? "chain \(number + 1)" : nil
  }

  static func droppedNote(_ dropped: Int, of lists: [[Double]]) -> [String] {
    guard dropped > 0 else { return [] }
    let all = lists.reduce(0) { $0 + $1.count }
    return ["\(dropped) of \(all) draws \(dropped == 1 ? "is" : "are") not finite and not shown."]
  }

  /// Of each stretch of `indices` the places of the smallest and of the largest value, in order.
  private static func thinned(_ indices: [Int], of values: [Double]) -> [Int] {
    guard indices.count > 2 * traceColumns else { return indices }
    var kept: [Int] = []
    kept.reserveCapacity(2 * traceColumns)
    for column in 0..<traceColumns {
      let stretch = indices[
        (column * indices.count / traceColumns)..<((column + 1) * indices.count / traceColumns)]
      guard var low = stretch.first, var high = stretch.first else { continue }
      for index in stretch {
        if values[index] < values[low] { low = index }
        if values[index] > values[high] { high = index }
      }
      kept.append(min(low, high))
      if low != high { kept.append(max(low, high)) }
    }
    return kept
  }
}
