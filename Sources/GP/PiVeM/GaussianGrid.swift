import Foundation
import NumericCore

/// Sums over pairs of nodes of exp(bias_i + bias_j - |x_i - x_j|^2) in linear time, by a grid in the plane.
///
/// The kernel is a convolution of two Gaussians, and the trapezoidal rule of that integral is exact but for
/// aliasing: exp(-|x - y|^2) = (4 h^2 / pi) sum_g exp(-2 |x - g|^2) exp(-2 |y - g|^2) over the points g of a
/// grid of spacing h. With F(g) = sum_i exp(bias_i - 2 |x_i - g|^2) the sum over all i, j is (4 h^2 / pi)
/// sum_g F(g)^2: nodes are spread to the grid, and the potential of a node is read off it. (The fast Gauss
/// transform of Greengard and Strain 1991 by a grid, as that of Greengard and Lee 2004, without their Fourier
/// transform: the grid of a Gaussian needs no deconvolution.)
///
/// A node reaches W points in either direction, those within W h / 2. In one dimension aliasing has a share
/// of 2 exp(-pi^2 / (4 h^2)) of the value, and what is cut off is below 2 sqrt(2) exp(-W^2 h^2 / 2); h^2 = pi
/// / (sqrt(2) W) makes both exponents W pi / sqrt(8). In the plane the error of a pair is therefore below
/// eps_W = 10 exp(-W pi / sqrt(8)) times exp(bias_i + bias_j): 1.4e-3 for W = 8, 1.6e-5 for 12, 1.9e-7 for 16,
/// 2.7e-11 for 24, 3.7e-15 for 32. A pair at a distance d loses by the cut a share of about exp(-(W h - d)^2) of its
/// value: what is not far is nearly exact, and what is beyond W h is neglected.
///
/// W is the least for which eps_W is below `relativeError`, and the sum of the pairs' bounds below a hundred
/// `relativeError` of the larger of the sum itself and `scale` (the error is far below its bound, since
/// errors of pairs have all signs): nodes of large biases that are far apart need more points, or all pairs
/// one by one. The derivatives are those of the sum as it is computed.
///
/// Cost: O(N W^2) and a pass over the grid in time, 64 N numbers and two grids of at most 64 N points in
/// memory; nothing is allocated.
final class GaussianGrid {
  /// Numbers of points W; with the last the error is that of rounding.
  private struct Size {
    let points: Int
    let relativeError, spacing: Double

    init(_ points: Int) {
      self.points = points
      relativeError = 10 * exp(-Double(points) * Double.pi / 8.0.squareRoot())
      spacing = (Double.pi / (2.0.squareRoot() * Double(points))).squareRoot()
    }
  }

  private static let sizes = [Size(8), Size(12), Size(16), Size(24), Size(PlaneGaussians.mostColumns)]
  /// The bound of the sum's relative error, in units of that of pairs.
  private static let share = 100.0

  /// Of sums: their relative error, and what they usually are.
  private let tolerance, scale: Double
  private let sizes: ArraySlice<Size>
  private let capacity: Int
  /// F of the rows alone, and of all nodes, or of the others where rows have no pairs among themselves.
  private let rowsGrid, allGrid: UnsafeMutablePointer<Double>
  /// Of each node exp(-2 (x - g)^2) at its points, and the same of y.
  private let windows: UnsafeMutablePointer<Double>
  /// Its first point, as a place in the grid; its distances from it; its weight.
  private let origins: UnsafeMutablePointer<Int>
  private let xOffsets, yOffsets, weights: UnsafeMutablePointer<Double>
  private let gaussians = PlaneGaussians()

  /// The W that is tried first.
  static func fewestPoints(_ relativeError: Double) -> Int {
    sizes(relativeError).first?.points ?? PlaneGaussians.mostColumns
  }

  private static func sizes(_ relativeError: Double) -> ArraySlice<Size> {
    sizes[(sizes.firstIndex { $0.relativeError <= relativeError } ?? sizes.count - 1)...]
  }

  init(nodes: Int, relativeError: Double, scale: Double) {
    (tolerance, self.scale) = (Self.share * relativeError, scale)
    sizes = Self.sizes(relativeError)
    // A pass over as many points takes about as long as the nodes do.
    capacity = max(1 << 16, 64 * nodes)
    rowsGrid = .allocate(capacity: 2 * capacity)
    allGrid = rowsGrid + capacity
    windows = .allocate(capacity: 2 * PlaneGaussians.mostColumns * nodes)
    origins = .allocate(capacity: nodes)
    xOffsets = .allocate(capacity: 3 * nodes)
    (yOffsets, weights) = (xOffsets + nodes, xOffsets + 2 * nodes)
  }

  deinit {
    rowsGrid.deallocate()
    windows.deallocate()
    origins.deallocate()
    xOffsets.deallocate()
  }

  /// The nodes of a sum and the derivatives by them.
  struct Nodes {
    let x, y, biases: UnsafeMutablePointer<Double>
    let biasSlopes, xSlopes, ySlopes: UnsafeMutablePointer<Double>
  }

