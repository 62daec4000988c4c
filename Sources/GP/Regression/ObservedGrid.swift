import NumericCore

/// A tensor grid of points, some cells of which may be missing. Cells are in the order of their points: the
/// first coordinate fastest.
public struct ObservedGrid: Sendable, Equatable {
  /// The coordinates along each axis.
  public let axes: [[Double]]
  /// The indices of the missing cells, ascending.
  public let missing: [Int]

  /// - Throws: `unstructured` for an empty axis or none, or for missing cells that are not ascending cells of
  ///   the grid.
  public init(axes: [[Double]], missing: [Int] = []) throws(RegressionError) {
    guard !axes.isEmpty, axes.allSatisfy({ !$0.isEmpty }) else {
      throw .unstructured(expected: "a grid: axes with at least one coordinate each")
    }
    let cells = axes.reduce(1) { $0 * $1.count }
    guard zip(missing, missing.dropFirst()).allSatisfy(<), missing.allSatisfy({ 0..<cells ~= $0 }) else {
      throw .unstructured(expected: "a grid whose missing cells are ascending indices below \(cells)")
    }
    (self.axes, self.missing) = (axes, missing)
  }

  /// n_1, n_2, ...
  public var shape: [Int] { axes.map(\.count) }
  /// N, missing cells included.
  public var cellCount: Int { shape.reduce(1, *) }

  /// The indices of the cells that are not missing.
  public var observed: [Int] {
    let absent = Set(missing)
    return (0..<cellCount).filter { !absent.contains($0) }
  }

  /// The points of the cells that are not missing: a row each.
  public var points: Matrix {
    let cells = observed
    var x = Matrix(rows: cells.count, columns: axes.count)
    var stride = 1
    for (c, axis) in axes.enumerated() {
      for (row, cell) in cells.enumerated() { x[row, c] = axis[cell / stride % axis.count] }
      stride *= axis.count
    }
    return x
  }
}
