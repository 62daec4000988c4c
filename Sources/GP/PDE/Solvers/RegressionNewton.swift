import NumericCore

/// Functions of a basis as a problem sees them: what an equation, its conditions and observations make of
/// coefficients.
protocol RegressionDesign {
  typealias Order = DifferentialExpression.Order

  var observed: ObservedRows? { get }
  /// Derivatives on the grid.
  func derivatives(_ orders: [Order], of alpha: [Double]) -> [Order: [Double]]
  /// The rows of a linear equation, and of the conditions with a weight.
  func rows(_ linear: [(Order, [Double])], weight: Double) -> Matrix
  /// As many data, from values on the grid and what the conditions ask for.
  func data(_ values: [Double], weight: Double) -> RegressionData
  /// The sum of squares of what the conditions miss.
  func miss(_ alpha: [Double]) -> Double
}

/// The data of a regression on one column.
struct RegressionData {
  let column: Matrix
  /// How many data these stand for.
  let rows: Int
  /// The sum of squares of what was taken away when they were projected.
  let rest: Double
}

/// An equation as regressions on whitened coefficients: of its linearisation, by Newton's method where it is
/// not linear.
struct RegressionNewton<Design: RegressionDesign> {
  typealias Order = DifferentialExpression.Order

  let equation: GridEquation
  let design: Design
  /// What conditions are multiplied with, to be of the size of the equation.
  let weight: Double
  /// Combinations of rows that stand for those of the grid.
  var smooth: SmoothRows?

  /// u and its derivatives on the grid, and how far it is from a solution.
  struct State {
    var alpha: [Double]
    var u: [Order: [Double]]
    /// source - N(u).
    var residual: [Double]
    var merit: Double
  }

  private static var mostSteps: Int { 30 }
  /// The relative change of coefficients at which Newton's method has ended.
  private static var settled: Double { 1e-10 }

  /// Of the merit, in a whole step; in a shorter one as much less.
  private static var smallestFall: Double { 0.1 }

  func state(_ alpha: [Double]) -> State {
    let u = design.derivatives(equation.ordersWithUnknown, of: alpha)
    let residual = equation.residual(u)
    let merit = residual.reduce(0) { $0 + $1 * $1 } + weight * weight * design.miss(alpha)
    return State(alpha: alpha, u: u, residual: residual, merit: merit)
  }

  /// The regression for the equation linearised at u, by its derivatives on the grid and source - N(u).
  ///
  /// - Throws: `undefined` where the equation is not finite.
  func regression(_ u: [Order: [Double]], _ residual: [Double]) throws -> WhitenedRegression {
    let linear = try equation.linearised(u, residual)
    let data = design.data(equation.linearData(linear, u, residual), weight: weight)
    return try WhitenedRegression(
      design.rows(linear, weight: weight), data.column, rows: data.rows, rest: data.rest,
      isExact: !equation.isMeasured, smooth: smooth, observed: design.observed)
  }

  /// From the solution of a regression on.
  ///
  /// - Returns: the last regression and state, and how many regressions there were.
  func solve(
    from first: WhitenedRegression
  ) throws -> (regression: WhitenedRegression, state: State, steps: Int) {
    var (last, state, steps): (WhitenedRegression?, State, Int) = (nil, state(first.coefficients.elements), 1)
    while !equation.isLinear, steps <= Self.mostSteps {
      let current = try self.regression(state.u, state.residual)
      last = current
      steps += 1
      let before = state.merit + penalty(state.alpha, in: current)
      guard let (next, step) = descend(from: state, below: before, current) else { break }
      let gain = (next.merit + penalty(next.alpha, in: current)) / before
      let change = norm(zip(next.alpha, state.alpha).map { $0 - $1 })
      state = next
      // Where there is noise the merit ends above 0.
      let hasSettled = change < Self.settled * max(norm(next.alpha), .leastNormalMagnitude)
      let isExact = design.observed == nil && !equation.isMeasured
      if gain > 1 - Self.smallestFall * step, isExact || hasSettled { break }
    }
    return (last?.ended(at: state.alpha) ?? first, state, steps)
  }

  /// The longest of the steps 1, 1/2, 1/4, ... towards a regression's solution whose merit and penalty are
  /// below a bound, and its length; nil where none is.
  private func descend(
    from state: State, below bound: Double, _ regression: WhitenedRegression
  ) -> (next: State, step: Double)? {
    let target = regression.coefficients.elements
    var step = 1.0
    while step > 1e-4 {
      let next = self.state(zip(state.alpha, target).map { $0 + step * ($1 - $0) })
      if next.merit + penalty(next.alpha, in: regression) < bound { return (next, step) }
      step *= 0.5
    }
    return nil
  }

  /// What a regression minimises apart from the merit: the misses of observations and the norm of the
  /// coefficients, both relative to the noise of the rows. Without observations that noise is mostly
  /// rounding, and so is this.
  private func penalty(_ alpha: [Double], in regression: WhitenedRegression) -> Double {
    guard let observed = design.observed, let update = regression.update else { return 0 }
    let misses = squaredDistance(observed.design * alpha, observed.values)
    return regression.noise * (misses / update.noise + alpha.reduce(0) { $0 + $1 * $1 })
  }
}
