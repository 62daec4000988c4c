import Foundation
import NumericCore

/// A point of a joint density as a function: the mean of the process given the values U on the grid.
public struct JointMAPSolution: Sendable {
  /// The points of the grid along each axis.
  public let grid: [[Double]]
  /// U: element [i + n_x j] is at (x_i, y_j).
  public let values: [Double]
  /// The covariance along each axis, without components whose weight is 0 to machine precision.
  public let covariances: [StationaryCovariance]
  /// tau and v, of the misfit on the boundary and of the residual.
  public let boundaryPrecision: Double
  public let residualPrecision: Double
  public let logDensity: Double
  /// The root mean square of the equation's residual on the grid, relative to that of the source; absolute
  /// where the source is 0.
  public let relativeResidual: Double
  /// The root mean square of u - g on the boundary.
  public let boundaryResidual: Double
  /// How many steps led here.
  public let steps: Int
  /// K_1^-1 U K_2^-1.
  private let coefficients: Matrix

  init(_ density: CollocationDensity, at position: [Double], steps: Int) throws(JointMAPError) {
    let problem = density.problem
    var workspace = density.makeWorkspace()
    let value = density.logDensity(at: position.span, workspace: &workspace)
    guard value.isFinite else { throw .diverged(step: steps, jitter: density.jitter) }
    (grid, logDensity, self.steps) = (problem.axes, value, steps)
    values = Array(position[..<density.pointCount])
    let rows = problem.axes[0].count
    do {
      covariances = try problem.axes.indices.map { axis in try density.covariance(axis, at: position) }
      coefficients = try Matrix(
        rows: rows, columns: density.pointCount / rows, elements: workspace.coefficients)
    } catch {
      throw .diverged(step: steps, jitter: density.jitter)
    }
    let last = density.kernelStart(problem.axes.count)
    (boundaryPrecision, residualPrecision) = (exp(position[last]), exp(position[last + 1]))
    func rootMeanSquare(_ x: [Double]) -> Double {
      (x.reduce(0) { $0 + $1 * $1 } / Double(x.count)).squareRoot()
    }
    let scale = rootMeanSquare(problem.source)
    relativeResidual = rootMeanSquare(workspace.residual) / (scale > 0 ? scale : 1)
    boundaryResidual = rootMeanSquare(
      zip(problem.boundaryIndices, problem.boundaryValues).map { position[$0] - $1 })
  }

  /// What to be careful about: parts of the covariances that the grid cannot tell from lower frequencies.
  public var warnings: [String] {
    grid.indices.compactMap { axis in
      let length = grid[axis][grid[axis].count - 1] - grid[axis][0]
      let highest = Double(grid[axis].count - 1) / (2 * length)
      let components = covariances[axis].components
      let beyond = components.filter { $0.frequency.magnitude > highest }
      let share = beyond.reduce(0) { $0 + $1.weight } / components.reduce(0) { $0 + $1.weight }
      let frequency = beyond.map(\.frequency.magnitude).max() ?? 0
      guard share > Self.negligibleShare else { return nil }
      return """
        \(grid[axis].count) points along axis \(axis) resolve \(highest) cycles per unit, and \
        \(100 * share)% of the covariance's variance lies higher, up to \(frequency): take more points or a \
        smaller frequency scale
        """
    }
  }

  /// Of the variance (conventional).
  private static let negligibleShare = 0.01

  /// u on the grid that is the product of points along each axis, K_*1 K_1^-1 U K_2^-1 K_2*: element [i + n_x
  /// j] is at (x_i, y_j). Cost: for each axis the covariance of each point with each of the grid,
  /// O(components) each.
  ///
  /// - Throws: `wrongPointCount` unless there are as many axes as dimensions; `nonFinitePoint`.
  public func values(on points: [[Double]]) throws(JointMAPError) -> [Double] {
    guard points.count == grid.count else { throw .wrongPointCount(axes: points.count, expected: grid.count) }
    for (axis, points) in points.enumerated() {
      for (index, value) in points.enumerated() where !value.isFinite {
        throw .nonFinitePoint(axis: axis, index: index, value: value)
      }
    }
    let left = crossCovariance(0, points[0]) * coefficients
    return grid.count == 1 ? left.elements : left.timesTranspose(crossCovariance(1, points[1])).elements
  }

  private func crossCovariance(_ axis: Int, _ points: [Double]) -> Matrix {
    var result = Matrix(rows: points.count, columns: grid[axis].count)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: StationaryEnvelope.orders) { m in
      guard let m = m.baseAddress else { return }
      for c in covariances[axis].components {
        for (j, y) in grid[axis].enumerated() {
          for (i, x) in points.enumerated() {
            covariances[axis].envelope.derivatives(at: x - y, lengthScale: c.lengthScale, into: m)
            result[i, j] += c.weight * m[0] * cos(2 * .pi * c.frequency * (x - y))
          }
        }
      }
    }
    return result
  }
}
