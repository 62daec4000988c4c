import NumericCore

/// A_1 (x) A_2 (x) ... acting on arrays with an axis for each factor, the first axis fastest: y[i1, i2, ...]
/// = sum over j1, j2, ... of A_1[i1, j1] A_2[i2, j2] ... x[j1, j2, ...]. One axis after the other; the
/// product is never formed.
public struct KroneckerProduct: Sendable {
  public let factors: [Matrix]

  public init(_ factors: [Matrix]) { self.factors = factors }

  /// A x. Cost: 2 N n_d for each axis.
  public func multiply(_ x: [Double]) -> [Double] {
    var result = x
    var shape = factors.map(\.columns)
    for (axis, factor) in factors.enumerated() {
      result = Self.multiply(factor, result, shape: shape, axis: axis)
      shape[axis] = factor.rows
    }
    return result
  }

  /// A' x.
  public func transposeTimes(_ x: [Double]) -> [Double] {
    KroneckerProduct(factors.map(\.transposed)).multiply(x)
  }

  /// One factor along one axis of an array.
  static func multiply(_ a: Matrix, _ x: [Double], shape: [Int], axis: Int) -> [Double] {
    let (left, n) = (shape[..<axis].reduce(1, *), shape[axis])
    let right = shape[(axis + 1)...].reduce(1, *)
    precondition(x.count == left * n * right && a.columns == n, "\(x.count) elements for shape \(shape)")
    BLAS.configure()
    let m = a.rows
    var result = Array(repeating: 0.0, count: left * m * right)
    guard !x.isEmpty, m > 0 else { return result }
    a.withUnsafeBufferPointer { a in
      x.withUnsafeBufferPointer { x in
        result.withUnsafeMutableBufferPointer { y in
          guard let a = a.baseAddress, let x = x.baseAddress, let y = y.baseAddress else { return }
          if left == 1 {
            BLAS.gemm(
              transposeA: false, transposeB: false, m: m, n: right, k: n, alpha: 1, a, lda: m, x, ldb: n,
              beta: 0, y,
              ldc: m)
            return
          }
          for slab in 0..<right {
            BLAS.gemm(
              transposeA: false, transposeB: true, m: left, n: m, k: n, alpha: 1, x + slab * left * n,
              lda: left, a,
              ldb: m, beta: 0, y + slab * left * m, ldc: left)
          }
        }
      }
    }
    return result
  }

  /// sum over all other axes of x[..., i, ...] y[..., j, ...], for i and j along one axis of two arrays of a
  /// shape: n x n.
  static func contraction(_ x: [Double], _ y: [Double], shape: [Int], axis: Int) -> Matrix {
    let (left, n) = (shape[..<axis].reduce(1, *), shape[axis])
    let right = shape[(axis + 1)...].reduce(1, *)
    BLAS.configure()
    var result = Matrix(rows: n, columns: n)
    x.withUnsafeBufferPointer { x in
      y.withUnsafeBufferPointer { y in
        result.withUnsafeMutableBufferPointer { w in
          guard let x = x.baseAddress, let y = y.baseAddress, let w = w.baseAddress else { return }
          if left == 1 {
            BLAS.gemm(
              transposeA: false, transposeB: true, m: n, n: n, k: right, alpha: 1, x, lda: n, y, ldb: n,
              beta: 0, w,
              ldc: n)
            return
          }
          for slab in 0..<right {
            BLAS.gemm(
              transposeA: true, transposeB: false, m: n, n: n, k: left, alpha: 1, x + slab * left * n,
              lda: left,
              y + slab * left * n, ldb: left, beta: 1, w, ldc: n)
          }
        }
      }
    }
    return result
  }
}
