import NumericCore

/// Newton's method for the values of u at the points of a line, with derivatives by differences of seven points: a fast
/// look for where a solution is, right but for the differences' error.
struct DifferenceNewton {
  typealias Order = DifferentialExpression.Order

  let equation: GridEquation
  let conditions: AxisConditions
  let targets: [Double]
  /// What conditions are multiplied with, to be of the size of the equation.
  let weight: Double
  let differences: Differences

  struct State {
    let values: [Double]
    let u: [Order: [Double]]
    /// source - N(u).
    let residual: [Double]
    /// What the conditions miss.
    let misses: [Double]
    let merit: Double
  }

  /// Where a search ended.
  struct End {
    let state: State
    /// The norm of a whole step from there, relative to that of the values.
    let change: Double
  }

  private static let mostSteps = 30
  /// Of the merit, in a whole step; in a shorter one as much less.
  private static let smallestFall = 0.01
  private static let shortest = 1e-3
  /// A relative residual that is small beside the differences' errors.
  private static let enough = 1e-8
  /// Relative to the largest row: it bounds what rounding does along directions that the equation leaves open.
  private static let ridge = 1e-12

  func state(_ values: [Double]) -> State {
    let u = Dictionary(
      uniqueKeysWithValues: equation.ordersWithUnknown.map { ($0, differences.derivative($0[0], of: values)) })
    let residual = equation.residual(u)
    let misses = zip(conditions.functionals, targets).map { $1 - differences.value($0, of: values) }
    let merit = residual.reduce(0) { $0 + $1 * $1 } + weight * weight * misses.reduce(0) { $0 + $1 * $1 }
    return State(values: values, u: u, residual: residual, misses: misses, merit: merit)
  }

  /// From values on, for as long as the merit falls, or until next to nothing is left over.
  ///
  /// - Throws: `undefined` where the equation is not finite.
  ///
  /// Cost: some 2,000 operations a point and step.
  func solve(from values: [Double]) throws(PDEError) -> End {
    var (state, steps) = (state(values), 0)
    while true {
      let change = try change(state)
      var step = 1.0
      var next = self.state(zip(state.values, change).map { $0 + $1 })
      while !(next.merit < state.merit), step > Self.shortest {
        step *= 0.5
        next = self.state(zip(state.values, change).map { $0 + step * $1 })
      }
      let hasEnded = state.merit.squareRoot() <= Self.enough * equation.scale(state.u)
      guard !hasEnded, steps < Self.mostSteps, next.merit / state.merit < 1 - Self.smallestFall * step else {
        return End(state: state, change: norm(change) / max(norm(state.values), .leastNormalMagnitude))
      }
      (state, steps) = (next, steps + 1)
    }
  }

  private func change(_ state: State) throws(PDEError) -> [Double] {
    let linear = try equation.linearised(state.u, state.residual)
    var rows = state.residual.indices.map { i in
      differences.row(at: i, linear.map { ($0.0[0], $0.1[i]) }, value: state.residual[i])
    }
    for (functional, miss) in zip(conditions.functionals, state.misses) {
      rows.append(differences.row(functional, times: weight, value: miss))
    }
    rows.sort { $0.first < $1.first }
    let largest = rows.reduce(0) { max($0, norm($1.elements)) }
    var equations = BandedLeastSquares(count: state.values.count, width: Differences.width)
    var ridge = Array(repeating: 0.0, count: Differences.width)
    ridge[0] = max(Self.ridge * largest, .leastNormalMagnitude)
    var next = 0
    for place in state.values.indices {
      while next < rows.count, rows[next].first == place {
        equations.add(rows[next].elements, at: place, value: rows[next].value)
        next += 1
      }
      equations.add(ridge, at: place, value: 0)
    }
    return differences.unfolded(equations.solution())
  }
}
