import NumericCore

/// The posterior of a process on all cells of a large grid, given the values of some: its mean and joint
/// draws, by conjugate gradients, in O(N) memory. For grids of which so many cells are missing that
/// `Structure.grid` costs too much.
///
/// There is no evidence: its determinant has no cheap exact form with many missing cells. Fit
/// hyper-parameters with `Structure.grid` on a part of the grid, or densely on a sample of its cells.
public struct GridInterpolation: Sendable {
  public let grid: ObservedGrid
  /// Of the process at each cell, missing ones included, in the order of the cells.
  public let mean: [Double]
  /// Steps of conjugate gradients for the mean.
  public let iterations: Int
  private let system: IncompleteGridSystem
  private let basis: Matrix
  private let solvedBasis: Matrix
  private let values: [Double]
  private let noise: Double

  /// - Parameters:
  ///   - process: its kernel is a product of one kernel for each coordinate, in their order; its noise is
  ///     above 0.
  ///   - values: of the cells that are not missing, in their order.
  ///   - tolerance: of the residual, relative to the values.
  /// - Throws: `notConverged`, `unstructured`, and as `condition(on:_:)`. Cost: 8 N sum n_d a step; steps
  ///   grow with the number of missing cells and with the ratio of the variance to the noise.
  public init(
    _ process: GaussianProcess, on grid: ObservedGrid, _ values: [Double], tolerance: Double = 1e-8
  ) throws(RegressionError) {
    let points = grid.points
    try GaussianProcess.check(points, values)
    guard process.noiseVariance > 0 else {
      throw .invalidSetting(name: "noiseVariance", value: process.noiseVariance, expected: "> 0")
    }
    guard tolerance > 0, tolerance < 1 else {
      throw .invalidSetting(name: "tolerance", value: tolerance, expected: "in (0, 1)")
    }
    system = IncompleteGridSystem(
      complete: try process.completeSolver(on: grid), observed: grid.observed, noise: process.noiseVariance,
      tolerance: tolerance)
    let meanBasis = MeanBasis(process.mean, of: points)
    (self.grid, self.values, noise) = (grid, values, process.noiseVariance)
    basis = meanBasis.values(at: points)
    guard points.rows > basis.columns else {
      throw .undeterminedMean(points: points.rows, coefficients: basis.columns)
    }
    var solved = basis
    for j in 0..<basis.columns {
      let column = try system.solve(Array(basis.column(j))).solution
      solved.withUnsafeMutableColumn(j) { target in for i in column.indices { target[i] = column[i] } }
    }
    solvedBasis = solved
    allBasis = meanBasis.values(at: try ObservedGrid(axes: grid.axes).points)
    (mean, iterations) = try Self.mean(values, system, basis, solved, allBasis)
  }

  /// H at all cells.
  private let allBasis: Matrix

  /// The mean for values at the observed cells: H beta + K C^-1 (y - H beta).
  private static func mean(
    _ y: [Double], _ system: IncompleteGridSystem, _ h: Matrix, _ solvedBasis: Matrix, _ allBasis: Matrix
  ) throws(RegressionError) -> ([Double], Int) {
    var (weights, iterations) = try system.solve(y)
    guard h.columns > 0 else { return (system.complete.multiplyByKernel(system.padded(weights)), iterations) }
    let beta: [Double]
    do {
      beta = try Cholesky(h.transposeTimes(solvedBasis).symmetrised).solve(h.transposeTimes(weights))
    } catch {
      throw .undeterminedMean(points: y.count, coefficients: h.columns)
    }
    let (shift, level) = (solvedBasis * beta, allBasis * beta)
    for i in weights.indices { weights[i] -= shift[i] }
    let process = system.complete.multiplyByKernel(system.padded(weights))
    return (zip(process, level).map { $0 + $1 }, iterations)
  }

  /// Joint draws of the process at all cells by Matheron's rule: a column for each. Their spread is the
  /// posterior's. Cost: that of the mean for each.
  public func samples(count: Int, key: RandomKey) throws(RegressionError) -> Matrix {
    guard count >= 0 else { throw .invalidSetting(name: "count", value: Double(count), expected: ">= 0") }
    var draws = Matrix(rows: grid.cellCount, columns: count)
    for j in 0..<count {
      let prior = system.complete.priorDraw(key.child(UInt64(j)).child(0).normals(grid.cellCount))
      let errors = key.child(UInt64(j)).child(1).normals(values.count)
      let missed = system.observed.enumerated().map { i, cell in
        values[i] - prior[cell] - noise.squareRoot() * errors[i]
      }
      let correction = try Self.mean(missed, system, basis, solvedBasis, allBasis).0
      draws.withUnsafeMutableColumn(j) { column in
        for i in column.indices { column[i] = prior[i] + correction[i] }
      }
    }
    return draws
  }
}

/// C of the observed cells of a grid, solved by conjugate gradients, preconditioned by the inverse of the
/// complete covariance (Saatci 2011, section 5.4; Wilson et al. 2014).
struct IncompleteGridSystem: Sendable {
  let complete: KroneckerSolver
  let observed: [Int]
  let noise: Double
  let tolerance: Double
  /// Conventional: what needs more is too close to singular.
  private static let maximumIterations = 1_000

  /// The observed cells' numbers among zeros.
  func padded(_ x: [Double]) -> [Double] {
    var all = Array(repeating: 0.0, count: complete.count)
    for (i, cell) in observed.enumerated() { all[cell] = x[i] }
    return all
  }

  private func restricted(_ x: [Double]) -> [Double] { observed.map { x[$0] } }

  /// C^-1 b, and the number of steps.
  func solve(_ b: [Double]) throws(RegressionError) -> (solution: [Double], iterations: Int) {
    func dot(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }
    let target = tolerance * dot(b, b).squareRoot()
    var x = Array(repeating: 0.0, count: b.count)
    var residual = b
    var z = restricted(complete.solve(padded(residual)))
    var (direction, product) = (z, dot(residual, z))
    for iteration in 0...Self.maximumIterations {
      if dot(residual, residual).squareRoot() <= target { return (x, iteration) }
      var image = restricted(complete.multiplyByKernel(padded(direction)))
      for i in image.indices { image[i] += noise * direction[i] }
      let step = product / dot(direction, image)
      for i in x.indices {
        x[i] += step * direction[i]
        residual[i] -= step * image[i]
      }
      z = restricted(complete.solve(padded(residual)))
      let next = dot(residual, z)
      for i in direction.indices { direction[i] = z[i] + next / product * direction[i] }
      product = next
    }
    throw .notConverged(
      iterations: Self.maximumIterations, residual: (dot(residual, residual) / dot(b, b)).squareRoot(),
      tolerance: tolerance)
  }
}
