import Foundation

/// The factorisation A = Q B P' into orthonormal columns, an upper bidiagonal matrix and orthonormal rows (Householder's
/// reflectors, LAPACK's `dgebrd`), made once and reused. With k = min(rows, columns), Q is rows x k, B is k x k and P is
/// columns x k.
///
/// It is the first half of a singular value decomposition, and all that least squares with any ridge need: B alone changes
/// with the ridge.
public struct Bidiagonal: Sendable {
  /// Of B, from the left upper corner on.
  public let diagonal: [Double]
  /// Of B, one less than on the diagonal.
  public let superdiagonal: [Double]
  public let rows, columns: Int
  /// The first factorisation of a matrix, or of its transpose, with many more rows than columns.
  private let qr: QR?
  private let reflectors: Reflectors
  /// Of a matrix with fewer rows than columns, whose transpose is factorised: the cosines and sines of rotations, from row
  /// to row, that make the lower bidiagonal matrix an upper one.
  private let rotations: [(cosine: Double, sine: Double)]?

  /// Cost: 8/3 k^3, and 2 m k^2 beyond the square, for m rows or columns. Throws `notFinite`.
  public init(_ matrix: Matrix) throws(LinearAlgebraError) {
    try matrix.requireFinite()
    (rows, columns) = (matrix.rows, matrix.columns)
    let tall = matrix.rows < matrix.columns ? matrix.transposed : matrix
    // Of many rows the triangle of a QR factorisation is as good, and cheaper.
    qr = 2 * tall.rows > 3 * tall.columns && tall.columns > 0 ? try QR(tall) : nil
    reflectors = Reflectors(qr?.r ?? tall)
    guard matrix.rows < matrix.columns else {
      (diagonal, superdiagonal, rotations) = (reflectors.diagonal, reflectors.superdiagonal, nil)
      return
    }
    var (d, e) = (reflectors.diagonal, reflectors.superdiagonal)
    rotations = e.indices.map { i in
      let size = hypot(d[i], e[i])
      let (cosine, sine) = size > 0 ? (d[i] / size, e[i] / size) : (1, 0)
      (d[i], e[i], d[i + 1]) = (size, sine * d[i + 1], cosine * d[i + 1])
      return (cosine, sine)
    }
    (diagonal, superdiagonal) = (d, e)
  }

  /// Q' X of a square Q: its first k rows are those of the thin one, the rest is what Q does not reach. Cost: 4 rows k a
  /// column of X.
  ///
  /// Precondition: X has as many rows as A.
  public func leftTransposeTimes(_ x: Matrix) -> Matrix {
    guard let rotations else { return tallTransposeTimes(x) }
    var result = reflectors.multiply(.right, transposed: true, x)
    for j in 0..<result.columns {
      result.withUnsafeMutableColumn(j) { y in
        for (i, (cosine, sine)) in rotations.enumerated() {
          (y[i], y[i + 1]) = (cosine * y[i] + sine * y[i + 1], cosine * y[i + 1] - sine * y[i])
        }
      }
    }
    return result
  }

  /// P' X. Cost: as much.
  ///
  /// Precondition: X has as many rows as A has columns.
  public func rightTransposeTimes(_ x: Matrix) -> Matrix {
    rotations == nil ? reflectors.multiply(.right, transposed: true, x) : tallTransposeTimes(x).resized(diagonal.count)
  }

  /// P X. Cost: as much.
  ///
  /// Precondition: X has k rows.
  public func rightTimes(_ x: Matrix) -> Matrix {
    guard rotations != nil else { return reflectors.multiply(.right, transposed: false, x) }
    let inner = reflectors.multiply(.left, transposed: false, x.resized(reflectors.rows))
    return qr.map { $0.multiply(transposed: false, inner.resized(columns)) } ?? inner
  }

  /// Q' X, of what is at least as tall as wide.
  private func tallTransposeTimes(_ x: Matrix) -> Matrix {
    guard let qr else { return reflectors.multiply(.left, transposed: true, x) }
    var result = qr.multiply(transposed: true, x)
    let top = reflectors.multiply(.left, transposed: true, result.resized(reflectors.rows))
    for j in 0..<top.columns { for i in 0..<top.rows { result[i, j] = top[i, j] } }
    return result
  }

  /// The largest singular value of A, to 1e-12; 0 for a matrix without elements. Bisection by Sturm's test: a square is
  /// above its square if every pivot of B'B minus it is negative. Cost: 40 k divisions.
  public var largestSingularValue: Double {
    let unit = (diagonal + superdiagonal).reduce(0) { Swift.max($0, $1.magnitude) }
    guard unit > 0 else { return 0 }
    let squares = diagonal.map { ($0 / unit) * ($0 / unit) }
    let others = superdiagonal.map { ($0 / unit) * ($0 / unit) }
    // The diagonal of B'B, and the squares beside it.
    let columns = squares.indices.map { squares[$0] + ($0 > 0 ? others[$0 - 1] : 0) }
    let couplings = others.indices.map { squares[$0] * others[$0] }
    let discs = columns.indices.map { i in
      columns[i] + (i > 0 ? couplings[i - 1].squareRoot() : 0) + (i < couplings.count ? couplings[i].squareRoot() : 0)
    }
    var (lower, upper) = (columns.max() ?? 0, discs.max() ?? 0)
    while upper - lower > 2e-12 * upper {
      let middle = lower + 0.5 * (upper - lower)
      var (pivot, isAbove) = (-1.0, true)
      for i in columns.indices where isAbove {
        pivot = columns[i] - middle - (i > 0 ? couplings[i - 1] / pivot : 0)
        isAbove = pivot < 0
      }
      if isAbove { upper = middle } else { lower = middle }
    }
    return unit * upper.squareRoot()
  }

  /// The singular values of A, in descending order. Cost: k^2. Throws `noConvergence`.
  public func singularValues() throws(LinearAlgebraError) -> [Double] {
    var (d, e) = (diagonal, superdiagonal + [0])
    let info = d.withUnsafeMutableBufferPointer { d in
      e.withUnsafeMutableBufferPointer { e in
        guard let count = d.isEmpty ? nil : d.count, let d = d.baseAddress, let e = e.baseAddress else { return 0 }
        return LAPACK.singularValues(count: count, diagonal: d, superdiagonal: e)
      }
    }
    guard info == 0 else { throw .noConvergence(operation: "singular values of a bidiagonal matrix") }
    return d
  }
}
