import NumericCore

/// Directions that an equation leaves open for want of conditions, as orthonormal columns W of the
/// coefficients beta that it leaves: those along which functions differ most. Their prior is flat, as in
/// universal kriging: that of a smooth process would know them, once the equation holds to many digits,
/// better than there is reason to believe.
///
/// With z = (B + L W') beta + e, B W = 0 and L = Q R, the rows of Q' z after the first, one for each
/// direction, hold beta without W; those give the rest: gamma = R^-1 Q_1' (z - B beta).
struct OpenDirections: Sendable {
  private let directions: Matrix
  /// R^-1.
  private let inverse: Matrix
  /// The first rows of Q' B and Q' z.
  private let top: Matrix
  private let values: [Double]
  /// How much along each pair of directions the equation does not hold, over its noise.
  private let misfit: Matrix
  var count: Int { directions.columns }

  /// Takes the rows that the directions need off a design of beta and of what it misses.
  ///
  /// - Parameters:
  ///   - count: how many there are.
  ///   - functions: the basis at some points.
  /// - Throws: `PDEError.singular` where observations do not tell the directions from one another.
  init(
    _ count: Int, _ functions: Matrix, _ equation: RidgeRegression, _ noise: Double, design: inout Matrix,
    misses: inout Matrix
  ) throws {
    let likely = try SVD(equation.whitened(equation.turned(functions), noise: noise)).rightTransposed
    directions = likely.firstRows(count).transposed
    let along = design * directions
    let qr = try QR(along)
    let r = qr.r
    for i in 0..<count {
      let size = (0..<along.rows).reduce(0) { $0 + along[$1, i] * along[$1, i] }.squareRoot()
      guard design.rows >= count, r[i, i].magnitude > Self.independence * size else {
        throw PDEError.singular(
          reason: "observations do not take the place of the conditions that are missing")
      }
    }
    inverse = try r.solve(.upper, .identity(count))
    let rotated = try qr.transposeTimes(design.minus(along.timesTranspose(directions)))
    let data = try qr.transposeTimes(misses)
    (top, values) = (rotated.firstRows(count), Array(data.elements[..<count]))
    (design, misses) = (rotated.lastRows(after: count), data.lastRows(after: count))
    let missed = equation.misses(directions, noise: noise)
    misfit = missed.transposeTimes(missed)
  }

  /// The sine of an angle that is 0 but for rounding.
  private static let independence = 1e-10

  /// By the observations' noise, what the equation's rows lose to the directions: gamma' M gamma.
  func penalty(_ regression: RidgeRegression) -> (Double) -> Double {
    let modes = regression.turned(top).along
    return { noise in
      let amplitudes = regression.amplitudes(noise: noise)
      let gamma = inverse * zip(values, modes * amplitudes).map { $0 - $1 }
      return zip(gamma, misfit * gamma).reduce(0) { $0 + $1.0 * $1.1 }
    }
  }

  /// beta with what the directions add.
  func completed(_ beta: [Double]) -> [Double] {
    let gamma = inverse * zip(values, top * beta).map { $0 - $1 }
    return zip(beta, directions * gamma).map { $0 + $1 }
  }

  /// Brings rows phi of beta to those of beta without the directions.
  ///
  /// - Returns: the variance of phi' beta that the noise of the first rows makes, over that noise's variance.
  func project(_ rows: inout Matrix) -> [Double] {
    let along = rows * directions
    let solved = along * inverse
    rows = rows.minus(along.timesTranspose(directions)).minus(solved * top)
    return (0..<solved.rows).map { i in (0..<count).reduce(0) { $0 + solved[i, $1] * solved[i, $1] } }
  }
}

extension Matrix {
  func lastRows(after count: Int) -> Matrix {
    var result = Matrix(rows: rows - count, columns: columns)
    for j in 0..<columns { for i in 0..<result.rows { result[i, j] = self[count + i, j] } }
    return result
  }
}
