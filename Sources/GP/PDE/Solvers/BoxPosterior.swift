import NumericCore

/// What is left open of u on a box: the error of the solver on functions drawn from the prior.
///
/// A draw of u gives a source (of the equation linearised at the solution) and boundary data; the solver's answer to these
/// differs from the draw by an error whose law is known by construction (Matheron's rule, for a linear estimator that is
/// close to the posterior mean). The prior's scale is that at which the mean square of draws on the grid is the solution's.
/// Where the solution left more of its source over than draws do, the rest counts as white noise, and draws have it too.
struct BoxPosterior: Sendable {
  typealias Order = DifferentialExpression.Order

  let space: BoxSpace
  let coefficients: [Double]
  let conditions: [AxisConditions]
  let linear: [(Order, [Double])]
  /// The root mean square of the residual on the grid.
  let residual: Double

  func values(on axes: [[Double]]) -> [Double] { values(on: axes, of: coefficients) }

  private func values(on axes: [[Double]], of coefficients: [Double]) -> [Double] {
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
    let ends = zip(bases, space.grid.axes).map { $0.evaluate(at: [$1[0], $1[$1.count - 1]], order: AxisConditions.highestOrder) }
    /// The errors of the answer to a draw, and the mean square of what it leaves of its source.
    func errors(_ key: RandomKey, noise: Double) throws -> (errors: [Double], left: Double) {
      let alpha = key.child(0).normals(bases.reduce(1) { $0 * $1.count }).map { scale * $0 }
      var source = key.child(1).normals(space.grid.count).map { noise * $0 }
      for (order, coefficients) in linear {
        let values = KroneckerProduct(designs.enumerated().map { $1[order[$0]] }).multiply(alpha)
        for i in source.indices { source[i] += coefficients[i] * values[i] }
      }
      let data = conditions.enumerated().map { axis, conditions in
        conditions.sideValues(axis: axis, designs: designs.map { $0[0] }, ends: ends[axis], of: alpha)
      }
      let equation = GridEquation(linear: linear, source: source, lengths: space.grid.lengths)
      let newton = try BoxNewton(equation: equation, space: space)
      let state = try newton.solve(from: newton.state(space.lifted(data))).state
      let answer = values(on: axes, of: state.coefficients)
      let truth = KroneckerProduct(targets).multiply(alpha)
      let size = rootMeanSquare(state.residual)
      return (zip(truth, answer).map { $0 - $1 }, size * size)
    }
    let left = try (0..<Self.pilots).reduce(0) {
      $0 + (try errors(key.child(1).child(UInt64($1)), noise: 0).left) / Double(Self.pilots)
    }
    let noise = residual * residual > Self.excess * left ? (residual * residual - left).squareRoot() : 0
    var squares = Array(repeating: 0.0, count: targets.reduce(1) { $0 * $1.rows })
    for sample in 0..<samples {
      let errors = try errors(key.child(0).child(UInt64(sample)), noise: noise).errors
      for i in squares.indices { squares[i] += errors[i] * errors[i] }
    }
    return squares.map { ($0 / Double(samples)).squareRoot() }
  }

  /// Draws that tell how much of a source is left over without noise.
  private static let pilots = 4
  /// How many times that mean square is taken for noise: what a few draws tell is known to a factor of about two.
  private static let excess = 4.0
}
