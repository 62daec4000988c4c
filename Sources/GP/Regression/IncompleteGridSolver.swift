import NumericCore

/// C of the observed cells of a grid, exactly, by that of all cells: with B the inverse of the complete
/// covariance, and m the missing cells,
///
///     C^-1 = B_oo - B_om B_mm^-1 B_mo,   log |C| = log |complete| + log |B_mm|
///
/// Cost: a solve of the complete grid and memory of N for each missing cell, and their number cubed. For
/// grids of which few cells are missing; where most are, the dense solver is cheaper.
struct IncompleteGridSolver: CovarianceSolver {
  private let complete: KroneckerSolver
  private let grid: ObservedGrid
  private let observed: [Int]
  /// W with B_:m B_mm^-1 B_m: = W W'; its rows at missing cells are those of B_mm^(1/2).
  private let correction: Matrix
  let logDeterminant: Double

  init(_ complete: KroneckerSolver, on grid: ObservedGrid) throws(RegressionError) {
    (self.complete, self.grid, observed) = (complete, grid, grid.observed)
    let m = grid.missing
    var units = Matrix(rows: grid.cellCount, columns: m.count)
    for (j, cell) in m.enumerated() { units[cell, j] = 1 }
    let b = complete.solve(units)
    var square = Matrix(rows: m.count, columns: m.count)
    for j in m.indices { for (i, cell) in m.enumerated() { square[i, j] = b[cell, j] } }
    let factor: Cholesky
    do { factor = try Cholesky(square.symmetrised) } catch { throw .covariance(error) }
    correction = factor.halfSolve(b.transposed).transposed
    logDeterminant = complete.logDeterminant + factor.logDeterminant
  }

  var count: Int { observed.count }
  var jitter: Double { 0 }

  func solve(_ b: Matrix) -> Matrix {
    let right = padded(b)
    let (x, shift) = (complete.solve(right), correction * correction.transposeTimes(right))
    var result = b
    for j in 0..<b.columns {
      for (i, cell) in observed.enumerated() { result[i, j] = x[cell, j] - shift[cell, j] }
    }
    return result
  }

  /// With zeros at missing cells, and `extra` more columns.
  private func padded(_ b: Matrix, extra: Int = 0) -> Matrix {
    var result = Matrix(rows: grid.cellCount, columns: b.columns + extra)
    for j in 0..<b.columns { for (i, cell) in observed.enumerated() { result[cell, j] = b[i, j] } }
    return result
  }

  func inverseDiagonal() -> [Double] {
    let all = complete.inverseDiagonal()
    return observed.map { cell in
      (0..<correction.columns).reduce(all[cell]) { $0 - correction[cell, $1] * correction[cell, $1] }
    }
  }

  /// C^-1, with zeros at missing cells, is B - W W': columns of W stand beside those of V.
  func gradient(outer v: Matrix) -> [Double] {
    var all = padded(v, extra: correction.columns)
    for j in 0..<correction.columns {
      for i in 0..<correction.rows { all[i, v.columns + j] = correction[i, j] }
    }
    return complete.gradient(outer: all)
  }
}
