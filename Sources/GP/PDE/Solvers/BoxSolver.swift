import NumericCore

/// Equations on boxes: a space of products of eigenfunctions of covariances along the axes, within which u is eliminated
/// (`BoxNewton`), and the covariances chosen by the evidence from what the equation and its residual show of u.
struct BoxSolver {
  typealias Order = DifferentialExpression.Order

  let grid: TensorGrid
  let equation: GridEquation
  let boundaries: [Boundary]
  let covariances: Covariances

  struct Outcome {
    let conditions: [AxisConditions]
    let space: BoxSpace
    let state: BoxNewton.State
    let relativeResidual: Double
    var iterations: Int
  }

  private static let tolerance = 1e-13
  /// A relative residual that no other round is needed for.
  private static let sufficient = 1e-10
  private static let mostRounds = 8
  /// The standard deviations of eigenfunctions, relative to the largest, that end a space: a smaller one holds more, and
  /// loses more digits where components overlap. The residual decides.
  private static let deviations = [1e-12, 1e-11, 1e-10]
  /// What the covariances of a first look at a nonlinear equation leave over: its source holds harmonics that u does not.
  private static let firstTolerance = 1e-2
  /// A residual, as the tests see it, that is no solution.
  private static let failure = 1e-4

  func solution() throws -> PDESolution {
    let outcome = try solve()
    let axes = outcome.space.axes
    // Every condition, those too that the solver did not use.
    var largest = 0.0
    for axis in grid.axes.indices {
      let all = try AxisConditions(boundaries, axis: axis, order: 0)
      let found = outcome.space.sideValues(all, axis: axis, of: outcome.state.coefficients)
      for (values, data) in zip(found, try all.data(on: grid, axis: axis)) {
        for (value, target) in zip(values, data) { largest = max(largest, (value - target).magnitude) }
      }
    }
    let linear = equation.linearised(outcome.state.u)
    let condition = try BoxNewton(equation: equation, space: outcome.space).condition(at: outcome.state)
    let deviations = axes.map { ($0.variances[$0.variances.count - 1] / $0.variances[0]).squareRoot() }
    return PDESolution(
      report: PDEReport(
        covariances: axes.map { SpectralMixture($0.basis) }, coefficients: outcome.state.coefficients.count,
        relativeResidual: outcome.relativeResidual, boundaryResidual: largest,
        condition: condition, jitter: deviations.map { $0 * $0 }.max() ?? 0,
        iterations: outcome.iterations, observationNoise: nil,
        warnings: PDEReport.warnings(relativeResidual: outcome.relativeResidual)),
      grid: grid.axes,
      field: .box(
        BoxPosterior(
          space: outcome.space, coefficients: outcome.state.coefficients, conditions: outcome.conditions,
          linear: linear, residual: rootMeanSquare(outcome.state.residual))))
  }

  /// Rounds of choosing covariances and solving, for as long as the residual on the grid falls.
  func solve() throws -> Outcome {
    let orders = grid.axes.indices.map { equation.highestOrder(along: $0) }
    let zero = Array(repeating: 0.0, count: grid.count)
    var u = Dictionary(uniqueKeysWithValues: equation.ordersWithUnknown.map { ($0, zero) })
    var residual = equation.source
    let conditions = try self.conditions(orders, equation.linearised(u))
    let data = try conditions.enumerated().map { try $1.data(on: grid, axis: $0) }
    var best: Outcome?
    var failure: (any Error)?
    var iterations = 0
    var tolerance = equation.isLinear ? Self.tolerance : Self.firstTolerance
    for _ in 0..<Self.mostRounds {
      let previous = best?.relativeResidual ?? .infinity
      let bases = try covariances.given ?? self.bases(u, residual, data, tolerance)
      // Waves do not overlap, nor is there more to be had from a closer look at what is rough.
      let isRough = bases.contains { $0.family == .studentT }
      for deviation in isRough ? Array(Self.deviations.prefix(1)) : Self.deviations {
        do {
          let found = try attempt(bases, deviation, orders, conditions, data, from: best.map { _ in u })
          iterations += found.iterations
          guard found.relativeResidual < best?.relativeResidual ?? .infinity else { continue }
          best = found
          (u, residual) = (found.state.u, found.state.residual)
          if found.relativeResidual <= max(tolerance, Self.sufficient) { break }
        } catch {
          failure = error
        }
      }
      let relative = best?.relativeResidual ?? .infinity
      let hasStalled = relative > 0.5 * previous && (isRough || tolerance <= Self.tolerance)
      if relative <= Self.sufficient || covariances.given != nil || hasStalled {
        break
      }
      tolerance = max(Self.tolerance, 0.01 * min(tolerance, relative))
    }
    if let failure, best == nil { throw failure }
    guard var best, best.state.merit <= Self.failure * equation.scale(best.state.u) else {
      throw PDEError.noConvergence(iterations: iterations, relativeResidual: best?.relativeResidual ?? .infinity)
    }
    best.iterations = iterations
    return best
  }

