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
  private static let continuationSteps = 7

  /// A first look from 0; from elsewhere, where that leaves much over; from 0 with a closer first look, where it ends too
  /// early.
  func solveNonlinear() throws -> Outcome {
    let first = equation.vanishesAtZero ? try lifted() : start
    var (outcome, left) = try iterate(from: first, Self.firstTolerances[0])
    if isExact {
      for find in [exploredFromLift, continued] where outcome.relativeResidual >= Self.doubtful {
        let state = try find()
        let residual = norm(state.residual) / equation.scale(state.u)
        guard residual < outcome.relativeResidual else { continue }
        let search: Search = residual < Self.doubtful ? .near(fineBasis) : .anew(nil)
        outcome = try best(outcome, iterate(from: state, Self.firstTolerances[0], search).0)
      }
    }
    // Where there is noise it ends a first look, not the tolerance; a look that left less over would be the same.
    for tolerance in Self.firstTolerances.dropFirst()
    where (Self.sufficient..<Self.failure).contains(outcome.relativeResidual) && left > tolerance
      && !equation.isMeasured
    {
      let (next, after) = try iterate(from: first, tolerance)
      (outcome, left) = (best(outcome, next), after)
    }
    // A measured source may be noise for the most part.
    guard equation.isMeasured || outcome.relativeResidual < Self.failure else {
      throw PDEError.noConvergence(iterations: outcome.steps, relativeResidual: outcome.relativeResidual)
    }
    return outcome
  }

  /// A covariance for the equation linearised at u, Newton's method with it, and again at the new u, until the residual
  /// does not fall.
  ///
  /// - Returns: also what the first covariance left over of the linearised equation.
  private func iterate(
    from start: Newton.State, _ firstTolerance: Double, _ search: Search = .anew(nil)
  ) throws -> (Outcome, left: Double) {
    var (outcome, state, left) = try pass(from: start, tolerance: firstTolerance, search)
    guard observed == nil else { return (try settle(outcome, state), left) }
    let family = familyToKeep(outcome)
    for number in 1..<Self.mostPasses where outcome.relativeResidual > Self.tolerance {
      let isNear = number > 1 && isExact && outcome.basis.family != .gaussian
      let (next, after, _) = try pass(
        from: state, tolerance: max(Self.tolerance, 0.1 * outcome.relativeResidual),
        isNear ? .near(outcome.basis) : .anew(family))
      let fall = next.relativeResidual / outcome.relativeResidual
      if fall < 1 { (outcome, state) = (next, after) }
      if fall > 0.5 { break }
    }
    return (outcome, left)
  }

  /// Where the source has noise, which blurs what families differ by, the first look's choice.
  private func familyToKeep(_ outcome: Outcome) -> SpectralMixture.Family? {
    equation.isMeasured ? outcome.basis.family : nil
  }

  /// Observations have noise: covariances are chosen again until u settles, whatever the residual is.
  private func settle(_ outcome: Outcome, _ state: Newton.State) throws -> Outcome {
    var (outcome, state) = (outcome, state)
    let family = familyToKeep(outcome)
    for _ in 1..<Self.mostPasses {
      let (next, after, _) = try pass(from: state, tolerance: Self.tolerance, .anew(family))
      let (u, v) = (state.u[Order()]!, after.u[Order()]!)
      let change = norm(zip(u, v).map { $0 - $1 })
      let variances = next.regression.variances(next.basis.evaluate(at: points, order: 0)[0])
      let open = variances.reduce(0, +).squareRoot()
      (outcome, state) = (next, after)
      if change <= max(Self.settledPass * norm(v), Self.smallChange * open) { break }
    }
    return outcome
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

  /// Functions that make up whatever the grid resolves.
  private var fineBasis: EnvelopeBasis {
    EnvelopeBasis(
      on: points, lengthScale: Self.finest * (points[1] - points[0]), components: [.init(weight: 1, frequency: 0)],
      family: .cauchy)
  }

  /// In steps of the grid: at its highest frequency deviations are 1e-11 of the largest.
  private static let finest = 16.0

  /// Newton's method within `fineBasis`, which takes no choice of a covariance, until so much of the source is left over.
  private func explored(from alpha: [Double], until tolerance: Double) throws -> Newton.State {
    let newton = try newton(fineBasis, boundaryWeight(equation.linearised(start.u)))
    return try newton.solve(from: newton.state(alpha)) {
      $0.merit.squareRoot() <= tolerance * equation.scale($0.u)
    }.state
  }

  /// From a smooth function that meets the conditions.
  private func exploredFromLift() throws -> Newton.State {
    let u = Matrix(column: try lifted().u[Order()]!)
    let fit = try WhitenedRegression(fineBasis.evaluate(at: points, order: 0)[0], u)
    return try explored(from: fit.coefficients.elements, until: Self.tolerance)
  }

  /// From 0, where all but the highest derivatives are let in by doubles (continuation): layers get steeper step by step.
  private func continued() throws -> Newton.State {
    var alpha = Array(repeating: 0.0, count: fineBasis.count)
    for step in (1...Self.continuationSteps).reversed() {
      let weaker = Self(
        points: points, equation: equation.weakened(power(0.5, step)),
        conditions: conditions, targets: targets, observed: observed, covariances: covariances)
      alpha = try weaker.explored(from: alpha, until: Self.doubtful).alpha
    }
    return try explored(from: alpha, until: Self.tolerance)
  }
}
