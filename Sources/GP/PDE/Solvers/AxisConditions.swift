import NumericCore

/// The boundary conditions at the two ends of one axis, as linear functionals of a function of its coordinate.
struct AxisConditions: Sendable {
  /// Of derivatives in conditions: below that of equations.
  static let highestOrder = GridEquation.highestOrder - 1

  struct Functional: Sendable {
    /// What multiplies the function [0] and its derivatives at each end.
    var lower = Array(repeating: 0.0, count: highestOrder + 1)
    var upper = Array(repeating: 0.0, count: highestOrder + 1)
    /// The value asked for, along the side; 0 where periodic.
    var data = Field(0)
    /// On which side the data are; nil where periodic.
    var isUpper: Bool?

    /// Its values on functions, given these and their derivatives at both ends (a row for each).
    func values(_ ends: [Matrix]) -> [Double] {
      (0..<ends[0].columns).map { j in
        ends.indices.reduce(0) { $0 + lower[$1] * ends[$1][0, j] + upper[$1] * ends[$1][1, j] }
      }
    }
  }

  let functionals: [Functional]
  var count: Int { functionals.count }

  /// - Parameters:
  ///   - order: the highest order of derivatives along the axis.
  /// - Throws: `missingBoundary`, or `invalidBoundary`.
  init(_ boundaries: [Boundary], axis: Int, order: Int) throws(PDEError) {
    var functionals: [Functional] = []
    for boundary in boundaries {
      let sides = boundary.sides ?? [.lower(Axis(axis)), .upper(Axis(axis))]
      let ends = sides.filter { $0.axis == axis }
      guard !ends.isEmpty else { continue }
      if case .periodic = boundary.condition {
        // Stated for each end it says no more.
        guard !functionals.contains(where: { $0.isUpper == nil }) else { continue }
        for derivative in 0..<max(order, 1) {
          var f = Functional()
          f.lower[derivative] = -1
          f.upper[derivative] = 1
          functionals.append(f)
        }
        continue
      }
      for end in ends {
        // The slope along the outward normal.
        let sign = end.isUpper ? 1.0 : -1
        let (weights, data): ([Double], Field) =
          switch boundary.condition {
          case .dirichlet(let g): ([1], g)
          case .neumann(let g): ([0, sign], g)
          case .robin(let a, let b, let g): ([a, sign * b], g)
          case .derivative(let order, let g): ((0...max(order, 0)).map { $0 == order ? 1 : 0 }, g)
          case .periodic: ([], 0)
          }
        guard weights.count <= Self.highestOrder + 1 else {
          throw .unsupportedOrder(order: weights.count - 1, highest: Self.highestOrder)
        }
        guard weights.allSatisfy(\.isFinite), weights.contains(where: { $0 != 0 }) else {
          throw .invalidBoundary(axis: axis, reason: "weights \(weights), expected finite and not both 0")
        }
        var f = Functional(data: data, isUpper: end.isUpper)
        for (order, weight) in weights.enumerated() {
          if end.isUpper { f.upper[order] = weight } else { f.lower[order] = weight }
        }
        functionals.append(f)
      }
    }
    guard functionals.count >= order else {
      throw .missingBoundary(axis: axis, found: functionals.count, needed: order)
    }
    self.functionals = functionals
  }

  /// The conditions on functions, given these and their derivatives at both ends: a row for each condition.
  func rows(_ ends: [Matrix]) -> Matrix {
    var rows = Matrix(rows: count, columns: ends[0].columns)
    for (i, f) in functionals.enumerated() {
      for (j, value) in f.values(ends).enumerated() { rows[i, j] = value }
    }
    return rows
  }

  /// What the conditions make of products of functions along each axis, on their sides.
  ///
  /// - Parameters:
  ///   - designs: the functions at points along each axis, in columns.
  ///   - ends: those along the conditions' axis, and their slopes, at both ends.
  func sideValues(axis: Int, designs: [Matrix], ends: [Matrix], of coefficients: [Double]) -> [[Double]] {
    functionals.map { f in
      var factors = designs
      factors[axis] = Matrix(row: f.values(ends))
      return KroneckerProduct(factors).multiply(coefficients)
    }
  }

  /// For each condition the values asked for on its side of a grid.
  ///
  /// - Throws: `wrongCoordinates`, or `nonFinite`.
  func data(on grid: TensorGrid, axis: Int) throws(PDEError) -> [[Double]] {
    let points = grid.axes[axis]
    var result: [[Double]] = []
    for f in functionals {
      let end = f.isUpper == true ? points[points.count - 1] : points[0]
      result.append(try f.data.values(on: grid.side(axis, at: end), as: "boundary value"))
    }
    return result
  }

  private init(_ functionals: [Functional]) { self.functionals = functionals }

  /// As many conditions as the order of derivatives: where both ends of an axis of first order have one, that of the
  /// end where it makes the problem well posed.
  ///
  /// - Throws: `overdetermined` where it is not clear which conditions to drop.
  func essential(axis: Int, order: Int, startsAbove: Bool) throws(PDEError) -> AxisConditions {
    guard functionals.count > order else { return self }
    let (lower, upper) = (functionals.filter { $0.isUpper == false }, functionals.filter { $0.isUpper == true })
    let chosen = startsAbove ? upper : lower
    guard order == 1, chosen.count == 1 else {
      throw .overdetermined(axis: axis, found: functionals.count, needed: order)
    }
    return AxisConditions(chosen)
  }
}