  /// One space: Newton's method from u on the grid, or from a smooth function that takes the boundary data.
  private func attempt(
    _ bases: [EnvelopeBasis], _ deviation: Double, _ orders: [Int], _ conditions: [AxisConditions],
    _ data: [[[Double]]], from u: [Order: [Double]]?
  ) throws -> Outcome {
    let axes = try grid.axes.indices.map {
      try AxisSpace(
        grid.axes[$0], axis: $0, basis: bases[$0], smallestDeviation: deviation, order: orders[$0],
        conditions: conditions[$0])
    }
    let space = BoxSpace(grid: grid, axes: axes)
    let newton = try BoxNewton(equation: equation, space: space)
    let lifted = space.lifted(data)
    var start = lifted
    if let values = u?[Order()] {
      let free = space.free(zip(space.coefficients(of: values), lifted).map { $0 - $1 })
      start = space.adding(free: free, to: lifted)
    }
    let (state, iterations) = try newton.solve(from: newton.state(start))
    return Outcome(
      conditions: conditions, space: space, state: state,
      relativeResidual: norm(state.residual) / equation.scale(state.u),
      iterations: iterations)
  }

  private func conditions(_ orders: [Int], _ linear: [(Order, [Double])]) throws(PDEError) -> [AxisConditions] {
    /// The mean coefficient of u's derivative along one axis.
    func coefficient(_ axis: Int) -> Double {
      let of = linear.first { $0.0 == Order(orders[axis], along: axis) }
      return of.map { mean($0.1[...]) } ?? 0
    }
    let diffusive = orders.indices.first { orders[$0] == 2 }
    var result: [AxisConditions] = []
    for (axis, order) in orders.enumerated() {
      let all = try AxisConditions(boundaries, axis: axis, order: order)
      // Data enter where time begins: below for u_t = u_xx, above where the sign is the other; and in an equation of first
      // order where characteristics come in when the last axis runs upwards.
      let startsAbove =
        if let diffusive { coefficient(axis) * coefficient(diffusive) > 0 } else {
          coefficient(axis) * coefficient(orders.count - 1) < 0
        }
      result.append(try all.essential(axis: axis, order: order, startsAbove: startsAbove))
    }
    return result
  }

  /// Bases for what the linearised equation, with means for its coefficients, makes of u, and for what is left over.
  private func bases(
    _ u: [Order: [Double]], _ residual: [Double], _ data: [[[Double]]], _ tolerance: Double
  ) throws -> [EnvelopeBasis] {
    let linear = equation.linearised(u)
    var image = residual
    for (order, coefficients) in linear {
      let mean = mean(coefficients[...])
      let values = u[order]!
      for i in image.indices { image[i] += mean * values[i] }
    }
    return try BoxCovariances(
        grid: grid, data: data, family: covariances.family ?? .gaussian, mostComponents: covariances.mostComponents
      ).bases(linear, image, tolerance)
  }
}
