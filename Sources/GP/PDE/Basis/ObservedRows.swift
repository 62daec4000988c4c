import NumericCore

/// Rows z = O alpha + e that observations add to a regression, e ~ N(0, t^2).
struct ObservedRows: Sendable {
  /// O and z. Where noise is known the rows are in its units, so that t = 1.
  let design: Matrix
  let values: [Double]
  let isNoiseKnown: Bool
  /// How many observations there are: more than rows, where these are a projection; and the sum of squares of
  /// what it took away.
  let count: Int
  let rest: Double
  /// Where observations stand for conditions.
  let open: Open?

  /// What an equation leaves open, since it lacks conditions.
  enum Open: Sendable {
    /// Some functions; with the basis at some points.
    case functions(Int, Matrix)
    /// Functions along sides: a process with a scale of its own.
    case process
  }

  init(design: Matrix, values: [Double], isNoiseKnown: Bool, open: Open?) throws(LinearAlgebraError) {
    (self.isNoiseKnown, self.open) = (isNoiseKnown, open)
    count = values.count
    guard design.rows > design.columns else {
      (self.design, self.values, rest) = (design, values, 0)
      return
    }
    let qr = try QR(design)
    self.design = qr.r
    let rotated = try qr.transposeTimes(values)
    self.values = Array(rotated[..<design.columns])
    rest = rotated[design.columns...].reduce(0) { $0 + $1 * $1 }
  }
}
