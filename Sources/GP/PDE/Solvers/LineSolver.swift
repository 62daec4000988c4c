import NumericCore

/// Equations on an interval: u = Phi alpha with whitened alpha, and with u eliminated: the linearised equation and the
/// boundary conditions are rows of one regression on alpha, whose covariance `SpectralSelection` chooses.
struct LineSolver {
  typealias Order = DifferentialExpression.Order

  let points: [Double]
  let equation: GridEquation
  let conditions: AxisConditions
  /// What the conditions ask for.
  let targets: [Double]
  let observed: ObservedPoints?
  let covariances: Covariances

  /// - Throws: what is wrong with the conditions.
  init(
    points: [Double], equation: GridEquation, boundaries: [Boundary], observed: ObservedPoints?,
    covariances: Covariances
  ) throws(PDEError) {
    (self.points, self.equation, self.observed, self.covariances) = (points, equation, observed, covariances)
    // Observations take the place of conditions.
    conditions = try AxisConditions(
      boundaries, axis: 0, order: observed == nil ? equation.highestOrder(along: 0) : 0)
    if let observed {
      let (found, needed) = (conditions.count + observed.count, equation.highestOrder(along: 0))
      guard found >= needed else { throw .missingBoundary(axis: 0, found: found, needed: needed) }
      guard observed.isNoiseKnown || found > needed else { throw .unknownNoise(observations: observed.count) }
    }
    let line = TensorGrid(axes: [points])
    targets = try conditions.data(on: line, axis: 0).map { $0[0] }
  }

  func solution() throws -> PDESolution {
    let outcome = try solve()
    let values = outcome.basis.evaluate(at: [points[0], points[points.count - 1]], order: AxisConditions.highestOrder)
    let misses = zip(conditions.functionals, targets).map { f, target in
      (zip(f.values(values), outcome.coefficients).reduce(0) { $0 + $1.0 * $1.1 } - target).magnitude
    }
    let largest = outcome.regression.svd.values[0]
    return PDESolution(
      report: PDEReport(
        covariances: [SpectralMixture(outcome.basis)], coefficients: outcome.basis.count,
        relativeResidual: outcome.relativeResidual, boundaryResidual: misses.max() ?? 0,
        condition: outcome.regression.svd.conditionNumber,
        jitter: outcome.regression.noise / (largest * largest), iterations: outcome.steps,
        observationNoise: outcome.regression.update?.deviation,
        warnings: PDEReport.warnings(relativeResidual: outcome.relativeResidual)),
      grid: [points], field: .line(outcome.basis, outcome.coefficients, outcome.regression))
  }

  struct Outcome {
    let basis: EnvelopeBasis
    let regression: WhitenedRegression
    let coefficients: [Double]
    /// |source - N(u)| / |source|.
    let relativeResidual: Double
    let steps: Int
  }

  private typealias Newton = RegressionNewton<LineDesign>

  /// Rounding of a residual relative to the source, with room for the condition of the operator.
  private static let tolerance = 1e-12
  private static let mostPasses = 6
  /// A relative change of u at which another choice of covariances is not asked for.
  private static let settledPass = 1e-6
  /// How much smaller the noise of conditions is than that of a measured source (conventional).
  private static let exactness = 1e3
  /// Of first looks at a nonlinear equation, whose source holds harmonics of what u is made of.
  private static let firstTolerances = [1e-2, 1e-4, 1e-8]
  /// A relative residual that no other first look is needed for, and one that is no solution.
  private static let (sufficient, failure) = (1e-8, 1e-2)

  /// Linear equations take one pass. Others: a covariance for the equation linearised at u, Newton's method with it,
  /// and again at the new u, until the residual does not fall; from the start with a closer first look, where that
  /// ends too early.
  func solve() throws -> Outcome {
    if equation.isLinear { return try pass(from: start, tolerance: Self.tolerance).0 }
    var best: Outcome?
    for tolerance in Self.firstTolerances {
      let outcome = try iterate(tolerance)
      if outcome.relativeResidual < best?.relativeResidual ?? .infinity { best = outcome }
      if outcome.relativeResidual < Self.sufficient { break }
    }
    let outcome = best!
    // A measured source may be noise for the most part.
    guard equation.isMeasured || outcome.relativeResidual < Self.failure else {
      throw PDEError.noConvergence(iterations: outcome.steps, relativeResidual: outcome.relativeResidual)
    }
    return outcome
  }

  private var start: Newton.State {
    let zero = Array(repeating: 0.0, count: points.count)
    return Newton.State(
      alpha: [], u: Dictionary(uniqueKeysWithValues: equation.ordersWithUnknown.map { ($0, zero) }),
      residual: equation.source, merit: .infinity)
  }

