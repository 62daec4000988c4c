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
  /// A covariance instead of the choice.
  let given: EnvelopeBasis?

  /// - Throws: what is wrong with the conditions.
  init(points: [Double], equation: GridEquation, boundaries: [Boundary], given: EnvelopeBasis?) throws(PDEError) {
    (self.points, self.equation, self.given) = (points, equation, given)
    conditions = try AxisConditions(boundaries, axis: 0, order: equation.highestOrder(along: 0))
    let line = TensorGrid(axes: [points])
    targets = try conditions.data(on: line, axis: 0).map { $0[0] }
  }

  func solution() throws -> PDESolution {
    let outcome = try solve()
    let values = outcome.basis.evaluate(at: [points[0], points[points.count - 1]], order: 1)
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

  /// A state of the iteration: u and its derivatives on the grid, and how far it is from a solution.
  private struct State {
    var u: [Order: [Double]]
    var residual: [Double]
    var merit: Double
  }

  /// Rounding of a residual relative to the source, with room for the condition of the operator.
  private static let tolerance = 1e-12
  private static let mostPasses = 6
  private static let mostSteps = 20
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
    guard outcome.relativeResidual < Self.failure else {
      throw PDEError.noConvergence(iterations: outcome.steps, relativeResidual: outcome.relativeResidual)
    }
    return outcome
  }

  private var start: State {
    let zero = Array(repeating: 0.0, count: points.count)
    return State(
      u: Dictionary(uniqueKeysWithValues: allOrders.map { ($0, zero) }), residual: equation.source,
      merit: .infinity)
  }

  private func iterate(_ firstTolerance: Double) throws -> Outcome {
    var (outcome, state) = try pass(from: start, tolerance: firstTolerance)
    for _ in 1..<Self.mostPasses where outcome.relativeResidual > Self.tolerance {
      let (next, after) = try pass(from: state, tolerance: max(Self.tolerance, 0.1 * outcome.relativeResidual))
      let fall = next.relativeResidual / outcome.relativeResidual
      if fall < 1 { (outcome, state) = (next, after) }
      if fall > 0.5 { break }
    }
    return outcome
  }

  private var allOrders: [Order] { (0...highest).map { Order($0, along: 0) } }
  private var highest: Int { max(1, equation.highestOrder(along: 0)) }

  private func pass(from start: State, tolerance: Double) throws -> (Outcome, State) {
    let coefficients = equation.linearised(start.u)
    let weight = boundaryWeight(coefficients)
    let choice = try select(coefficients, rightSide(start, coefficients, weight), weight, tolerance)
    let (design, ends) = designs(choice.basis)
    var alpha = Array(choice.regression.coefficients.elements)
    var state = self.state(alpha, design, ends, weight)
    var regression = choice.regression
    var steps = 1
    while !equation.isLinear, steps < Self.mostSteps {
      let coefficients = equation.linearised(state.u)
      regression = try WhitenedRegression(
        rows(coefficients, design, ends, weight), Matrix(column: rightSide(state, coefficients, weight)),
        missing: equation.missing)
      steps += 1
      let target = regression.coefficients.elements
      guard let (damped, next) = descend(alpha, target, from: state, design, ends, weight) else { break }
      let gain = next.merit / state.merit
      (alpha, state) = (damped, next)
      if gain > 0.25 { break }
    }
    let size = norm(equation.source)
    return (
      Outcome(
        basis: choice.basis, regression: regression, coefficients: alpha,
        relativeResidual: norm(state.residual) / (size > 0 ? size : 1), steps: steps), state
    )
  }

  /// The longest of the steps 1, 1/2, 1/4, ... that lowers the merit; nil where none does.
  private func descend(
    _ alpha: [Double], _ target: [Double], from state: State, _ design: [Matrix], _ ends: Matrix, _ weight: Double
  ) -> ([Double], State)? {
    var step = 1.0
    while step > 1e-4 {
      let trial = zip(alpha, target).map { $0 + step * ($1 - $0) }
      let next = self.state(trial, design, ends, weight)
      if next.merit < state.merit { return (trial, next) }
      step *= 0.5
    }
    return nil
  }

  private func select(
    _ coefficients: [(Order, [Double])], _ data: [Double], _ weight: Double, _ tolerance: Double
  ) throws -> SpectralSelection.Choice {
    let gain = GridEquation.gain(coefficients, along: 0)
    let spectrum = Periodogram(Matrix(column: Array(data.prefix(points.count))), spacing: points[1] - points[0])
    // Hann's window spreads the mean over twice the resolution.
    let slow = spectrum.largest(below: 4 * slowest) + mean(data.prefix(points.count)).magnitude
    let trend = max(
      targets.map(\.magnitude).max() ?? 0, slow / max(gain(slowest), .leastNormalMagnitude),
      .leastNormalMagnitude.squareRoot())
    let selection = SpectralSelection(
      points: points,
      observe: { basis in
        let (design, ends) = designs(basis)
        return rows(coefficients, design, ends, weight)
      },
      data: Matrix(column: data), missing: equation.missing, gain: gain, trend: trend, tolerance: tolerance)
    return try given.map { try selection.choice($0) } ?? selection.best()
  }

  /// Derivatives of the basis on the grid, and the conditions' values on it.
  private func designs(_ basis: EnvelopeBasis) -> ([Matrix], Matrix) {
    let ends = basis.evaluate(at: [points[0], points[points.count - 1]], order: 1)
    return (basis.evaluate(at: points, order: highest), conditions.rows(ends))
  }

  private func rows(
    _ coefficients: [(Order, [Double])], _ design: [Matrix], _ ends: Matrix, _ weight: Double
  ) -> Matrix {
    var result = Matrix(rows: points.count + conditions.count, columns: ends.columns)
    for j in 0..<ends.columns {
      result.withUnsafeMutableColumn(j) { to in
        for (order, c) in coefficients {
          design[order[0]].withUnsafeColumn(j) { from in for i in c.indices { to[i] += c[i] * from[i] } }
        }
        for i in 0..<conditions.count { to[points.count + i] = weight * ends[i, j] }
      }
    }
    return result
  }

  /// source - N(u) + N'(u) u, and the boundary's.
  private func rightSide(_ state: State, _ coefficients: [(Order, [Double])], _ weight: Double) -> [Double] {
    var result = state.residual
    for (order, c) in coefficients {
      let values = state.u[order]!
      for i in c.indices { result[i] += c[i] * values[i] }
    }
    return result + targets.map { weight * $0 }
  }

  private func state(_ alpha: [Double], _ design: [Matrix], _ ends: Matrix, _ weight: Double) -> State {
    let u = Dictionary(uniqueKeysWithValues: allOrders.map { ($0, design[$0[0]] * alpha) })
    let residual = equation.residual(u)
    let boundary = ends * alpha
    let miss = zip(boundary, targets).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    let merit = residual.reduce(0) { $0 + $1 * $1 } + weight * weight * miss
    return State(u: u, residual: residual, merit: merit)
  }

  /// Brings the conditions, which have the same relative noise, to the size of the equation: the gain at the mean
  /// frequency of the source.
  private func boundaryWeight(_ coefficients: [(Order, [Double])]) -> Double {
    let mean = Periodogram(Matrix(column: equation.source), spacing: points[1] - points[0]).meanFrequency
    return max(GridEquation.gain(coefficients, along: 0)(max(mean, slowest)), .leastNormalMagnitude)
  }

  /// The interval holds half of this oscillation.
  private var slowest: Double { 0.5 / (points[points.count - 1] - points[0]) }
}