  /// The sum over the pairs (i in `rows`, i < j < count), those of two rows only where `within`; overwrites
  /// the derivatives by the nodes from `rows.lowerBound` on.
  ///
  /// - Returns: nil where the grid has no room for nodes so far apart, where no W is enough, and where a
  ///   number is not finite.
  func sum(_ nodes: Nodes, rows: Range<Int>, count: Int, within: Bool) -> Double? {
    let bounds = bounds(nodes.biases, rows, count, within)
    for size in sizes {
      let error = size.relativeError * bounds.pairs + bounds.rounding
      // Sums are seldom ten times what is usual.
      if scale > 0, error > 10 * tolerance * scale { continue }
      guard let total = sum(nodes, rows, count, within, size) else { return nil }
      if error <= tolerance * max(total, scale) { return total }
    }
    return nil
  }

  /// Whether the fewest points are enough for a sum as large as is usual; true where that is not known.
  func isEasy(_ biases: UnsafePointer<Double>, rows: Range<Int>, count: Int, within: Bool) -> Bool {
    guard scale > 0 else { return true }
    let bounds = bounds(biases, rows, count, within)
    return sizes.first.map { $0.relativeError * bounds.pairs + bounds.rounding <= tolerance * scale } ?? false
  }

  /// The sum over pairs of exp(bias_i + bias_j), and the rounding of the rows' own shares, which are
  /// subtracted again.
  private func bounds(
    _ biases: UnsafePointer<Double>, _ rows: Range<Int>, _ count: Int, _ within: Bool
  ) -> (pairs: Double, rounding: Double) {
    let start = rows.lowerBound
    VectorMath.exp(biases + start, weights + start, count: count - start)
    let (own, squares) = rows.reduce((0, 0)) { ($0.0 + weights[$1], $0.1 + weights[$1] * weights[$1]) }
    let others = (rows.upperBound..<count).reduce(0) { $0 + weights[$1] }
    guard within else { return (own * others, 0) }
    return (max(0, own * own - squares) / 2 + own * others, 10 * Double.ulpOfOne * squares)
  }

  private func sum(
    _ nodes: Nodes, _ rows: Range<Int>, _ count: Int, _ within: Bool, _ size: Size
  ) -> Double? {
    guard let (windows, cells) = place(nodes, rows.lowerBound..<count, size) else { return nil }
    let others = rows.upperBound..<count
    gaussians.spread(windows, rows, to: rowsGrid)
    for k in 0..<cells { allGrid[k] = within ? rowsGrid[k] : 0 }
    gaussians.spread(windows, others, to: allGrid)
    // A row meets all it has pairs with, and the others meet the rows: each pair is met from both sides.
    let factor = 4 * size.spacing * size.spacing / Double.pi
    let potentials = PlaneGaussians.Potentials(values: nodes.biasSlopes, byX: nodes.xSlopes, byY: nodes.ySlopes)
    gaussians.read(windows, rows, of: allGrid, factor: factor, leavesOut: within, to: potentials)
    gaussians.read(windows, others, of: rowsGrid, factor: factor, leavesOut: false, to: potentials)
    return (rows.lowerBound..<count).reduce(0) { $0 + nodes.biasSlopes[$1] } / 2
  }

  /// Lays the grid around the nodes, clears that of the rows and fills the windows.
  private func place(
    _ nodes: Nodes, _ range: Range<Int>, _ size: Size
  ) -> (windows: PlaneGaussians.Windows, cells: Int)? {
    let (spacing, w) = (size.spacing, size.points)
    var (low, high) = (SIMD2(repeating: Double.infinity), SIMD2(repeating: -Double.infinity))
    for i in range {
      let p = SIMD2(nodes.x[i], nodes.y[i])
      guard (p.x + p.y).isFinite else { return nil }
      low = pointwiseMin(low, p)
      high = pointwiseMax(high, p)
    }
    let extent = (high - low) / spacing + Double(w + 2)
    guard extent.x < Double(capacity), extent.y < Double(capacity) else { return nil }
    let row = Int(extent.x) + 1
    let cells = row * (Int(extent.y) + 1)
    guard cells <= capacity else { return nil }
    rowsGrid.update(repeating: 0, count: cells)
    // The grid is the same one wherever the nodes are.
    let corner = (low / spacing).rounded(.down) - Double(w / 2 - 1)
    for i in range {
      let at = SIMD2(nodes.x[i], nodes.y[i]) / spacing - corner
      let (column, line) = (Int(at.x) - (w / 2 - 1), Int(at.y) - (w / 2 - 1))
      origins[i] = line * row + column
      xOffsets[i] = (at.x - Double(column)) * spacing
      yOffsets[i] = (at.y - Double(line)) * spacing
    }
    let placed = PlaneGaussians.Windows(
      size: w, spacing: spacing, row: row, origins: origins, xOffsets: xOffsets, yOffsets: yOffsets,
      weights: weights, values: windows)
    gaussians.fill(placed, range)
    return (placed, cells)
  }
}
