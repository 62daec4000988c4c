import NumericCore

/// What is left open of u on a box: the error of the solver on functions drawn from the prior.
///
/// A draw of u gives a source (of the equation linearised at the solution, with white noise of the size of the residual
/// that was left) and boundary data; the solver's answer to these differs from the draw by an error whose law is known by
/// construction (Matheron's rule, for a linear estimator that is close to the posterior mean). The prior's scale is that at
/// which the mean square of draws on the grid is the solution's.
struct BoxPosterior: Sendable {
  typealias Order = DifferentialExpression.Order

  let space: BoxSpace
  let coefficients: [Double]
  let conditions: [AxisConditions]
  let linear: [(Order, [Double])]
  /// The root mean square of the residual on the grid.
  let residual: Double

  func values(on axes: [[Double]]) -> [Double] {
    KroneckerProduct(zip(space.axes, axes).map { $0.basis.evaluate(at: $1, order: 0)[0] * $0.transform })
      .multiply(coefficients)
  }

  /// The root mean square of the errors on a grid, over draws. Cost: a linear solve a draw.
  func deviations(on axes: [[Double]], samples: Int, key: RandomKey) throws -> [Double] {
    let bases = space.axes.map(\.basis)
    let orders = space.axes.indices.map { axis in linear.map { $0.0[axis] }.max() ?? 0 }
    let designs = zip(bases, zip(space.grid.axes, orders)).map { $0.evaluate(at: $1.0, order: $1.1) }
    let targets = zip(bases, axes).map { $0.evaluate(at: $1, order: 0)[0] }
    let prior = designs.reduce(1) { $0 * $1[0].sumOfSquares } / Double(space.grid.count)
    let onGrid = coefficients.reduce(0) { $0 + $1 * $1 } / Double(space.grid.count)
    let scale = (onGrid / max(prior, .leastNormalMagnitude)).squareRoot()
    let ends = zip(bases, space.grid.axes).map { $0.evaluate(at: [$1[0], $1[$1.count - 1]], order: 1) }
    var squares = Array(repeating: 0.0, count: targets.reduce(1) { $0 * $1.rows })
    for sample in 0..<samples {
      let key = key.child(UInt64(sample))
      let alpha = key.child(0).normals(bases.reduce(1) { $0 * $1.count }).map { scale * $0 }
      var source = key.child(1).normals(space.grid.count).map { residual * $0 }
      for (order, coefficients) in linear {
        let values = KroneckerProduct(designs.enumerated().map { $1[order[$0]] }).multiply(alpha)
        for i in source.indices { source[i] += coefficients[i] * values[i] }
      }
      let data = conditions.enumerated().map { axis, conditions in
        conditions.functionals.map { f in
          var factors = designs.map { $0[0] }
          factors[axis] = Matrix(row: f.values(ends[axis]))
          return KroneckerProduct(factors).multiply(alpha)
        }
      }
      let newton = BoxNewton(equation: GridEquation(linear: linear, source: source), space: space)
      let solution = try newton.solve(from: newton.state(space.lifted(data))).state
      let truth = KroneckerProduct(targets).multiply(alpha)
      let answer = BoxPosterior(
        space: space, coefficients: solution.coefficients, conditions: [], linear: [], residual: 0
      ).values(on: axes)
      for i in squares.indices { squares[i] += (truth[i] - answer[i]) * (truth[i] - answer[i]) }
    }
    return squares.map { ($0 / Double(samples)).squareRoot() }
  }
}
