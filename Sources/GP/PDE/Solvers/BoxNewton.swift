import NumericCore

/// Newton's method for an equation on a box, within a space: each step by GMRES, with the operator whose coefficients
/// are the means of those of the linearised equation, which is a sum of operators along the axes, as preconditioner.
struct BoxNewton {
  typealias Order = DifferentialExpression.Order

  let equation: GridEquation
  let space: BoxSpace
  /// For each axis the inverse of the identity as the tests see it.
  private let inverses: [Matrix]

  /// - Throws: `rankDeficient` where the tests do not tell the functions of the space from one another.
  init(equation: GridEquation, space: BoxSpace) throws {
    (self.equation, self.space) = (equation, space)
    inverses = try space.axes.map { try QR($0.tests * $0.trial[0]).solve(.identity($0.free.columns)) }
  }

  struct State {
    var coefficients: [Double]
    /// Derivatives on the grid.
    var u: [Order: [Double]]
    /// source - N(u) on the grid.
    var residual: [Double]
    /// The residual as the tests see it.
    var tested: [Double]
    var merit: Double { norm(tested) }
  }

  private static let mostSteps = 30
  /// Of GMRES, for one step.
  private static let mostIterations = 100
  private static let stepTolerance = 1e-6
  /// The smallest eigenvalue relative to what the operator makes of the smoothest functions, where it is 0 but for
  /// rounding.
  private static let singularity = 1e-8

  func state(_ coefficients: [Double]) -> State {
    let u = Dictionary(
      uniqueKeysWithValues: equation.ordersWithUnknown.map { ($0, space.derivative($0, of: coefficients)) })
    let residual = equation.residual(u)
    return State(coefficients: coefficients, u: u, residual: residual, tested: space.test(residual))
  }

  /// Goes on until rounding ends it.
  ///
  /// - Returns: the last state, and how many iterations of GMRES it took.
  /// - Throws: `singular` where the preconditioner has an eigenvalue that is 0 within rounding; `undefined` where the
  ///   equation is not finite.
  func solve(from start: State) throws -> (state: State, iterations: Int) {
    var (state, iterations) = (start, 0)
    var preconditioner: KroneckerSum?
    for step in 0..<Self.mostSteps {
      let linear = try equation.linearised(state.u, state.residual)
      if preconditioner == nil || !equation.isLinear { preconditioner = try self.preconditioner(linear) }
      guard let sum = preconditioner else { break }
      let outcome = GMRES(tolerance: Self.stepTolerance, mostIterations: Self.mostIterations).solve(
        state.tested,
        apply: { space.test(apply(linear, $0)) },
        precondition: { sum.solve(KroneckerProduct(inverses).multiply($0)) })
      iterations += outcome.iterations
      // A linear equation asks for no shorter step, nor does rounding once it is all that is left.
      let isWhole = equation.isLinear || state.merit < 1e-6 * start.merit
      guard let next = descend(from: state, along: outcome.x, shortest: isWhole ? 1 : 1e-3) else { break }
      let fall = next.merit / state.merit
      state = next
      if fall > 0.5 && step > 0 && fall < 1 && state.merit < 1e-6 * start.merit || state.merit == 0 { break }
    }
    return (state, iterations)
  }

  /// The largest over the smallest modulus of the eigenvalues of the preconditioner at a state.
  func condition(at state: State) throws -> Double {
    let moduli = try preconditioner(equation.linearised(state.u)).moduli
    return moduli.largest / moduli.smallest
  }

  /// The longest of the steps 1, 1/2, 1/4, ... down to `shortest` that lowers the merit; nil where none does.
  private func descend(from state: State, along direction: [Double], shortest: Double) -> State? {
    var step = 1.0
    while step >= shortest {
      let next = self.state(space.adding(free: direction.map { step * $0 }, to: state.coefficients))
      if next.merit < state.merit { return next }
      step *= 0.5
    }
    return nil
  }

  private func apply(_ linear: [(Order, [Double])], _ free: [Double]) -> [Double] {
    var result = Array(repeating: 0.0, count: space.grid.count)
    for (order, coefficients) in linear {
      let values = space.derivative(order, ofFree: free)
      for i in result.indices { result[i] += coefficients[i] * values[i] }
    }
    return result
  }

  /// The sum of B_d^-1 A_d, with A_d the operator along an axis and B_d the identity, both as the tests see them.
  private func preconditioner(_ linear: [(Order, [Double])]) throws -> KroneckerSum {
    var summands: [Matrix] = []
    var scale = 0.0
    for (axis, space) in space.axes.enumerated() {
      let points = self.space.grid.axes[axis]
      let length = points[points.count - 1] - points[0]
      var image = Matrix(rows: space.tests.columns, columns: space.free.columns)
      for (order, coefficients) in linear where order.onlyAxis == axis || (order.total == 0 && axis == 0) {
        let mean = mean(coefficients[...])
        scale = max(scale, mean.magnitude / power(length, order[axis]))
        let trial = space.trial[order[axis]]
        for j in 0..<image.columns { for i in 0..<image.rows { image[i, j] += mean * trial[i, j] } }
      }
      summands.append(inverses[axis] * (space.tests * image))
    }
    guard scale > 0 else {
      throw PDEError.singular(reason: "u and its derivatives along one axis do not occur, but for mixed ones")
    }
    let sum = try KroneckerSum(summands)
    guard sum.moduli.smallest > Self.singularity * scale else {
      throw PDEError.singular(
        reason: "without its boundary data the equation has other solutions than 0; add a condition")
    }
    return sum
  }
}
