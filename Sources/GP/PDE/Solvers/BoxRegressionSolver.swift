import NumericCore

/// Equations on boxes with observations, or with a source that is measured with noise: u is a sum of products of
/// functions along the axes, and the linearised equation, the conditions and the observations are rows of one
/// regression on its coefficients. Covariances are those that the equation and its data suggest
/// (`BoxCovariances`), with length scales by the evidence of the whole.
struct BoxRegressionSolver {
  typealias Order = DifferentialExpression.Order
  private typealias Newton = RegressionNewton<BoxDesign>

  let grid: TensorGrid
  let equation: GridEquation
  let observed: ObservedPoints?
  let covariances: Covariances
  /// The root mean square of a source that may be rounding.
  let negligible: Double
  private let conditions: [AxisConditions]
  private let data: [[[Double]]]

  /// - Throws: what is wrong with the conditions.
  init(
    grid: TensorGrid, equation: GridEquation, boundaries: [Boundary], observed: ObservedPoints?,
    covariances: Covariances, negligible: Double
  ) throws {
    (self.grid, self.equation, self.observed, self.covariances) = (grid, equation, observed, covariances)
    self.negligible = negligible
    // Observations take the place of conditions.
    let conditions = try grid.axes.indices.map {
      try AxisConditions(boundaries, axis: $0, order: observed == nil ? equation.highestOrder(along: $0) : 0)
    }
    data = try conditions.enumerated().map { try $1.data(on: grid, axis: $0) }
    self.conditions = conditions
  }

  private static let tolerance = 1e-12
  private static let mostPasses = 4
  /// A relative change of u at which another choice of covariances is not asked for.
  private static let settled = 1e-6
  /// The shortest length scale over an axis's length that is looked at.
  private static let shortest = 1.0 / 16
  /// A relative residual that is no solution.
  private static let failure = 1e-2

  private struct Candidate {
    let bases: [EnvelopeBasis]
    let newton: Newton
    let regression: WhitenedRegression
  }

  func solution() throws -> PDESolution {
    let zero = Array(repeating: 0.0, count: grid.count)
    let start = Newton.State(
      alpha: [], u: equation.zero, residual: equation.residual(equation.zero), merit: .infinity)
    var (chosen, state, steps) = try pass(from: start, nil)
    var change = equation.isLinear ? 0 : Double.infinity
    for _ in 1..<Self.mostPasses where change > Self.settled {
      let next = try pass(from: state, chosen.bases)
      let (before, after) = (state.u[Order(), default: zero], next.state.u[Order(), default: zero])
      change = norm(zip(before, after).map { $0 - $1 }) / max(norm(after), .leastNormalMagnitude)
      (chosen, state, steps) = (next.chosen, next.state, steps + next.steps)
    }
    let relative = norm(state.residual) / equation.scale(state.u)
    guard equation.isLinear || equation.isMeasured || relative < Self.failure else {
      throw PDEError.noConvergence(iterations: steps, relativeResidual: relative)
    }
    let (regression, design) = (chosen.regression, chosen.newton.design)
    let misses = misses(design.basis, state.alpha)
    let weights = conditions.enumerated().flatMap { axis, conditions in
      conditions.functionals.map { $0.weight(length: grid.lengths[axis]) }
    }
    return PDESolution(
      report: PDEReport(
        covariances: chosen.bases.map { SpectralMixture($0) }, coefficients: design.basis.count,
        relativeResidual: relative, boundaryResidual: misses.max() ?? 0,
        condition: try regression.conditionNumber(), jitter: regression.jitter,
        iterations: steps, observationNoise: regression.update?.deviation, relativeDeviation: nil,
        warnings: PDEReport.warnings(
          relativeResidual: relative, misses: misses, weights: weights, size: largest(state.u[Order(), default: zero]))),
      grid: grid.axes, field: .products(design.basis, state.alpha, regression))
  }

  /// A choice of covariances at a state, and Newton's method with it.
  private func pass(
    from state: Newton.State, _ before: [EnvelopeBasis]?
  ) throws -> (chosen: Candidate, state: Newton.State, steps: Int) {
    let candidate = try choose(state, before)
    let found = try candidate.newton.solve(from: candidate.regression)
    return (
      Candidate(bases: candidate.bases, newton: candidate.newton, regression: found.regression), found.state,
      found.steps
    )
  }