  private func iterate(_ firstTolerance: Double) throws -> Outcome {
    var (outcome, state) = try pass(from: start, tolerance: firstTolerance)
    guard observed == nil else { return try settle(outcome, state) }
    for _ in 1..<Self.mostPasses where outcome.relativeResidual > Self.tolerance {
      let (next, after) = try pass(from: state, tolerance: max(Self.tolerance, 0.1 * outcome.relativeResidual))
      let fall = next.relativeResidual / outcome.relativeResidual
      if fall < 1 { (outcome, state) = (next, after) }
      if fall > 0.5 { break }
    }
    return outcome
  }

  /// Observations have noise: covariances are chosen again until u settles, whatever the residual is.
  private func settle(_ outcome: Outcome, _ state: Newton.State) throws -> Outcome {
    var (outcome, state) = (outcome, state)
    for _ in 1..<Self.mostPasses {
      let (next, after) = try pass(from: state, tolerance: Self.tolerance)
      let (u, v) = (state.u[Order()]!, after.u[Order()]!)
      let change = norm(zip(u, v).map { $0 - $1 })
      (outcome, state) = (next, after)
      if change <= Self.settledPass * norm(v) { break }
    }
    return outcome
  }

  private func pass(from start: Newton.State, tolerance: Double) throws -> (Outcome, Newton.State) {
    let coefficients = equation.linearised(start.u)
    let weight = boundaryWeight(coefficients)
    let choice = try select(coefficients, start, weight, tolerance)
    let (regression, state, steps) = try newton(choice.basis, weight).solve(from: choice.regression)
    let size = norm(equation.source)
    return (
      Outcome(
        basis: choice.basis, regression: regression, coefficients: state.alpha,
        relativeResidual: norm(state.residual) / (size > 0 ? size : 1), steps: steps), state
    )
  }

  private func select(
    _ linear: [(Order, [Double])], _ state: Newton.State, _ weight: Double, _ tolerance: Double
  ) throws -> SpectralSelection.Choice {
    let gain = GridEquation.gain(linear, along: 0)
    let data = Matrix(column: equation.linearData(linear, state.u, state.residual))
    let spectrum = Periodogram(data, spacing: points[1] - points[0])
    // Hann's window spreads the mean over twice the resolution.
    let slow = spectrum.largest(below: 4 * slowest) + mean(data.column(0)).magnitude
    let trend = max(
      targets.map(\.magnitude).max() ?? 0, observed?.largest ?? 0,
      slow / max(gain(slowest), .leastNormalMagnitude), .leastNormalMagnitude.squareRoot())
    let selection = SpectralSelection(
      points: points, regression: { try newton($0, weight).regression(state.u, state.residual) }, data: data,
      gain: gain, trend: trend, tolerance: tolerance, mostComponents: covariances.mostComponents)
    return try covariances.given.map { try selection.choice($0[0]) }
      ?? selection.bestWithNoise(covariances.family)
  }

  private func newton(_ basis: EnvelopeBasis, _ weight: Double) throws -> Newton {
    let ends = basis.evaluate(at: [points[0], points[points.count - 1]], order: AxisConditions.highestOrder)
    let rows = try observed.map { observed in
      let there = basis.evaluate(at: observed.coordinates(along: 0), order: observed.highestOrder(along: 0))
      // Fifty points tell what a function looks like.
      let some = stride(from: 0, to: points.count, by: 1 + points.count / 50).map { points[$0] }
      let functions = basis.evaluate(at: some, order: 0)[0]
      return try observed.rows(open: open > 0 ? .functions(open, functions) : nil) { there[$0[0]] }
    }
    let design = LineDesign(
      derivatives: basis.evaluate(at: points, order: max(1, equation.highestOrder(along: 0))),
      ends: conditions.rows(ends), targets: targets, observed: rows, missing: equation.missing)
    return Newton(equation: equation, design: design, weight: weight)
  }

  /// How many functions the equation leaves open for want of conditions.
  private var open: Int { max(0, equation.highestOrder(along: 0) - conditions.count) }

  /// Brings the conditions, which have the same relative noise, to the size of the equation: the gain at the mean
  /// frequency of the source. Beside a measured source conditions are exact.
  private func boundaryWeight(_ coefficients: [(Order, [Double])]) -> Double {
    let mean = Periodogram(Matrix(column: equation.source), spacing: points[1] - points[0]).meanFrequency
    let gain = GridEquation.gain(coefficients, along: 0)(max(mean, slowest))
    return (equation.isMeasured ? Self.exactness : 1) * max(gain, .leastNormalMagnitude)
  }

  /// The interval holds half of this oscillation.
  private var slowest: Double { 0.5 / (points[points.count - 1] - points[0]) }
}
