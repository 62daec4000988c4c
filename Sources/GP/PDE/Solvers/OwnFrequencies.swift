import NumericCore

/// How fast the solutions of a linear equation on an interval oscillate where nothing drives them: the frequencies
/// |Im lambda| / (2 pi) of the roots of sum_k c_k(x) lambda^k at points of the grid. A source that is 0 does not tell
/// them.
struct OwnFrequencies {
  /// The mean coefficients over some parts of the interval, by order.
  private let parts: [[Double]]
  private let length: Double

  /// More are not told apart by far, or change so fast that they say little.
  private static let (mostParts, most) = (32, 4)

  init(_ linear: [(DifferentialExpression.Order, [Double])], length: Double) {
    self.length = length
    let highest = linear.map { $0.0[0] }.max() ?? 0
    let points = linear.first?.1.count ?? 0
    let parts = min(Self.mostParts, points)
    self.parts = (0..<parts).map { part in
      let range = part * points / parts..<(part + 1) * points / parts
      return (0...highest).map { k in
        linear.reduce(0) { $0 + ($1.0[0] == k ? mean($1.1[range]) : 0) }
      }
    }
  }

  /// Some that the interval tells apart, from the lowest to the highest.
  func frequencies() throws(LinearAlgebraError) -> [Double] {
    var all: [Double] = []
    for part in parts { all += try Self.roots(part).map { $0.imaginary.magnitude / (2 * .pi) } }
    var distinct: [Double] = []
    for f in all.sorted() where f - (distinct.last ?? 0) >= 1 / length { distinct.append(f) }
    guard distinct.count > Self.most else { return distinct }
    return (0..<Self.most).map { distinct[$0 * (distinct.count - 1) / (Self.most - 1)] }
  }

  /// The roots of a polynomial by its coefficients from the constant on: eigenvalues of its companion matrix.
  private static func roots(
    _ coefficients: [Double]
  ) throws(LinearAlgebraError) -> [(real: Double, imaginary: Double)] {
    let degree = coefficients.lastIndex { $0 != 0 } ?? 0
    guard degree > 0 else { return [] }
    var companion = Matrix(rows: degree, columns: degree)
    for k in 0..<degree {
      companion[k, degree - 1] = -coefficients[k] / coefficients[degree]
      if k > 0 { companion[k, k - 1] = 1 }
    }
    guard companion.elements.allSatisfy(\.isFinite) else { return [] }
    return try ComplexSchur(companion).eigenvalues
  }
}
