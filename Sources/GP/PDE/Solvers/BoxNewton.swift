import NumericCore

/// Newton's method for an equation on a box, within a space: each step by GMRES, with the operator whose coefficients
/// are the means of those of the linearised equation, which is a sum of operators along the axes, as preconditioner.
struct BoxNewton {
  typealias Order = DifferentialExpression.Order

  let equation: GridEquation
  let space: BoxSpace
  /// For each axis the inverse of the identity as the tests see it.
  private let inverses: [Matrix]
  private let slowGain: Double

  /// - Throws: `rankDeficient` where the tests do not tell the functions of the space from one another.
  init(equation: GridEquation, space: BoxSpace) throws {
    (self.equation, self.space, slowGain) = (equation, space, equation.slowGain)
    inverses = try space.axes.map { try QR($0.images[0]).solve(.identity($0.free.columns)) }
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
    /// What rounding of the residual is relative to.
    let scale: Double
    var relativeResidual: Double { norm(residual) / scale }
    /// The norm of what the tests do not see of the residual.
    var unseen: Double { max(norm(residual) * norm(residual) - merit * merit, 0).squareRoot() }
  }

  private static let mostSteps = 30
  /// Of GMRES, for one step.
  private static let mostIterations = 100
  private static let fewIterations = 4
  private static let stepTolerance = 1e-6
  /// As far from a solution a step need not be closer than that to where it leads.
  private static let loosest = 1e-2
  /// As far as any step goes.
  private static let roughly = 0.1
  /// A tested residual relative to the terms of the equation that is rounding.
  private static let rounding = 1e-15
  /// The smallest eigenvalue relative to what the operator makes of the smoothest functions, where it is 0 but for
  /// rounding.
  private static let singularity = 1e-8

  func state(_ coefficients: [Double]) -> State {
    let u = Dictionary(
      uniqueKeysWithValues: equation.ordersWithUnknown.map { ($0, space.derivative($0, of: coefficients)) })
    let residual = equation.residual(u)
    return State(
      coefficients: coefficients, u: u, residual: residual, tested: space.test(residual),
      scale: equation.scale(u, slowGain: slowGain))
  }

  /// Goes on until rounding ends it, or until the residual that the tests see is a share of what they do not see, which
  /// no step in the space changes much.
  ///
  /// Steps are as exact as the one before was good: its fall of the residual, squared (Eisenstat and Walker, 'Choosing the
  /// forcing terms in an inexact Newton method', SIAM J. Sci. Comput. 1996).
  ///
  /// - Returns: the last state, and how many iterations of GMRES it took.
  /// - Throws: `singular` where the preconditioner has an eigenvalue that is 0 within rounding; `undefined` where the
  ///   equation is not finite.
  func solve(from start: State, untilShare share: Double = 0) throws -> (state: State, iterations: Int) {
    var (state, iterations) = (start, 0)
    var preconditioner: KroneckerSum?
    var forcing = equation.isLinear ? Self.stepTolerance : Self.loosest
    for step in 0..<Self.mostSteps {
      let goal = max(share * state.unseen, Self.rounding * state.scale)
      guard state.merit > goal else { break }
      let linear = try equation.linearised(state.u, state.residual)
      if preconditioner == nil || !equation.isLinear { preconditioner = try self.preconditioner(linear) }
      guard let sum = preconditioner else { break }
      let tolerance = max(forcing, min(0.5 * goal / state.merit, Self.roughly))
      let outcome = solution(
        of: state.tested, linear, sum, by: GMRES(tolerance: tolerance, mostIterations: Self.mostIterations))
      iterations += outcome.iterations
      // A linear equation asks for no shorter step, nor does rounding once it is all that is left.
      let isWhole = equation.isLinear || state.merit < 1e-6 * start.merit
      guard let next = descend(from: state, along: outcome.x, shortest: isWhole ? 1 : 1e-3) else { break }
      let fall = next.merit / state.merit
      state = next
      if fall > 0.5 && step > 0 && fall < 1 && state.merit < 1e-6 * start.merit { break }
      if !equation.isLinear { forcing = min(max(fall * fall, Self.stepTolerance), Self.loosest) }
    }
    return (state, iterations)
  }

  /// Whether a solution in the space leaves more over than some relative residual: as far as what the tests do not see of
  /// a state tells, or of one after a few iterations, which take off what the state's own errors bring about.
  func leaves(over residual: Double, from start: State) throws -> Bool {
    guard start.unseen > residual * start.scale else { return false }
    let linear = try equation.linearised(start.u, start.residual)
    let change = solution(
      of: start.tested, linear, try preconditioner(linear),
      by: GMRES(tolerance: Self.loosest, mostIterations: Self.fewIterations))
    let next = state(space.adding(free: change.x, to: start.coefficients))
    return next.unseen > residual * next.scale
  }

