import NumericCore

/// Functions of a basis, in columns, as a problem on an interval sees them.
struct LineDesign: RegressionDesign {
  /// Derivatives on the grid, from the functions themselves.
  let derivatives: [Matrix]
  /// The boundary conditions' values, and what they ask for.
  let ends: Matrix
  let targets: [Double]
  let observed: ObservedRows?
  /// At how many points the source is missing.
  let missing: Int

  func derivatives(_ orders: [Order], of alpha: [Double]) -> [Order: [Double]] {
    Dictionary(uniqueKeysWithValues: orders.map { ($0, derivatives[$0[0]] * alpha) })
  }

  func rows(_ linear: [(Order, [Double])], weight: Double) -> Matrix {
    let (points, conditions) = (derivatives[0].rows, ends.rows)
    var result = Matrix(rows: points + conditions, columns: ends.columns)
    result.withUnsafeMutableBufferPointer { to in
      for (order, c) in linear {
        derivatives[order[0]].withUnsafeBufferPointer { from in
          for j in 0..<ends.columns {
            let start = (points + conditions) * j
            for i in 0..<points { to[start + i] += c[i] * from[points * j + i] }
          }
        }
      }
    }
    for j in 0..<ends.columns { for i in 0..<conditions { result[points + i, j] = weight * ends[i, j] } }
    return result
  }

  func data(_ values: [Double], weight: Double) -> RegressionData {
    let column = values + targets.map { weight * $0 }
    return RegressionData(column: Matrix(column: column), rows: column.count - missing, rest: 0)
  }

  func miss(_ alpha: [Double]) -> Double {
    squaredDistance(ends * alpha, targets)
  }
}
