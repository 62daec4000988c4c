import NumericCore

/// Products of functions along the axes of a box as a problem sees them: its equation and conditions by
/// orthonormal tests on the grid, all of which weigh in the sense of least squares.
struct BoxDesign: RegressionDesign {
  let basis: ProductBasis
  let grid: TensorGrid
  let observed: ObservedRows?
  /// At how many points the source is missing.
  let missing: Int
  /// For each axis, functions and their derivatives on the grid.
  private let functions: [[Matrix]]
  /// A condition on its side: the rows of products, and what it asks for, both as tests see it.
  private struct Side {
    let rows: Matrix
    let targets: [Double]
    /// The points of the side, and the sum of squares of what tests do not see.
    let count: Int
    let rest: Double
  }
  private let sides: [Side]

  /// - Parameters:
  ///   - order: the highest order of derivatives.
  ///   - data: for each axis and condition, what it asks for on its side.
  init(
    _ basis: ProductBasis, grid: TensorGrid, order: Int, conditions: [AxisConditions], data: [[[Double]]],
    observed: ObservedRows?, missing: Int
  ) {
    (self.basis, self.grid, self.observed, self.missing) = (basis, grid, observed, missing)
    let functions = grid.axes.indices.map { basis.evaluate(axis: $0, at: grid.axes[$0], order: order) }
    self.functions = functions
    var sides: [Side] = []
    for (axis, conditions) in conditions.enumerated() where conditions.count > 0 {
      let points = grid.axes[axis]
      let ends = basis.evaluate(axis: axis, at: [points[0], points[points.count - 1]], order: AxisConditions.highestOrder)
      let values = conditions.rows(ends)
      let others = grid.axes.indices.map {
        $0 == axis ? Matrix.identity(1) : basis.test(axis: $0, .identity(grid.axes[$0].count))
      }
      let shape = others.map(\.rows)
      let rows = (0..<shape.reduce(1, *)).map { place in
        var (index, rest) = (SIMD3<Int>(), place)
        for (other, count) in shape.enumerated() {
          index[other] = rest % count
          rest /= count
        }
        return index
      }
      for k in 0..<conditions.count {
        let factors = grid.axes.indices.map { other in
          other == axis ? values.rowMatrix(k) : basis.test(axis: other, functions[other][0])
        }
        let tests = KroneckerProduct(others)
        let targets = tests.multiply(data[axis][k])
        let unseen = squaredDistance(data[axis][k], tests.transposeTimes(targets))
        sides.append(
          Side(
            rows: basis.columns(factors, rows: rows), targets: targets, count: data[axis][k].count,
            rest: unseen))
      }
    }
    self.sides = sides
  }

  func derivatives(_ orders: [Order], of alpha: [Double]) -> [Order: [Double]] {
    let all = basis.scattered(alpha)
    return Dictionary(
      uniqueKeysWithValues: orders.map { order in
        (order, KroneckerProduct(functions.enumerated().map { $1[order[$0]] }).multiply(all))
      })
  }

  func rows(_ linear: [(Order, [Double])], weight: Double) -> Matrix {
    let points = missing > 0 ? grid.count : basis.tests.count
    var result = Matrix(rows: points + sides.reduce(0) { $0 + $1.rows.rows }, columns: basis.count)
    for (order, coefficients) in linear {
      let factors = functions.enumerated().map { $1[order[$0]] }
      if missing == 0, let constant = coefficients.first, coefficients.allSatisfy({ $0 == constant }) {
        let seen = basis.columns(factors.enumerated().map { basis.test(axis: $0, $1) }, rows: basis.tests)
        for j in 0..<basis.count { for i in 0..<points { result[i, j] += constant * seen[i, j] } }
        continue
      }
      for (j, index) in basis.products.enumerated() {
        var values = KroneckerProduct(factors.enumerated().map { $1.columnMatrix(index[$0]) }).multiply([1])
        for i in values.indices { values[i] *= coefficients[i] }
        // What is missing would mix with the rest.
        let seen = missing > 0 ? values : basis.test(values)
        for i in 0..<points { result[i, j] += seen[i] }
      }
    }
    var row = points
    for side in sides {
      for j in 0..<basis.count {
        for i in 0..<side.rows.rows { result[row + i, j] = weight * side.rows[i, j] }
      }
      row += side.rows.rows
    }
    return result
  }

  func data(_ values: [Double], weight: Double) -> RegressionData {
    let seen = missing > 0 ? values : basis.test(values)
    let unseen = missing > 0 ? 0 : basis.unseen(values, seen: seen)
    return RegressionData(
      column: Matrix(column: seen + sides.flatMap { $0.targets.map { weight * $0 } }),
      rows: grid.count - missing + sides.reduce(0) { $0 + $1.count },
      rest: unseen + weight * weight * sides.reduce(0) { $0 + $1.rest })
  }

  func miss(_ alpha: [Double]) -> Double {
    sides.reduce(0) { $0 + squaredDistance($1.rows * alpha, $1.targets) }
  }
}

extension Matrix {
  func rowMatrix(_ i: Int) -> Matrix { Matrix(row: (0..<columns).map { self[i, $0] }) }
  func columnMatrix(_ j: Int) -> Matrix { Matrix(column: Array(column(j))) }
}
