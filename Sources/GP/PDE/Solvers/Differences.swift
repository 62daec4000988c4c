import NumericCore

/// Derivatives at the points of a uniform line by differences of the seven nearest, exact for polynomials of degree 6.
///
/// Unknowns are taken from both ends of the line in turn, so that rows have few columns where conditions tie the ends.
struct Differences {
  private let count: Int
  /// By the place of a point among its seven, and the order of the derivative.
  private let weights: [[[Double]]]

  private static let points = 7
  /// How many columns, from both ends in turn, seven points reach over.
  static let width = 2 * points

  struct Row {
    /// The first column, and `width` elements from there on.
    let first: Int
    let elements: [Double]
    let value: Double
  }

  /// Precondition: at least seven points.
  init(count: Int, spacing: Double) throws(LinearAlgebraError) {
    self.count = count
    weights = try (0..<Self.points).map { place throws(LinearAlgebraError) in
      // sum_j w_j (j - place)^k = k! where k is the order, else 0.
      var powers = Matrix(rows: Self.points, columns: Self.points)
      var factorials = Matrix(rows: Self.points, columns: GridEquation.highestOrder + 1)
      for k in 0..<Self.points {
        for j in 0..<Self.points { powers[k, j] = power(Double(j - place), k) }
        guard k < factorials.columns else { continue }
        factorials[k, k] = (0..<k).reduce(1.0) { $0 * Double($1 + 1) / spacing }
      }
      let solved = try QR(powers).solve(factorials)
      return (0..<solved.columns).map { Array(solved.column($0)) }
    }
  }

  /// The first of the seven points nearest to one.
  private func start(_ i: Int) -> Int { min(max(i - Self.points / 2, 0), count - Self.points) }

  func derivative(_ order: Int, of values: [Double]) -> [Double] {
    guard order > 0 else { return values }
    return values.indices.map { derivative(order, at: $0, of: values) }
  }

  private func derivative(_ order: Int, at i: Int, of values: [Double]) -> Double {
    let start = start(i)
    let weights = weights[i - start][order]
    return weights.indices.reduce(0) { $0 + weights[$1] * values[start + $1] }
  }

  /// A condition's value.
  func value(_ f: AxisConditions.Functional, of values: [Double]) -> Double {
    ends(f).reduce(0) { $0 + $1.factor * derivative($1.order, at: $1.point, of: values) }
  }

  private func ends(_ f: AxisConditions.Functional) -> [(point: Int, order: Int, factor: Double)] {
    f.lower.indices.map { (0, $0, f.lower[$0]) } + f.upper.indices.map { (count - 1, $0, f.upper[$0]) }
  }

  /// A sum of derivatives at a point, each times a factor.
  func row(at i: Int, _ terms: [(order: Int, factor: Double)], value: Double) -> Row {
    row(terms.map { (i, $0.order, $0.factor) }, value: value)
  }

  /// A condition's row and value, times a weight.
  func row(_ f: AxisConditions.Functional, times weight: Double, value: Double) -> Row {
    row(ends(f).map { ($0.point, $0.order, weight * $0.factor) }, value: weight * value)
  }

  private func row(_ terms: [(point: Int, order: Int, factor: Double)], value: Double) -> Row {
    let used = terms.filter { $0.factor != 0 }
    let first = used.reduce(count) { least, term in
      let start = start(term.point)
      return min(least, column(start), column(start + Self.points - 1))
    }
    var elements = Array(repeating: 0.0, count: Self.width)
    for (point, order, factor) in used {
      let start = start(point)
      let weights = weights[point - start][order]
      for j in weights.indices { elements[column(start + j) - first] += factor * weights[j] }
    }
    return Row(first: first, elements: elements, value: value)
  }

  /// Of a point's value among the unknowns.
  private func column(_ i: Int) -> Int { 2 * i < count ? 2 * i : 2 * (count - 1 - i) + 1 }

  /// Unknowns in the order of the points.
  func unfolded(_ x: [Double]) -> [Double] { (0..<count).map { x[column($0)] } }
}
