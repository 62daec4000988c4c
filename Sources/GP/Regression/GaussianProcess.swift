import NumericCore

/// A Gaussian process with noisy observations: y_i = h(x_i)' beta + f(x_i) + e_i, with f of covariance k, e_i
/// independent normal with the noise variance, and beta the unknown coefficients of the mean.
///
///     let kernel = try SquaredExponential(lengthScale: 1).on(0).scaled(by: 1)
///     let process = try GaussianProcess(kernel, noiseVariance: 0.1, mean: .constant)
///     let fit = try process.fitted(to: x, y)
///     let posterior = try fit.process.condition(on: x, y)
///     let prediction = try posterior.predict(at: new)
public struct GaussianProcess: Sendable {
  public let kernel: any Kernel
  /// In squared units of y; 0 for exact observations, which fitting leaves at 0.
  public let noiseVariance: Double
  public let mean: MeanFunction

  /// - Throws: `invalidSetting` unless the noise variance is finite and not negative.
  public init(_ kernel: any Kernel, noiseVariance: Double, mean: MeanFunction = .zero) throws(RegressionError)
  {
    guard noiseVariance >= 0, noiseVariance.isFinite else {
      throw .invalidSetting(name: "noiseVariance", value: noiseVariance, expected: ">= 0 and finite")
    }
    (self.kernel, self.noiseVariance, self.mean) = (kernel, noiseVariance, mean)
  }

  /// How the covariance of the data is factored.
  public enum Structure: Sendable, Equatable {
    /// With more than 300 points on the line: state space where the kernel has such a form and there is noise; or
    /// Toeplitz where the points are ascending and equally spaced, the kernel is stationary and the noise above 1e-6
    /// of the variance (Levinson's recursion amplifies rounding in matrices close to singular); whichever is faster.
    /// Else dense.
    case automatic
    case dense
    /// Throws where the points are not ascending and equally spaced.
    case toeplitz
    /// In linear time, by a Kalman filter. Throws where the kernel has no state-space form
    /// (`StateSpaceKernel`), or the points are not on the line.
    case stateSpace
    /// By the eigendecompositions of the factors of a kernel that is a product of one kernel for each
    /// coordinate, in their order: `k0.on(0) * k1.on(1)`. The points are `grid.points`, and the values those
    /// of the cells that are not missing, in their order; missing cells are handled exactly, which costs a
    /// solve of the grid for each. Throws where kernel or points are others.
    case grid(ObservedGrid)
  }

  /// The posterior given values at points.
  ///
  /// - Parameter x: a row for each point, a column for each coordinate. Points may repeat where there is
  ///   noise.
  /// - Throws: `RegressionError`. Cost: O(n^3), or O(n) in state space, O(n^2) for Toeplitz structure, O(n sum n_d)
  ///   for a complete grid.
  public func condition(
    on x: Matrix, _ y: [Double], structure: Structure = .automatic
  ) throws(RegressionError) -> GaussianProcessPosterior {
    try GaussianProcessPosterior(self, points: x, values: y, solver: solver(at: x, values: y, structure))
  }

  /// The factorisation of the covariance of observations at points.
  func solver(at x: Matrix, values y: [Double], _ structure: Structure) throws(RegressionError)
    -> any CovarianceSolver
  {
    try Self.check(x, y)
    do { try kernel.check(x) } catch { throw .kernel(error) }
    switch structure {
    case .dense: return try DenseSolver(kernel, noise: noiseVariance, at: x)
    case .grid(let grid): return try solver(on: grid, at: x)
    case .toeplitz: return try ToeplitzSolver(kernel, noise: noiseVariance, at: x)
    case .stateSpace: return try StateSpaceSolver(kernel, noise: noiseVariance, at: x)
    case .automatic:
      guard x.rows > 300, x.columns == 1, let variance = try? kernel.covariance([x[0, 0]], [x[0, 0]]) else {
        return try DenseSolver(kernel, noise: noiseVariance, at: x)
      }
      let n = Double(x.rows)
      let isToeplitz = noiseVariance > 1e-6 * variance && kernel.isStationary && UniformSpacing(x) != nil
      if noiseVariance > 0, let model = try? kernel.stateSpaceModel(),
        isToeplitz ? n > Self.toeplitzSteps * model.stepCost : n * n > Self.denseSteps * model.stepCost
      {
        return try StateSpaceSolver(kernel, noise: noiseVariance, at: x)
      }
      return isToeplitz
        ? try ToeplitzSolver(kernel, noise: noiseVariance, at: x)
        : try DenseSolver(kernel, noise: noiseVariance, at: x)
    }
  }

  /// What an operation of a filter costs in those of Levinson's recursion, and of a Cholesky factorisation:
  /// measured with 30 states.
  private static let (toeplitzSteps, denseSteps) = (3.0, 60.0)

  private func solver(on grid: ObservedGrid, at x: Matrix) throws(RegressionError) -> any CovarianceSolver {
    guard x == grid.points else {
      throw .unstructured(expected: "those of the grid's observed cells, in their order")
    }
    let complete = try completeSolver(on: grid)
    return grid.missing.isEmpty ? complete : try IncompleteGridSolver(complete, on: grid)
  }

  /// Of all cells of a grid, where the kernel is a product of one kernel for each coordinate, in their order.
  func completeSolver(on grid: ObservedGrid) throws(RegressionError) -> KroneckerSolver {
    let parts = (kernel as? KernelProduct)?.factors ?? [kernel]
    let factors = parts.compactMap { $0 as? CoordinateKernel }
    guard factors.map(\.coordinate) == Array(grid.axes.indices), factors.count == parts.count else {
      throw .unstructured(expected: "under a product of one kernel for each coordinate, in their order")
    }
    return try KroneckerSolver(factors.map(\.base), noise: noiseVariance, on: grid)
  }

  /// Throws where the data are not data.
  static func check(_ x: Matrix, _ y: [Double]) throws(RegressionError) {
    guard x.rows > 0 else { throw .noData }
    guard x.rows == y.count else { throw .countMismatch(points: x.rows, values: y.count) }
    if let index = y.firstIndex(where: { !$0.isFinite }) { throw .notFinite(index: index, value: y[index]) }
  }
}
