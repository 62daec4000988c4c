import NumericCore

/// Functions on a box: products of functions along its axes, with an array of coefficients.
struct BoxSpace: Sendable {
  typealias Order = DifferentialExpression.Order

  let grid: TensorGrid
  let axes: [AxisSpace]

  /// Of the coefficients.
  var shape: [Int] { axes.map(\.variances.count) }

  /// A derivative on the grid.
  func derivative(_ order: Order, of coefficients: [Double]) -> [Double] {
    KroneckerProduct(axes.enumerated().map { $1.derivatives[order[$0]] }).multiply(coefficients)
  }

  /// A derivative on the grid of what has free coefficients alone.
  func derivative(_ order: Order, ofFree coefficients: [Double]) -> [Double] {
    KroneckerProduct(axes.enumerated().map { $1.trial[order[$0]] }).multiply(coefficients)
  }

  /// An array on the grid seen by the tests.
  func test(_ values: [Double]) -> [Double] {
    KroneckerProduct(axes.map(\.tests)).multiply(values)
  }

  /// The coefficients of what is closest to an array on the grid.
  func coefficients(of values: [Double]) -> [Double] {
    KroneckerProduct(axes.map { $0.derivatives[0] }).transposeTimes(values)
  }

  func free(_ coefficients: [Double]) -> [Double] {
    KroneckerProduct(axes.map(\.free)).transposeTimes(coefficients)
  }

  func adding(free: [Double], to coefficients: [Double]) -> [Double] {
    let change = KroneckerProduct(axes.map(\.free)).multiply(free)
    return coefficients.indices.map { coefficients[$0] + change[$0] }
  }

  /// What conditions along an axis make of a function, on the grid of the sides.
  func sideValues(_ conditions: AxisConditions, axis: Int, of coefficients: [Double]) -> [[Double]] {
    let space = axes[axis]
    let ends = [grid.axes[axis][0], grid.axes[axis][grid.axes[axis].count - 1]]
    let values = space.basis.evaluate(at: ends, order: AxisConditions.highestOrder).map { $0 * space.transform }
    return conditions.sideValues(
      axis: axis, designs: axes.map { $0.derivatives[0] }, ends: values, of: coefficients)
  }

  /// The coefficients of a smooth function that takes the data on the boundary: axis by axis, what the axes before have
  /// not brought about yet. Data that contradict those of an axis before, at a corner, are taken for the closest in the
  /// mean that do not.
  ///
  /// - Parameter data: for each axis and condition, its values on the side's grid.
  func lifted(_ data: [[[Double]]]) -> [Double] {
    var result = Array(repeating: 0.0, count: shape.reduce(1, *))
    for (axis, space) in axes.enumerated() where !data[axis].isEmpty {
      var missing = KroneckerProduct.multiply(space.conditions, result, shape: shape, axis: axis)
      let left = shape[..<axis].reduce(1, *)
      let count = data[axis].count
      for (k, values) in data[axis].enumerated() {
        let maps = axes.indices.map { $0 == axis ? Matrix.identity(1) : axes[$0].derivatives[0].transposed }
        let coefficients = KroneckerProduct(maps).multiply(values)
        for (i, value) in coefficients.enumerated() {
          let place = i % left + left * (k + count * (i / left))
          missing[place] = value - missing[place]
        }
      }
      var conditionShape = shape
      conditionShape[axis] = count
      for before in 0..<axis where !data[before].isEmpty {
        let free = axes[before].free
        missing = KroneckerProduct.multiply(
          free.timesTranspose(free), missing, shape: conditionShape, axis: before)
      }
      let change = KroneckerProduct.multiply(space.lifting, missing, shape: conditionShape, axis: axis)
      for i in result.indices { result[i] += change[i] }
    }
    return result
  }
}
