import NumericCore

/// Functions on a box: products of functions along its axes, with an array of coefficients.
struct BoxSpace: Sendable {
  typealias Order = DifferentialExpression.Order

  let grid: TensorGrid
  let axes: [AxisSpace]

  /// Of the coefficients, and of those that are free once the boundary conditions hold.
  var shape: [Int] { axes.map(\.variances.count) }
  var freeShape: [Int] { axes.map(\.free.columns) }

  /// A derivative on the grid.
  func derivative(_ order: Order, of coefficients: [Double]) -> [Double] {
    multiply(axes.enumerated().map { $1.derivatives[order[$0]] }, coefficients, shape)
  }

  /// A derivative on the grid of what has free coefficients alone.
  func derivative(_ order: Order, ofFree coefficients: [Double]) -> [Double] {
    multiply(axes.enumerated().map { $1.trial[order[$0]] }, coefficients, freeShape)
  }

  /// An array on the grid seen by the tests.
  func test(_ values: [Double]) -> [Double] {
    multiply(axes.map(\.test.transposed), values, grid.shape)
  }

  /// The coefficients of what is closest to an array on the grid.
  func coefficients(of values: [Double]) -> [Double] {
    multiply(axes.map { $0.derivatives[0].transposed }, values, grid.shape)
  }

  /// A matrix along each axis of an array of free coefficients.
  func multiplyFree(_ matrices: [Matrix], _ free: [Double]) -> [Double] { multiply(matrices, free, freeShape) }

  func free(_ coefficients: [Double]) -> [Double] {
    multiply(axes.map(\.free.transposed), coefficients, shape)
  }

  func adding(free: [Double], to coefficients: [Double]) -> [Double] {
    let change = multiply(axes.map(\.free), free, freeShape)
    return coefficients.indices.map { coefficients[$0] + change[$0] }
  }

  /// What conditions along an axis make of a function, on the grid of the sides.
  func sideValues(_ conditions: AxisConditions, axis: Int, of coefficients: [Double]) -> [[Double]] {
    let space = axes[axis]
    let ends = [grid.axes[axis][0], grid.axes[axis][grid.axes[axis].count - 1]]
    let values = space.basis.evaluate(at: ends, order: 1).map { $0 * space.transform }
    return conditions.functionals.map { f in
      let row = f.values(values)
      var maps = axes.map { $0.derivatives[0] }
      maps[axis] = Matrix(row: row)
      return multiply(maps, coefficients, shape)
    }
  }

  /// The coefficients of a smooth function that takes the data on the boundary: axis by axis, what the axes before have
  /// not brought about yet.
  ///
  /// - Parameter data: for each axis and condition, its values on the side's grid.
  func lifted(_ data: [[[Double]]]) -> [Double] {
    var result = Array(repeating: 0.0, count: shape.reduce(1, *))
    for (axis, space) in axes.enumerated() where !data[axis].isEmpty {
      var sideShape = shape
      sideShape[axis] = 1
      var missing = KroneckerProduct.multiply(space.conditions, result, shape: shape, axis: axis)
      let left = shape[..<axis].reduce(1, *)
      let count = data[axis].count
      for (k, values) in data[axis].enumerated() {
        var gridShape = grid.shape
        gridShape[axis] = 1
        let maps = axes.indices.map { $0 == axis ? Matrix.identity(1) : axes[$0].derivatives[0].transposed }
        let coefficients = multiply(maps, values, gridShape)
        for (i, value) in coefficients.enumerated() {
          let place = i % left + left * (k + count * (i / left))
          missing[place] = value - missing[place]
        }
      }
      var conditionShape = shape
      conditionShape[axis] = count
      let change = KroneckerProduct.multiply(space.lifting, missing, shape: conditionShape, axis: axis)
      for i in result.indices { result[i] += change[i] }
    }
    return result
  }

  private func multiply(_ matrices: [Matrix], _ values: [Double], _ shape: [Int]) -> [Double] {
    var (values, shape) = (values, shape)
    for (axis, matrix) in matrices.enumerated() {
      values = KroneckerProduct.multiply(matrix, values, shape: shape, axis: axis)
      shape[axis] = matrix.rows
    }
    return values
  }
}

extension Matrix {
  init(row: [Double]) {
    self.init(rows: 1, columns: row.count)
    for (j, value) in row.enumerated() { self[0, j] = value }
  }
}
