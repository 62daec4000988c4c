import NumericCore

/// What a function on a box may be along one axis: the eigenfunctions of a covariance on the grid whose standard
/// deviation is not lost in rounding, as orthonormal columns Q on the grid, and which of their combinations satisfy the
/// homogeneous boundary conditions.
///
/// An equation is asked to hold as orthonormal tests on the grid see it.
struct AxisSpace: Sendable {
  let basis: EnvelopeBasis
  /// From coefficients of Q to those of the basis.
  let transform: Matrix
  /// The prior variances of the coefficients of Q.
  let variances: [Double]
  /// Derivatives of Q on the grid, from the function itself.
  let derivatives: [Matrix]
  /// The conditions on Q: a row for each.
  let conditions: Matrix
  /// The coefficients of the functions of least prior norm for which one condition is 1 and the others 0.
  let lifting: Matrix
  /// Orthonormal coefficients of what satisfies the homogeneous conditions.
  let free: Matrix
  /// Derivatives of these on the grid.
  let trial: [Matrix]
  /// Orthonormal functions on the grid, in rows.
  let tests: Matrix
  /// The derivatives of the trial functions as the tests see them.
  let images: [Matrix]

  /// - Parameters:
  ///   - smallestDeviation: the standard deviation relative to the largest below which nothing is kept.
  /// - Throws: `dependentConditions` where one condition follows from the others or asks nothing of the space.
  init(_ functions: AxisFunctions, axis: Int, smallestDeviation: Double, conditions: AxisConditions) throws {
    let (points, basis, designs, svd) = (functions.points, functions.basis, functions.derivatives, functions.svd)
    let limit = smallestDeviation * svd.values[0]
    let kept = svd.values.prefix { $0 > limit }.count
    var transform = Matrix(rows: basis.count, columns: kept)
    for j in 0..<kept { for i in 0..<basis.count { transform[i, j] = svd.rightTransposed[j, i] / svd.values[j] } }
    // Rounding in the smallest vectors has parts along the largest ones: a second time makes the columns orthonormal.
    let again = try QR(designs[0] * transform)
    transform = transform * (try again.r.solve(.upper, .identity(kept)))
    let ends = functions.ends.map { $0 * transform }
    let rows = conditions.rows(ends)
    guard kept > conditions.count else {
      throw PDEError.gridTooSmall(axis: axis, points: points.count, needed: 2 * points.count)
    }
    (self.basis, self.transform, self.conditions) = (basis, transform, rows)
    variances = svd.values.prefix(kept).map { $0 * $0 }
    derivatives = designs.map { $0 * transform }

    var weighted = rows.transposed
    for j in 0..<weighted.columns { for i in 0..<kept { weighted[i, j] *= svd.values[i] } }
    let factors = try QR(weighted)
    let r = factors.r
    for i in 0..<conditions.count {
      let size = (0..<kept).reduce(0) { $0 + weighted[$1, i] * weighted[$1, i] }.squareRoot()
      guard r[i, i].magnitude > 1e-10 * size, size > 0 else { throw PDEError.dependentConditions(axis: axis) }
    }
    var lifting = factors.q * (try r.solve(.upper, Matrix.identity(conditions.count))).transposed
    for j in 0..<lifting.columns { for i in 0..<kept { lifting[i, j] *= svd.values[i] } }
    self.lifting = lifting

    let full = try QR(rows.transposed).transposeTimes(.identity(kept))
    var free = Matrix(rows: kept, columns: kept - conditions.count)
    for j in 0..<free.columns { for i in 0..<kept { free[i, j] = full[conditions.count + j, i] } }
    self.free = free
    trial = derivatives.map { $0 * free }
    tests = try Self.tests(trial, order: functions.order, length: points[points.count - 1] - points[0], conditions)
    images = trial.map { [tests] in tests * $0 }
  }

  /// With conditions at both ends the trial functions themselves (Galerkin), for which diffusion is definite. With
  /// conditions at one end orthonormal columns of what the operator makes of the trial functions: D^2 - 1 / length^2, or
  /// D + 1 / length from the lower end and D - 1 / length from the upper, none of which takes a function to 0.
  private static func tests(
    _ trial: [Matrix], order: Int, length: Double, _ conditions: AxisConditions
  ) throws -> Matrix {
    let starts = conditions.functionals.allSatisfy { $0.isUpper == false }
    guard order > 0, starts || conditions.functionals.allSatisfy({ $0.isUpper == true }) else {
      return try QR(trial[0]).q.transposed
    }
    let shift = (order == 1 && starts ? 1 : -1) / power(length, order)
    var image = trial[order]
    for j in 0..<image.columns { for i in 0..<image.rows { image[i, j] += shift * trial[0][i, j] } }
    return try QR(image).q.transposed
  }
}
