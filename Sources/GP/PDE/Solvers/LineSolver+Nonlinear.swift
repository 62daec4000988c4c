import NumericCore

/// Equations that are not linear.
extension LineSolver {
  private static let mostPasses = 6
  /// A relative change of u at which another choice of covariances is not asked for.
  private static let settledPass = 1e-6
  /// One beside what is left open of u, at which it is neither.
  private static let smallChange = 0.1
  /// Of first looks at a nonlinear equation, whose source holds harmonics of what u is made of.
  private static let firstTolerances = [1e-2, 1e-4, 1e-8]
  /// A relative residual that no other first look is needed for, and one that is no solution.
  private static let (sufficient, failure) = (1e-8, 1e-2)
  /// One with which Newton's method may have ended beside a solution.
  private static let doubtful = 1e-7
  /// How much of lower derivatives is let in.
  private static let continuation = (1...7).reversed().map { power(0.5, $0) } + (2...10).map { 1 - power(0.5, $0) }
  /// A relative step after which Newton's method by differences has ended.
  private static let still = 1e-3

  /// A first look from 0; from elsewhere, where that leaves much over; from 0 with a closer first look, where it ends too
  /// early.
  func solveNonlinear(isLast: Bool) throws -> Outcome {
    let first = equation.vanishesAtZero ? try lifted() : start
    let look = try pass(from: first, tolerance: Self.firstTolerances[0])
    // From far away covariances are those of no solution.
    let isFar = isExact && look.outcome.relativeResidual >= Self.failure
    var (outcome, left) = (isFar ? look.outcome : try settled(look), look.left)
    if isExact, isLast, outcome.relativeResidual >= Self.doubtful {
      if let found = try foundByDifferences() {
        let outcome = best(outcome, try pass(from: found, tolerance: Self.tolerance, .near(fineBasis)).outcome)
        if outcome.relativeResidual < Self.failure { return outcome }
      }
      if isFar { outcome = try settled(look) }
    }
    // Where there is noise it ends a first look, not the tolerance; a look that left less over would be the same.
    for tolerance in Self.firstTolerances.dropFirst()
    where isLast && (Self.sufficient..<Self.failure).contains(outcome.relativeResidual) && left > tolerance
      && !equation.isMeasured
    {
      let next = try pass(from: first, tolerance: tolerance)
      outcome = try best(outcome, settled(next))
      left = next.left
    }
    // A measured source may be noise for the most part.
    guard equation.isMeasured || outcome.relativeResidual < Self.failure else {
      throw PDEError.noConvergence(iterations: outcome.steps, relativeResidual: outcome.relativeResidual)
    }
    return outcome
  }

  /// From a covariance and where Newton's method leads to with it on: another one for the equation linearised there, and
  /// again, until the residual does not fall.
  private func settled(_ first: Pass) throws -> Outcome {
    guard isExact else { return try settledInNoise(first) }
    var (outcome, state) = (first.outcome, first.state)
    for number in 1..<Self.mostPasses where outcome.relativeResidual > Self.tolerance {
      let isNear = number > 1 && outcome.basis.family != .gaussian
      let next = try pass(
        from: state, tolerance: max(Self.tolerance, 0.1 * outcome.relativeResidual),
        isNear ? .near(outcome.basis) : .anew(nil))
      let fall = next.outcome.relativeResidual / outcome.relativeResidual
      if fall < 1 { (outcome, state) = (next.outcome, next.state) }
      if fall > 0.5 { break }
    }
    return outcome
  }

  /// Where there is noise covariances are chosen again until u settles, whatever the residual is: the one that follows the
  /// noise has the smallest. It blurs what families differ by: a measured source keeps the first look's.
  private func settledInNoise(_ first: Pass) throws -> Outcome {
    var current = first
    let family = equation.isMeasured ? first.outcome.basis.family : nil
    for number in 1..<Self.mostPasses {
      // The equation linearised at u changes little once one pass has been made.
      let isClose = number > 1 && current.outcome.basis.family == .gaussian
      let next = try pass(
        from: current.state, tolerance: Self.tolerance, isClose ? .weights(current.outcome.basis) : .anew(family))
      let (u, v) = (current.state.u[Order()]!, next.state.u[Order()]!)
      let change = norm(zip(u, v).map { $0 - $1 })
      let functions = next.outcome.basis.evaluate(at: points, order: 0)[0]
      let open = next.outcome.regression.variances(functions).reduce(0, +).squareRoot()
      current = next
      if change <= max(Self.settledPass * norm(v), Self.smallChange * open) { break }
    }
    return current.outcome
  }

  private func best(_ a: Outcome, _ b: Outcome) -> Outcome { b.relativeResidual < a.relativeResidual ? b : a }

  /// A smooth function that meets the conditions, and observations of u within their noise.
  private func lifted() throws -> Newton.State {
    let basis = EnvelopeBasis(smooth: points)
    let ends = basis.evaluate(at: [points[0], points[points.count - 1]], order: AxisConditions.highestOrder)
    let values = basis.evaluate(at: points, order: equation.highestOrder(along: 0))
    let alpha = try WhitenedRegression(conditions.rows(ends), Matrix(column: targets)).coefficients.elements
    let u = Dictionary(uniqueKeysWithValues: equation.ordersWithUnknown.map { ($0, values[$0[0]] * alpha) })
    return Newton.State(alpha: [], u: u, residual: equation.residual(u), merit: .infinity)
  }

  /// Functions that make up what the grid resolves.
  private var fineBasis: EnvelopeBasis {
    EnvelopeBasis(
      on: points, lengthScale: Self.finest * (points[1] - points[0]), components: [.init(weight: 1, frequency: 0)],
      family: .cauchy)
  }

  /// In steps of the grid: at its highest frequency deviations are 1e-11 of the largest.
  private static let finest = 16.0

  /// A solution by differences, from a smooth function that meets the conditions; where that leads to none, from 0, where
  /// all but the highest derivatives are let in by doubles, and the last half by halves (continuation): layers get steeper,
  /// and fronts find their place, step by step. Nil where there is none.
  private func foundByDifferences() throws -> Newton.State? {
    let weight = boundaryWeight(equation.linearised(start.u))
    let differences = try Differences(count: points.count, spacing: points[1] - points[0])
    func end(_ equation: GridEquation, from values: [Double]) throws -> DifferenceNewton.End {
      try DifferenceNewton(
        equation: equation, conditions: conditions, targets: targets, weight: weight, differences: differences
      ).solve(from: values)
    }
    func found(_ end: DifferenceNewton.End) -> Newton.State? {
      let left = end.state.merit.squareRoot() / equation.scale(end.state.u)
      // Differences leave something over at a layer of few points.
      guard left < Self.doubtful || (left < Self.failure && end.change < Self.still) else { return nil }
      return Newton.State(alpha: [], u: end.state.u, residual: end.state.residual, merit: end.state.merit)
    }
    if let fromLift = found(try end(equation, from: lifted().u[Order()]!)) { return fromLift }
    var values = Array(repeating: 0.0, count: points.count)
    for factor in Self.continuation { values = try end(equation.weakened(factor), from: values).state.values }
    return found(try end(equation, from: values))
  }
}
