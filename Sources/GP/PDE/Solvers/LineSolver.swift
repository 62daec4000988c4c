import NumericCore

/// Equations on an interval: u = Phi alpha with whitened alpha, and with u eliminated: the linearised equation and the
/// boundary conditions are rows of one regression on alpha, whose covariance `SpectralSelection` chooses.
struct LineSolver {
  typealias Order = DifferentialExpression.Order

  private(set) var points: [Double]
  private(set) var equation: GridEquation
  let conditions: AxisConditions
  /// What the conditions ask for.
  let targets: [Double]
  private(set) var observed: ObservedPoints?
  let covariances: Covariances
  /// The equation between the points too, where its source is known there.
  let refined: GridEquation?
  /// What a measured source shows above its noise, and the rows that are enough to see it; nil for all.
  private let band: SignalBand?
  private var smooth: SmoothRows?

  /// - Throws: what is wrong with the conditions.
  init(
    points: [Double], equation: GridEquation, boundaries: [Boundary], observed: ObservedPoints?,
    covariances: Covariances, refined: GridEquation?
  ) throws(PDEError) {
    (self.points, self.equation, self.observed, self.covariances) = (points, equation, observed, covariances)
    self.refined = refined
    let isComplete = equation.isMeasured && equation.missing == 0
    band = isComplete && covariances.given == nil
      ? SignalBand(equation.source, spacing: points[1] - points[0]) : nil
    smooth = band.flatMap { SmoothRows(points: points.count, highest: $0.highest * (points[1] - points[0])) }
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

  /// - Parameter known: what a coarser grid tells.
  func solution(near known: Outcome?) throws -> PDESolution {
    let outcome = try refined(try outcome(near: known, isLast: true))
    let values = outcome.basis.evaluate(at: [points[0], points[points.count - 1]], order: AxisConditions.highestOrder)
    let misses = zip(conditions.functionals, targets).map { f, target in
      (zip(f.values(values), outcome.coefficients).reduce(0) { $0 + $1.0 * $1.1 } - target).magnitude
    }
    let onGrid = outcome.basis.evaluate(at: points, order: 0)[0]
    let open = outcome.regression.variances(onGrid).reduce(0, +).squareRoot()
    // Where all data are 0 u is rounding.
    let isTold = targets.contains { $0 != 0 } || equation.residual(equation.zero).contains { $0 != 0 } || observed != nil
    let size = max(norm(onGrid * outcome.coefficients), .leastNormalMagnitude)
    let isElsewhereToo = try isTold && mayBeElsewhere(outcome)
    let deviation = isTold ? max(open / size, isElsewhereToo ? 1 : 0) : 0
    return PDESolution(
      report: PDEReport(
        covariances: [SpectralMixture(outcome.basis)], coefficients: outcome.basis.count,
        relativeResidual: outcome.relativeResidual, boundaryResidual: misses.max() ?? 0,
        condition: try outcome.regression.conditionNumber(),
        jitter: outcome.regression.jitter, iterations: outcome.steps,
        observationNoise: outcome.regression.update?.deviation, relativeDeviation: deviation,
        warnings: PDEReport.warnings(
          relativeResidual: outcome.relativeResidual, deviation: isExact ? deviation : 0,
          mayBeElsewhere: isElsewhereToo, misses: misses,
          weights: conditions.functionals.map { $0.weight(length: equation.lengths[0]) }, size: outcome.largest)),
      grid: [points], field: .line(outcome.basis, outcome.coefficients, outcome.regression))
  }

  /// Whether a nonlinear equation leaves open how far a solution goes along some direction, as a front that moves. The
  /// prior variance is no bound of that: it is the same in each place.
  private func mayBeElsewhere(_ outcome: Outcome) throws -> Bool {
    guard isExact, !equation.isLinear else { return false }
    let functions = outcome.basis.evaluate(at: some, order: 0)[0]
    return try outcome.regression.leavesOpen(
      functions, error: outcome.residual, least: Self.visible * norm(functions * outcome.coefficients))
  }

  /// A change relative to u that is looked at: the prior lets a front go a small part of a wavelength.
  private static let visible = 1e-4

  /// Fifty points tell what a function looks like.
  private var some: [Double] { stride(from: 0, to: points.count, by: 1 + points.count / 50).map { points[$0] } }

  struct Outcome {
    let basis: EnvelopeBasis
    let regression: WhitenedRegression
    let coefficients: [Double]
    /// |source - N(u)| / `GridEquation.scale`.
    let relativeResidual: Double
    /// The root mean square of source - N(u).
    let residual: Double
    /// |u|.
    let largest: Double
    let steps: Int
    /// Whether next to nothing is left over.
    var leavesNothing: Bool { relativeResidual < 1e-9 }
    /// Whether that is so by fewer functions than points.
    var isSmooth: Bool { leavesNothing && basis.count < regression.residual.rows }
  }

  typealias Newton = RegressionNewton<LineDesign>

  /// Rounding of a residual relative to the source, with room for the condition of the operator.
  static let tolerance = 1e-12
  /// How much smaller the noise of conditions is than that of a measured source (conventional).
  static let exactness = 1e3

  /// A linear equation takes one pass.
  func solve(isLast: Bool) throws -> Outcome {
    guard equation.isLinear else { return try solveNonlinear(isLast: isLast) }
    if isExact { try checkDetermined() }
    return try pass(from: start, tolerance: Self.tolerance).outcome
  }

  /// The solution for which the equation is asked to hold between the points too, where it leaves much over there and the
  /// covariance is not given: what it says between the points is to be kept then.
  private func refined(_ outcome: Outcome) throws -> Outcome {
    guard let refined, covariances.given == nil, points.count <= SpectralSelection.mostForWaves else { return outcome }
    var solver = self
    (solver.points, solver.equation) = (TensorGrid(axes: [points]).refined.axes[0], refined)
    // Regressions on more functions than points take longest; where they leave nothing over they seem to know all.
    let most = (outcome.relativeResidual < Self.unsettled ? 2 : 1) * solver.points.count
    guard outcome.basis.count <= most || points.count <= Self.mostForMany else { return outcome }
    let u = outcome.basis.evaluate(at: solver.points, order: equation.highestOrder(along: 0))
    let derivatives = Dictionary(
      uniqueKeysWithValues: refined.ordersWithUnknown.map { ($0, u[$0[0]] * outcome.coefficients) })
    let left = norm(refined.residual(derivatives)) / refined.scale(derivatives)
    guard left > Self.unsettled else { return outcome }
    let next = try solver.continued(outcome, outcome.basis)
    return next.relativeResidual < left ? next : outcome
  }

  /// What an equation may leave over between the points, relative to its source.
  private static let unsettled = 1e-6
  /// So many points may have more functions, where the equation is to hold between them.
  private static let mostForMany = 200

  /// - Throws: `singular` where the equation and its conditions leave open a smooth function, or one that oscillates as the
  ///   solutions of the equation do.
  private func checkDetermined() throws {
    let linear = equation.linearised(start.u)
    let frequencies = [0] + (try ownFrequencies(linear))
    let basis = EnvelopeBasis(
      on: points, lengthScale: equation.lengths[0], components: frequencies.map { .init(weight: 1, frequency: $0) })
    let regression = try newton(basis, boundaryWeight(linear)).regression(start.u, start.residual)
    guard try !regression.leavesOpen(basis.evaluate(at: points, order: 0)[0]) else {
      throw PDEError.singular(
        reason: "without its boundary data the equation has other solutions than 0; add a condition")
    }
  }

  /// Those of the equation's own that the grid resolves.
  private func ownFrequencies(_ linear: [(Order, [Double])]) throws -> [Double] {
    let nyquist = 0.5 / (points[1] - points[0])
    return try OwnFrequencies(linear, length: equation.lengths[0]).frequencies().filter { $0 < nyquist }
  }

  /// u = 0.
  var start: Newton.State {
    Newton.State(alpha: [], u: equation.zero, residual: equation.residual(equation.zero), merit: .infinity)
  }

  /// Where a covariance is looked for.
  enum Search {
    /// Everywhere, or among those of a family.
    case anew(SpectralMixture.Family?)
    /// Near one that did for a similar equation.
    case near(EnvelopeBasis)
    /// That of a similar equation, but for the weights of its components; anew where there is no noise to see.
    case weights(EnvelopeBasis)
  }

  struct Pass {
    let outcome: Outcome
    let state: Newton.State
    /// What is left over of the linearised equation.
    let left: Double
  }

  /// A covariance for the equation linearised at u, and where Newton's method leads to with it.
  func pass(from start: Newton.State, tolerance: Double, _ search: Search = .anew(nil)) throws -> Pass {
    let coefficients = equation.linearised(start.u)
    let weight = boundaryWeight(coefficients)
    let choice = try select(coefficients, start, weight, tolerance, search)
    let (outcome, state) = try outcome(choice.basis, newton(choice.basis, weight), choice.regression)
    return Pass(outcome: outcome, state: state, left: choice.relativeResidual)
  }

  /// Where Newton's method leads to from the solution of a regression.
  func outcome(
    _ basis: EnvelopeBasis, _ newton: Newton, _ first: WhitenedRegression
  ) throws -> (Outcome, Newton.State) {
    let (regression, state, steps) = try newton.solve(from: first)
    return (
      Outcome(
        basis: basis, regression: regression, coefficients: state.alpha,
        relativeResidual: norm(state.residual) / equation.scale(state.u),
        residual: rootMeanSquare(state.residual),
        largest: state.u[Order()]!.reduce(0) { max($0, $1.magnitude) }, steps: steps), state
    )
  }

  private func select(
    _ linear: [(Order, [Double])], _ state: Newton.State, _ weight: Double, _ tolerance: Double,
    _ search: Search
  ) throws -> SpectralSelection.Choice {
    let gain = GridEquation.gain(linear, along: 0)
    let data = Matrix(column: equation.linearData(linear, state.u, state.residual))
    let spectrum = Periodogram(data, spacing: points[1] - points[0])
    // Hann's window spreads the mean over twice the resolution.
    let slow = spectrum.largest(below: 4 * slowest) + mean(data.column(0)).magnitude
    let largest = max(
      targets.map(\.magnitude).max() ?? 0, observed?.largest ?? 0, slow / max(gain(slowest), .leastNormalMagnitude))
    // Where all data are 0 any size is as good.
    let trend = largest > 0 ? largest : 1
    var selection = SpectralSelection(
      points: points, regression: regression(state, weight),
      sparse: sparseRegression(state, weight, step: points.count / (isExact ? Self.enoughExact : Self.enough)).1,
      data: data,
      gain: gain, trend: trend, least: trend * gain(slowest) * Double(points.count).squareRoot(),
      own: isExact ? try ownFrequencies(linear) : [],
      mayBeNoisy: !isExact, savesTimeInNoise: true, tolerance: tolerance,
      band: band, mostComponents: covariances.mostComponents,
      mostFunctions: (isExact && points.count > SpectralSelection.mostForWaves ? 2 : 1) * points.count)
    if let given = covariances.given { return try selection.choice(given[0]) }
    switch search {
    case .anew(let family):
      let family = covariances.family ?? family
      guard observed != nil, equation.isMeasured else { return try selection.bestWithNoise(family) }
      let observing = selection
      var unobserved = self
      unobserved.observed = nil
      selection.regression = unobserved.regression(state, weight)
      selection.sparse = unobserved.sparseRegression(state, weight, step: points.count / Self.enough).1
      return try observing.bestWithNoise(family, startingWith: selection)
    case .near(let basis):
      let steps = 1...max(1, points.count / Self.enoughExact)
      let step = steps.last { isExact && isResolved(spectrum, by: points.count / $0) } ?? 1
      guard step > 1 else { return try selection.near(basis) }
      let all = selection
      (selection.points, selection.regression) = sparseRegression(state, weight, step: step)
      return try all.choice(selection.near(basis.on(selection.points)).basis.on(points))
    case .weights(let basis):
      let choice = try selection.choice(basis)
      guard selection.isNoisy(choice) else {
        return try select(linear, state, weight, tolerance, .anew(basis.family))
      }
      return try selection.weighed(choice)
    }
  }

  /// Of the equation linearised at u, by basis.
  private func regression(_ state: Newton.State, _ weight: Double) -> (EnvelopeBasis) throws -> WhitenedRegression {
    { try newton($0, weight).regression(state.u, state.residual) }
  }

  /// The same on some of the points, which come with it: one in so many, and the last.
  private func sparseRegression(
    _ state: Newton.State, _ weight: Double, step: Int
  ) -> ([Double], (EnvelopeBasis) throws -> WhitenedRegression) {
    let places = points.indices.filter { $0 % max(step, 1) == 0 || $0 == points.count - 1 }
    var (sparse, there) = (self, state)
    (sparse.points, sparse.equation) = (places.map { points[$0] }, equation.thinned(to: places))
    sparse.smooth = nil
    there.u = state.u.mapValues { u in places.map { u[$0] } }
    there.residual = places.map { state.residual[$0] }
    return (sparse.points, sparse.regression(there, weight))
  }

  /// Points that tell whether one family or another is likelier for data with noise, and for exact ones (conventional).
  private static let (enough, enoughExact) = (150, 250)

  func newton(_ basis: EnvelopeBasis, _ weight: Double) throws -> Newton {
    let ends = basis.evaluate(at: [points[0], points[points.count - 1]], order: AxisConditions.highestOrder)
    let rows = try observed.map { observed in
      let there = basis.evaluate(at: observed.coordinates(along: 0), order: observed.highestOrder(along: 0))
      let functions = basis.evaluate(at: some, order: 0)[0]
      return try observed.rows(open: open > 0 ? .functions(open, functions) : nil) { there[$0[0]] }
    }
    let design = LineDesign(
      derivatives: basis.evaluate(at: points, order: max(1, equation.highestOrder(along: 0))),
      ends: conditions.rows(ends), targets: targets, observed: rows, missing: equation.missing)
    return Newton(equation: equation, design: design, weight: weight, smooth: smooth)
  }

  /// Whether nothing of what is known has noise.
  var isExact: Bool { observed == nil && !equation.isMeasured }

  /// How many functions the equation leaves open for want of conditions.
  private var open: Int { max(0, equation.highestOrder(along: 0) - conditions.count) }

  /// Brings the conditions, which have the same relative noise, to the size of the equation: the gain at the mean
  /// frequency of the source. Beside a measured source conditions are exact.
  func boundaryWeight(_ coefficients: [(Order, [Double])]) -> Double {
    let mean = Periodogram(Matrix(column: equation.source), spacing: points[1] - points[0]).meanFrequency
    let gain = GridEquation.gain(coefficients, along: 0)(max(mean, slowest))
    return (equation.isMeasured ? Self.exactness : 1) * max(gain, .leastNormalMagnitude)
  }

  /// The interval holds half of this oscillation.
  private var slowest: Double { 0.5 / (points[points.count - 1] - points[0]) }
}
