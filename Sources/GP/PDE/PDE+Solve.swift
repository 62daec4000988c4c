import NumericCore

extension PDE {
  /// The posterior mean of u under a Gaussian process whose covariance is a product of spectral mixtures along the axes,
  /// given that the equation holds on a uniform grid and the conditions on the boundary.
  ///
  /// Nothing has to be set: frequencies come from the spectrum of the source (of the solution so far, where the equation
  /// is not linear), of the boundary data and of the equation's own solutions, family, length scales, jitter and, where
  /// there is noise, weights from the evidence. On boxes with an exact source the residual chooses between families.
  ///
  /// On an interval, and where there are observations or a source is measured with noise, all rows weigh in the sense of
  /// least squares, observations with their own noise. Else, in two and three dimensions, the boundary conditions
  /// hold as they stand, and the equation on tests along each axis; of two conditions at the ends of an axis along which
  /// the equation is of first order, the one is used where data come in. Of several solutions of a nonlinear equation the
  /// one is found that Newton's method leads to from 0.
  ///
  /// - Parameters:
  ///   - kernel: what the covariance is, or how it is chosen.
  ///   - grid: how many points there are along each axis, with the ends. Four a wavelength are safe.
  /// - Throws: `PDEError` for what is wrong with the problem or the grid.
  ///
  /// Cost: with N points and n along the longest axis, about N n for each step of the solver, and n^3 once; memory of 10 N
  /// for each derivative in the equation.
  ///
  /// Source: Fang et al., 'Solving high frequency and multi-scale PDEs with Gaussian processes', ICLR 2024, for the
  /// model; u is eliminated here rather than learned.
  public func solve(kernel: PDEKernel = .automatic, grid: [Int]) throws -> PDESolution {
    let grid = try tensorGrid(grid)
    let equations = statements.compactMap { $0 as? Equation }
    guard equations.count == 1 else { throw PDEError.equationCount(equations.count) }
    let equation = try GridEquation(equations[0].residual, on: grid)
    let boundaries = statements.compactMap { $0 as? Boundary }
    let observed = try ObservedPoints(statements.compactMap { $0 as? Observation }, on: grid)
    let size = try DataSize(grid: grid, boundaries: boundaries, observed: observed).ofUnknown()
    let negligible = Self.negligible * equation.slowGain * size
    if !kernel.isGiven, !equation.isMeasured {
      try GridResolution(grid: grid, negligible: negligible).check { (line) throws(PDEError) in
        try GridEquation(equations[0].residual, on: line).source
      }
    }
    guard kernel.components >= 1 else { throw PDEError.tooFewComponents(kernel.components) }
    let covariances = Covariances(
      given: try kernel.given(on: grid), family: kernel.family, mostComponents: kernel.components)
    if grid.axes.count == 1 {
      func solver(_ grid: TensorGrid, _ equation: GridEquation) throws(PDEError) -> LineSolver {
        // A source that was measured, or is not finite there, is not known between the points.
        try LineSolver(
          points: grid.axes[0], equation: equation, boundaries: boundaries, observed: observed,
          covariances: covariances, refined: try? GridEquation(equations[0].residual, on: grid.refined))
      }
      let finest = try solver(grid, equation)
      var known: LineSolver.Outcome?
      for count in finest.coarserCounts where known?.isSmooth != true {
        let coarser = try tensorGrid([count])
        known = try? solver(coarser, GridEquation(equations[0].residual, on: coarser)).outcome(near: known, isLast: false)
      }
      return try finest.solution(near: known)
    }
    let regression = try BoxRegressionSolver(
      grid: grid, equation: equation, boundaries: boundaries, observed: observed, covariances: covariances,
      negligible: negligible)
    guard observed == nil else { return try regression.solution() }
    let solution = try BoxSolver(
      grid: grid, equation: equation, boundaries: boundaries, covariances: covariances, negligible: negligible
    ).solution()
    let isNoisy = equation.isMeasured && solution.report.relativeResidual > Self.noisy
    return isNoisy ? try regression.solution() : solution
  }

  /// - Throws: `unsupportedDimensions`, `invalidInterval`, `wrongGrid`, `gridTooSmall`.
  private func tensorGrid(_ grid: [Int]) throws(PDEError) -> TensorGrid {
    let axes = domain.axes
    guard (1...3).contains(axes.count) else { throw .unsupportedDimensions(axes.count) }
    guard grid.count == axes.count else { throw .wrongGrid(count: grid.count, dimensions: axes.count) }
    var result: [[Double]] = []
    for (axis, ends) in axes.enumerated() {
      guard ends.count == 2, ends[0].isFinite, ends[1].isFinite, ends[0] < ends[1] else {
        throw .invalidInterval(axis: axis, ends: ends)
      }
      guard grid[axis] >= Self.fewestPoints else {
        throw .gridTooSmall(axis: axis, points: grid[axis], needed: Self.fewestPoints)
      }
      let last = grid[axis] - 1
      result.append(
        (0...last).map { $0 == last ? ends[1] : ends[0] + (ends[1] - ends[0]) * Double($0) / Double(last) })
    }
    return TensorGrid(axes: result)
  }

  /// A source relative to what the equation makes of the boundary data, below which it may be rounding, or as well be
  /// wrong.
  private static let negligible = 1e-9
  /// What is left over of a measured source, from which on it is taken for noise.
  private static let noisy = 1e-4
  /// Fewer hold no spectrum worth the name (conventional).
  private static let fewestPoints = 8
}