  /// The bases whose regression at a state has the highest evidence, from those before, or those that the
  /// equation suggests, on: length scales are halved, all of them or one, for as long as it rises.
  private func choose(_ state: Newton.State, _ before: [EnvelopeBasis]?) throws -> Candidate {
    let family = covariances.family ?? (equation.isMeasured ? nil : .gaussian)
    let linear = equation.linearised(state.u)
    let weight = boundaryWeight(linear)
    if let given = covariances.given { return try candidate(given, state, weight) }
    let start =
      try before
      ?? BoxCovariances(
        grid: grid, data: data, negligible: negligible, family: family, mayBeNoisy: equation.isMeasured,
        mostComponents: covariances.mostComponents
      ).bases(
        linear, equation.linearData(linear, state.u, state.residual), Self.tolerance)
    var best = try candidate(start, state, weight)
    var rises = true
    while rises {
      rises = false
      let current = best.bases
      for axes in [Array(grid.axes.indices)] + grid.axes.indices.map({ [$0] }) {
        var next = current
        for axis in axes {
          let points = grid.axes[axis]
          let half = 0.5 * current[axis].lengthScale
          guard half >= Self.shortest * (points[points.count - 1] - points[0]) else { continue }
          next[axis] = current[axis].scaled(to: half)
        }
        guard zip(next, current).contains(where: { $0.lengthScale != $1.lengthScale }) else { continue }
        let candidate = try candidate(next, state, weight)
        guard candidate.regression.logEvidence > best.regression.logEvidence else { continue }
        best = candidate
        rises = true
      }
    }
    return best
  }

  private func candidate(_ bases: [EnvelopeBasis], _ state: Newton.State, _ weight: Double) throws
    -> Candidate
  {
    let basis = try ProductBasis(bases, on: grid, isNoisy: equation.isMeasured)
    let isOpen = grid.axes.indices.contains { conditions[$0].count < equation.highestOrder(along: $0) }
    let rows = try observed.map { observed in
      let coordinates = grid.axes.indices.map { observed.coordinates(along: $0) }
      return try observed.rows(open: isOpen ? .process : nil) { basis.columns(at: coordinates, order: $0) }
    }
    let order = grid.axes.indices.map { equation.highestOrder(along: $0) }.max() ?? 0
    let design = BoxDesign(
      basis, grid: grid, order: order, conditions: conditions, data: data, observed: rows,
      missing: equation.missing)
    let newton = Newton(equation: equation, design: design, weight: weight)
    return Candidate(
      bases: bases, newton: newton, regression: try newton.regression(state.u, state.residual))
  }

  /// The largest miss of each condition on the grid.
  private func misses(_ basis: ProductBasis, _ alpha: [Double]) -> [Double] {
    let all = basis.scattered(alpha)
    let designs = grid.axes.indices.map { basis.evaluate(axis: $0, at: grid.axes[$0], order: 0)[0] }
    var misses: [Double] = []
    for (axis, conditions) in conditions.enumerated() {
      let points = grid.axes[axis]
      let ends = basis.evaluate(axis: axis, at: [points[0], points[points.count - 1]], order: AxisConditions.highestOrder)
      let found = conditions.sideValues(axis: axis, designs: designs, ends: ends, of: all)
      misses += zip(found, data[axis]).map(largestDifference)
    }
    return misses
  }

  /// Brings the conditions to the size of the equation: the largest gain along an axis at the mean frequency
  /// of the source.
  private func boundaryWeight(_ linear: [(Order, [Double])]) -> Double {
    let gains = grid.axes.indices.map { axis in
      let points = grid.axes[axis]
      let length = points[points.count - 1] - points[0]
      let sections = TensorGrid.unfold(equation.source, shape: grid.shape, axis: axis)
      let mean = Periodogram(sections, spacing: points[1] - points[0]).meanFrequency
      return GridEquation.gain(linear, along: axis)(max(mean, 0.5 / length))
    }
    return (equation.isMeasured ? LineSolver.exactness : 1) * max(gains.max() ?? 1, .leastNormalMagnitude)
  }
}