  /// The free coefficients of which a linear equation makes what the tests see as some values.
  private func solution(
    of tested: [Double], _ linear: [(Order, [Double])], _ preconditioner: KroneckerSum, by method: GMRES
  ) -> GMRES.Outcome {
    let varying = linear.filter { !isConstant($0.1) }
    let constant = linear.filter { isConstant($0.1) }.map { order, coefficients in
      (
        coefficient: coefficients[0],
        images: KroneckerProduct(space.axes.enumerated().map { $1.images[order[$0]] })
      )
    }
    return method.solve(
      tested,
      apply: { free in
        var result = varying.isEmpty ? Array(repeating: 0, count: tested.count) : space.test(apply(varying, free))
        for (coefficient, images) in constant {
          let image = images.multiply(free)
          for i in result.indices { result[i] += coefficient * image[i] }
        }
        return result
      },
      precondition: { preconditioner.solve(KroneckerProduct(inverses).multiply($0)) })
  }

  /// Of the equation linearised at a state: the largest over the smallest modulus of the eigenvalues of the
  /// preconditioner, and the least that the equation makes of a function of norm 1 on the grid. That is from above: there is
  /// a function of which it makes so little, found by one step of inverse iteration with A' A from random coefficients.
  ///
  /// A singular value says what an eigenvalue does not: where a front is held by the tail ahead of it alone, no eigenvalue is
  /// small.
  func conditioning(at state: State) throws -> (condition: Double, leastGain: Double) {
    let linear = equation.linearised(state.u)
    let summands = try summands(linear)
    let sum = try preconditioner(summands)
    let transposed = try KroneckerSum(summands.matrices.map(\.transposed))
    let method = GMRES(tolerance: Self.inverseTolerance, mostIterations: Self.mostIterations)
    let start = RandomKey(seed: 0).normals(space.axes.reduce(1) { $0 * $1.free.columns })
    let image = method.solve(
      start, apply: { applyTransposed(linear, $0) },
      precondition: { KroneckerProduct(inverses).transposeTimes(transposed.solve($0)) }
    ).x
    let size = norm(image)
    let direction = solution(of: image.map { $0 / size }, linear, sum, by: method).x
    let gain = norm(apply(linear, direction)) / norm(space.derivative(Order(), ofFree: direction))
    return (sum.moduli.largest / sum.moduli.smallest, gain)
  }

  /// Below the share that one of thousands of coefficients has of a random vector.
  private static let inverseTolerance = 1e-3

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

  private func isConstant(_ coefficients: [Double]) -> Bool {
    coefficients.allSatisfy { $0 == coefficients[0] }
  }

  /// What a linear equation makes of free coefficients, on the grid.
  private func apply(_ linear: [(Order, [Double])], _ free: [Double]) -> [Double] {
    var result = Array(repeating: 0.0, count: space.grid.count)
    for (order, coefficients) in linear {
      let values = space.derivative(order, ofFree: free)
      for i in result.indices { result[i] += coefficients[i] * values[i] }
    }
    return result
  }

  /// The transpose of what a linear equation makes of free coefficients, as the tests see it.
  private func applyTransposed(_ linear: [(Order, [Double])], _ tested: [Double]) -> [Double] {
    let values = KroneckerProduct(space.axes.map(\.tests)).transposeTimes(tested)
    var result = Array(repeating: 0.0, count: tested.count)
    for (order, coefficients) in linear {
      let weighted = values.indices.map { coefficients[$0] * values[$0] }
      let part = KroneckerProduct(space.axes.enumerated().map { $1.trial[order[$0]] }).transposeTimes(weighted)
      for i in result.indices { result[i] += part[i] }
    }
    return result
  }

  /// The sum of B_d^-1 A_d, with A_d the operator along an axis and B_d the identity, both as the tests see them.
  private func summands(_ linear: [(Order, [Double])]) throws(PDEError) -> (matrices: [Matrix], scale: Double) {
    var summands: [Matrix] = []
    var scale = 0.0
    for (axis, space) in space.axes.enumerated() {
      let points = self.space.grid.axes[axis]
      let length = points[points.count - 1] - points[0]
      var image = Matrix(rows: space.tests.rows, columns: space.free.columns)
      for (order, coefficients) in linear where order.onlyAxis == axis || (order.total == 0 && axis == 0) {
        let mean = mean(coefficients[...])
        scale = max(scale, mean.magnitude / power(length, order[axis]))
        let other = space.images[order[axis]]
        for j in 0..<image.columns { for i in 0..<image.rows { image[i, j] += mean * other[i, j] } }
      }
      summands.append(inverses[axis] * image)
    }
    guard scale > 0 else {
      throw .singular(reason: "u and its derivatives along one axis do not occur, but for mixed ones")
    }
    return (summands, scale)
  }

  private func preconditioner(_ linear: [(Order, [Double])]) throws -> KroneckerSum {
    try preconditioner(summands(linear))
  }

  private func preconditioner(_ summands: (matrices: [Matrix], scale: Double)) throws -> KroneckerSum {
    let sum = try KroneckerSum(summands.matrices)
    guard sum.moduli.smallest > Self.singularity * summands.scale else {
      throw PDEError.singular(
        reason: "without its boundary data the equation has other solutions than 0; add a condition")
    }
    return sum
  }
}
