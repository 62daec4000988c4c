import NumericCore

/// A product of covariances along the axes of a box as a sum of products of functions: those products of
/// eigenfunctions along the axes that are not small. A draw of the process is a sum of them with coefficients
/// N(0, 1).
struct ProductBasis: Sendable {
  /// Eigenfunctions of one covariance, in the order of their deviations, times these.
  private struct Eigenfunctions: Sendable {
    let basis: EnvelopeBasis
    /// From these to the basis, in columns.
    let transform: Matrix
    let deviations: [Double]
    /// Orthonormal functions on the grid that span them, in rows.
    let tests: Matrix
  }
  private let axes: [Eigenfunctions]
  /// Which eigenfunction along each axis.
  let products: [SIMD3<Int>]
  /// Products of tests: of more functions, so that they see derivatives too.
  let tests: [SIMD3<Int>]

  var count: Int { products.count }
  var bases: [EnvelopeBasis] { axes.map(\.basis) }
  private var shape: [Int] { axes.map(\.deviations.count) }
  private var testShape: [Int] { axes.map(\.tests.rows) }

  /// Deviations relative to the largest, that end products, and tests: the second is rounding.
  private static let (smallest, rounding) = (1e-10, 1e-13)
  /// Points between which no more is looked for, unless there are 4 of them for one of the grid.
  private static let fine = 256
  /// A regression on more takes seconds; noise hides what is smaller than a part of them.
  private static let (most, mostWithNoise, mostTests) = (1000, 500, 6000)

  /// - Parameter isNoisy: whether what is known of the function has noise.
  init(_ bases: [EnvelopeBasis], on grid: TensorGrid, isNoisy: Bool = false) throws {
    var axes: [Eigenfunctions] = []
    for (basis, points) in zip(bases, grid.axes) {
      // Between the points of a coarse grid there is more of a function than on them. Of thousands of waves most are too
      // small and fast to be told there either.
      let count = max(points.count, min(2 * basis.count, max(4 * points.count, Self.fine)))
      let (lower, upper) = (points[0], points[points.count - 1])
      let fine = (0..<count).map { lower + (upper - lower) * (Double($0) + 0.5) / Double(count) }
      let svd = try SVD(basis.evaluate(at: fine, order: 0)[0])
      let kept = svd.values.prefix { $0 > Self.rounding * svd.values[0] }.count
      let transform = svd.rightTransposed.firstRows(kept).transposed
      axes.append(
        Eigenfunctions(
          basis: basis, transform: transform, deviations: Array(svd.values[..<kept]),
          tests: try QR(basis.evaluate(at: points, order: 0)[0] * transform).q.transposed))
    }
    self.axes = axes
    let all = Self.all(axes.map(\.deviations))
    products = Self.largest(all, smallest: Self.smallest, most: isNoisy ? Self.mostWithNoise : Self.most)
    let counts = axes.map(\.tests.rows)
    let seen = all.filter { product in counts.indices.allSatisfy { product.index[$0] < counts[$0] } }
    tests = Self.largest(seen, smallest: Self.rounding, most: Self.mostTests)
  }

  private static func all(_ deviations: [[Double]]) -> [(index: SIMD3<Int>, deviation: Double)] {
    var result = [(index: SIMD3<Int>(), deviation: 1.0)]
    for (axis, values) in deviations.enumerated() {
      result = result.flatMap { product in
        values.enumerated().map { i, value in
          var index = product.index
          index[axis] = i
          return (index, product.deviation * value)
        }
      }
    }
    return result.sorted { $0.deviation > $1.deviation }
  }

  private static func largest(
    _ all: [(index: SIMD3<Int>, deviation: Double)], smallest: Double, most: Int
  ) -> [SIMD3<Int>] {
    let limit = smallest * (all.first?.deviation ?? 0)
    return all.prefix(most).prefix { $0.deviation >= limit }.map(\.index)
  }

  /// The functions along an axis at points, and their derivatives up to an order.
  func evaluate(axis: Int, at points: [Double], order: Int) -> [Matrix] {
    axes[axis].basis.evaluate(at: points, order: order).map { $0 * axes[axis].transform }
  }

  /// Functions on the grid as the tests of an axis see them.
  func test(axis: Int, _ functions: Matrix) -> Matrix { axes[axis].tests * functions }

  /// An array on the grid as the products of tests see it.
  func test(_ values: [Double]) -> [Double] {
    let (seen, shape) = (KroneckerProduct(axes.map(\.tests)).multiply(values), testShape)
    return tests.map { seen[place($0, shape)] }
  }

  /// The sum of squares of what the products of tests do not see of an array on the grid.
  func unseen(_ values: [Double], seen: [Double]) -> Double {
    var all = Array(repeating: 0.0, count: testShape.reduce(1, *))
    for (index, value) in zip(tests, seen) { all[place(index, testShape)] = value }
    let back = KroneckerProduct(axes.map(\.tests)).transposeTimes(all)
    return squaredDistance(values, back)
  }

  /// Coefficients of the products in an array of all.
  func scattered(_ alpha: [Double]) -> [Double] {
    var result = Array(repeating: 0.0, count: shape.reduce(1, *))
    for (index, value) in zip(products, alpha) { result[place(index, shape)] = value }
    return result
  }

  private func place(_ index: SIMD3<Int>, _ shape: [Int]) -> Int {
    shape.indices.reversed().reduce(0) { $0 * shape[$1] + index[$1] }
  }

  /// The products on a grid or at tests: row r is at the row `rows[r]` of the factors, one for each axis.
  func columns(_ factors: [Matrix], rows: [SIMD3<Int>]) -> Matrix {
    var result = Matrix(rows: rows.count, columns: count)
    for (j, index) in products.enumerated() {
      result.withUnsafeMutableColumn(j) { to in
        for (axis, factor) in factors.enumerated() {
          factor.withUnsafeColumn(index[axis]) { from in
            if axis == 0 {
              for r in 0..<to.count { to[r] = from[rows[r][0]] }
            } else {
              for r in 0..<to.count { to[r] *= from[rows[r][axis]] }
            }
          }
        }
      }
    }
    return result
  }

  /// The products at points, given by their coordinates along each axis.
  func columns(at coordinates: [[Double]], order: DifferentialExpression.Order) -> Matrix {
    let factors = axes.indices.map { evaluate(axis: $0, at: coordinates[$0], order: order[$0])[order[$0]] }
    return columns(factors, rows: (0..<coordinates[0].count).map { SIMD3(repeating: $0) })
  }
}
