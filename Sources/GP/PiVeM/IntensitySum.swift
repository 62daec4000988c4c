import NumericCore

/// The sum over pairs of nodes of exp(bias_i + bias_j - |x_i - x_j|^2) at one instant, with its gradient.
///
/// Few pairs are summed one by one, many by a `GaussianGrid`, whichever costs less; the pairs of few nodes of
/// large biases, for which the grid would need more points, one by one too. Cost: O(N) and about 1.4 ns a
/// pair, or O(N) and about 0.07 microseconds a node; O(N) in memory; nothing is allocated in it.
final class IntensitySum {
  /// Nanoseconds of a pair, and of a node and point of the grid, as measured; their ratio alone matters.
  private static let (pairCost, pointCost) = (1.4, 0.5)

  let nodes: Int
  /// nil: all pairs; otherwise the pairs of a node before this one and another one.
  private let split: Int?
  /// Of the nodes, to be written by the caller.
  let x, y, biases: UnsafeMutablePointer<Double>
  /// The derivatives by the nodes' biases, x and y.
  let biasSlopes, xSlopes, ySlopes: UnsafeMutablePointer<Double>
  private let gaussians = PlaneGaussians()
  private let columns: UnsafeMutablePointer<Double>
  private let grid: GaussianGrid?
  private let points: Int
  /// Nodes that are left out of the grid, and their biases.
  private let hidden: UnsafeMutablePointer<(node: Int, bias: Double)>
  /// As many rows cost less than more points for all nodes.
  private static let mostHidden = 32
  /// A bias that makes an intensity of nothing; the exponential of a smaller one is slow.
  private static let nothing = -700.0

  /// - Parameters:
  ///   - relativeError: of a pair's intensity, in units of exp(bias_i + bias_j), and a hundredth of that of the sum.
  ///   - split: the number of nodes of the first side, where pairs are across two sides.
  ///   - scale: what sums usually are; the error of smaller ones is relative to it.
  init(nodes: Int, split: Int? = nil, relativeError: Double, scale: Double, sums: PairLikelihood.Sums) {
    (self.nodes, self.split) = (nodes, split)
    points = GaussianGrid.fewestPoints(relativeError)
    let isWorthIt =
      sums == .cheapest
      && Self.direct(0..<(split ?? nodes), nodes, split) > Self.gridded(0..<nodes, nodes, points)
    self.grid = isWorthIt ? GaussianGrid(nodes: nodes, relativeError: relativeError, scale: scale) : nil
    let stride = nodes + PlaneGaussians.padding
    columns = .allocate(capacity: 6 * stride)
    columns.initialize(repeating: 0, count: 6 * stride)
    (x, y, biases) = (columns, columns + stride, columns + 2 * stride)
    (biasSlopes, xSlopes, ySlopes) = (columns + 3 * stride, columns + 4 * stride, columns + 5 * stride)
    for k in nodes..<stride { biases[k] = Self.nothing }
    hidden = .allocate(capacity: Self.mostHidden)
  }

  deinit {
    columns.deallocate()
    hidden.deallocate()
  }

  private static func direct(_ rows: Range<Int>, _ nodes: Int, _ split: Int?) -> Double {
    let first = split.map(Double.init) ?? Double(rows.lowerBound + rows.upperBound) / 2
    return pairCost * Double(rows.count) * (Double(nodes) - first)
  }

  private static func gridded(_ rows: Range<Int>, _ nodes: Int, _ points: Int) -> Double {
    pointCost * Double(points * points) * Double(nodes - rows.lowerBound)
  }

  /// About how long the sum over rows takes, in nanoseconds.
  func cost(rows: Range<Int>) -> Double {
    let direct = Self.direct(rows, nodes, split)
    return grid == nil ? direct : min(direct, Self.gridded(rows, nodes, points))
  }

  /// The sum over the pairs (i in `rows`, j > i), and its derivatives by the nodes from `rows.lowerBound` on.
  /// Across two sides rows are all nodes of the first one.
  func callAsFunction(rows: Range<Int>) -> Double {
    if let grid, Self.direct(rows, nodes, split) > Self.gridded(rows, nodes, points),
      let total = sum(rows, by: grid)
    {
      return total
    }
    for k in rows.lowerBound..<nodes { (biasSlopes[k], xSlopes[k], ySlopes[k]) = (0, 0, 0) }
    let total = gaussians.addPairs(rows, split: split ?? 0, count: nodes, of: places, to: potentials)
    for k in rows.lowerBound..<nodes {
      xSlopes[k] *= -2
      ySlopes[k] *= -2
    }
    return total
  }

  private func sum(_ rows: Range<Int>, by grid: GaussianGrid) -> Double? {
    var count = 0
    while count < Self.mostHidden, !grid.isEasy(biases, rows: rows, count: nodes, within: split == nil) {
      // Twice as many each time, as a look at all nodes costs as much as some rows.
      for _ in 0..<max(1, count) where count < Self.mostHidden {
        var largest = rows.lowerBound
        for i in rows.lowerBound..<nodes where biases[i] > biases[largest] { largest = i }
        hidden[count] = (largest, biases[largest])
        biases[largest] = Self.nothing
        count += 1
      }
    }
    let found = grid.sum(
      GaussianGrid.Nodes(
        x: x, y: y, biases: biases, biasSlopes: biasSlopes, xSlopes: xSlopes, ySlopes: ySlopes),
      rows: rows, count: nodes, within: split == nil)
    guard var total = found else {
      for k in 0..<count { biases[hidden[k].node] = hidden[k].bias }
      return nil
    }
    // Slopes by places are doubled and turned at the end, as those of pairs are.
    for k in rows.lowerBound..<nodes {
      xSlopes[k] /= -2
      ySlopes[k] /= -2
    }
    for k in 0..<count {
      let (node, bias) = hidden[k]
      total += add(node, bias, rows.contains(node) ? (split ?? rows.lowerBound)..<nodes : rows)
      biases[node] = bias
    }
    for k in rows.lowerBound..<nodes {
      xSlopes[k] *= -2
      ySlopes[k] *= -2
    }
    return total
  }

  private var places: PlaneGaussians.Points { PlaneGaussians.Points(x: x, y: y, exponents: biases) }
  private var potentials: PlaneGaussians.Potentials {
    PlaneGaussians.Potentials(values: biasSlopes, byX: xSlopes, byY: ySlopes)
  }

  /// Adds the pairs of a node with those in `others`.
  private func add(_ i: Int, _ bias: Double, _ others: Range<Int>) -> Double {
    let added = gaussians.addPairs(
      of: PlaneGaussians.Point(x: x[i], y: y[i], exponent: bias), with: places, others, to: potentials)
    biasSlopes[i] += added.value
    xSlopes[i] += added.x
    ySlopes[i] += added.y
    return added.value
  }
}
