import NumericCore

/// Coordinates; those beyond the dimension are 0.
typealias GridPoint = SIMD3<Double>

/// The product of points along one to three axes. Arrays on it have the first axis fastest.
struct TensorGrid: Sendable {
  var axes: [[Double]]

  var shape: [Int] { axes.map(\.count) }
  /// Of the domain.
  var lengths: [Double] { axes.map { $0[$0.count - 1] - $0[0] } }
  var count: Int { axes.reduce(1) { $0 * $1.count } }

  /// Precondition: 0 <= index < count.
  func point(_ index: Int) -> GridPoint {
    var point = GridPoint()
    var rest = index
    for (axis, points) in axes.enumerated() {
      point[axis] = points[rest % points.count]
      rest /= points.count
    }
    return point
  }

  /// The grid with a point more between two neighbours along each axis.
  var refined: TensorGrid {
    TensorGrid(
      axes: axes.map { points in
        points.indices.dropLast().flatMap { [points[$0], 0.5 * (points[$0] + points[$0 + 1])] } + points.suffix(1)
      })
  }

  /// The grid with one point along an axis.
  func side(_ axis: Int, at coordinate: Double) -> TensorGrid {
    var axes = self.axes
    axes[axis] = [coordinate]
    return TensorGrid(axes: axes)
  }

  /// An array as a matrix with an axis in its rows, and all others in its columns.
  static func unfold(_ elements: [Double], shape: [Int], axis: Int) -> Matrix {
    let (left, n) = (shape[..<axis].reduce(1, *), shape[axis])
    let right = elements.count / max(left * n, 1)
    var result = Matrix(rows: n, columns: left * right)
    result.withUnsafeMutableBufferPointer { to in
      for r in 0..<right {
        for i in 0..<n {
          for l in 0..<left { to[i + n * (l + left * r)] = elements[l + left * (i + n * r)] }
        }
      }
    }
    return result
  }
}
