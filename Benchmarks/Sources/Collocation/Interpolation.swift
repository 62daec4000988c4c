/// The polynomials through values at neighbouring points, of those that are there.
struct Interpolation {
  private let points, values: [Double]
  private let degree: Int

  /// - Parameters:
  ///   - points: rising.
  ///   - values: NaN where there is none.
  ///   - degree: of the polynomials; more values than that are needed.
  init(_ points: [Double], _ values: [Double], degree: Int) {
    let there = points.indices.filter { !values[$0].isNaN }
    (self.points, self.values, self.degree) = (there.map { points[$0] }, there.map { values[$0] }, degree)
  }

  /// By Lagrange's formula, with as many neighbours on both sides where there are.
  func value(at x: Double) -> Double {
    let above = points.firstIndex { $0 >= x } ?? points.count
    let first = min(max(above - (degree + 1) / 2, 0), points.count - degree - 1)
    let used = first...first + degree
    return used.reduce(0) { sum, i in
      sum + used.reduce(values[i]) { $1 == i ? $0 : $0 * (x - points[$1]) / (points[i] - points[$1]) }
    }
  }
}
