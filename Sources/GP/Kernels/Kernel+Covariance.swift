import NumericCore

/// Covariances of points. Points are the rows of a matrix, a column for each coordinate.
extension Kernel {
  /// k(x, y) of one pair. For many pairs, matrices are faster.
  public func covariance(_ x: [Double], _ y: [Double]) throws(KernelError) -> Double {
    try covariance(of: Matrix(point: x), and: Matrix(point: y)).elements[0]
  }

  /// The derivative of k of these orders, at one pair.
  public func derivative(_ derivative: KernelDerivative, _ x: [Double], _ y: [Double]) throws(KernelError)
    -> Double
  {
    try covariance(of: Matrix(point: x), and: Matrix(point: y), derivative: derivative).elements[0]
  }

  /// K[i, j] = k(x_i, x_j), symmetric to the last bit.
  ///
  /// - Throws: `KernelError` where the points are not finite or do not fit the kernel. Cost: n (n + 1) / 2
  ///   evaluations.
  public func covariance(of x: Matrix) throws(KernelError) -> Matrix {
    try check(x)
    var result = Matrix(rows: x.rows, columns: x.rows)
    covariance(ofChecked: x, into: &result)
    return result
  }

  /// The same into a matrix of the right size, without checks or allocations.
  func covariance(ofChecked x: Matrix, into result: inout Matrix) {
    let n = x.rows
    result.withUnsafeMutableBufferPointer { k in
      guard let k = k.baseAddress else { return }
      x.forEachBlock(lowerTriangle: x) { pairs, i, j in evaluate(pairs, into: k + i + j * n) }
      for j in 0..<n { for i in 0..<j { k[i + j * n] = k[j + i * n] } }
    }
  }

  /// K[i, j] = k(x_i, y_j), or its derivative of these orders in x and y.
  ///
  /// - Throws: also `unsupportedDerivative`.
  public func covariance(
    of x: Matrix, and y: Matrix, derivative: KernelDerivative? = nil
  ) throws(KernelError) -> Matrix {
    try check(x)
    try check(y)
    guard x.columns == y.columns else { throw .wrongDimension(dimension: y.columns, expected: x.columns) }
    if let derivative {
      guard derivative.first.count == x.columns else {
        throw .wrongDimension(dimension: derivative.first.count, expected: x.columns)
      }
      guard derivative.total == 0 || supports(derivative) else {
        throw .unsupportedDerivative(kernel: description, first: derivative.first, second: derivative.second)
      }
    }
    let order = derivative.flatMap { $0.total > 0 ? $0 : nil }
    var result = Matrix(rows: x.rows, columns: y.rows)
    result.withUnsafeMutableBufferPointer { k in
      guard let k = k.baseAddress else { return }
      x.forEachBlock(and: y) { pairs, i, j in
        if let order {
          evaluate(order, pairs, into: k + i + j * x.rows)
        } else {
          evaluate(pairs, into: k + i + j * x.rows)
        }
      }
    }
    return result
  }

  /// k(x_i, x_i) for each point.
  public func variances(of x: Matrix) throws(KernelError) -> [Double] {
    try check(x)
    return [Double](unsafeUninitializedCapacity: x.rows) { k, count in
      if let k = k.baseAddress { x.forEachDiagonalBlock { pairs, i in evaluate(pairs, into: k + i) } }
      count = x.rows
    }
  }

  /// sum_ij A[i, j] d k(x_i, x_j) / d theta, for a symmetric A and each coordinate theta of the
  /// hyper-parameters. Of A, the lower triangle is read.
  ///
  /// Cost: a few times that of the covariance matrix, for all hyper-parameters together.
  public func covarianceGradient(of x: Matrix, adjoint: Matrix) throws(KernelError) -> [Double] {
    try check(x)
    precondition(adjoint.rows == x.rows && adjoint.columns == x.rows, "an adjoint of another size")
    var result = Array(repeating: 0.0, count: parameterCount)
    result.withUnsafeMutableBufferPointer { gradient in
      guard let gradient = gradient.baseAddress else { return }
      accumulateGradient(ofChecked: x, adjoint: adjoint, into: gradient)
    }
    return result
  }

  /// The same, added to a buffer, without checks or allocations.
  func accumulateGradient(ofChecked x: Matrix, adjoint: Matrix, into gradient: UnsafeMutablePointer<Double>) {
    let n = x.rows
    adjoint.withUnsafeBufferPointer { a in
      guard let a = a.baseAddress else { return }
      withUnsafeTemporaryAllocation(of: Double.self, capacity: PointPairs.blockSize) { twice in
        guard let twice = twice.baseAddress else { return }
        x.forEachBlock(lowerTriangle: x) { pairs, i, j in
          for p in 0..<pairs.count { twice[p] = (i + p == j ? 1 : 2) * a[i + p + j * n] }
          accumulateGradient(pairs, adjoint: twice, into: gradient)
        }
      }
    }
  }

  /// Throws unless all coordinates are finite and the kernel fits their number.
  func check(_ x: Matrix) throws(KernelError) {
    try validate(dimension: x.columns)
    guard let index = x.elements.firstIndex(where: { !$0.isFinite }) else { return }
    throw .notFinite(point: index % x.rows, coordinate: index / x.rows, value: x.elements[index])
  }
}

extension Matrix {
  /// Points of the line: a column.
  public init(points: [Double]) { self.init(column: points) }

  /// One point: a row.
  init(point: [Double]) { self.init(row: point) }

  /// The pairs (row i.., row j of `y`), block by block, with the first i and j.
  func forEachBlock(and y: Matrix, _ body: (PointPairs, _ i: Int, _ j: Int) -> Void) {
    forEachBlock(and: y, from: { _ in 0 }, body)
  }

  /// The pairs with i >= j of the rows of `x`, which is this matrix.
  func forEachBlock(lowerTriangle x: Matrix, _ body: (PointPairs, _ i: Int, _ j: Int) -> Void) {
    forEachBlock(and: x, from: { $0 }, body)
  }

  private func forEachBlock(and y: Matrix, from first: (Int) -> Int, _ body: (PointPairs, Int, Int) -> Void) {
    withUnsafeBufferPointer { a in
      y.withUnsafeBufferPointer { b in
        guard let a = a.baseAddress, let b = b.baseAddress else { return }
        for j in 0..<y.rows {
          var i = first(j)
          while i < rows {
            let count = Swift.min(PointPairs.blockSize, rows - i)
            body(
              PointPairs(
                count: count, dimension: columns, x: a + i, xStride: rows, y: b + j, yStride: y.rows, yStep: 0
              ), i, j)
            i += count
          }
        }
      }
    }
  }

  /// The pairs (row i, row i), block by block.
  func forEachDiagonalBlock(_ body: (PointPairs, _ i: Int) -> Void) {
    withUnsafeBufferPointer { a in
      guard let a = a.baseAddress else { return }
      for i in stride(from: 0, to: rows, by: PointPairs.blockSize) {
        let count = Swift.min(PointPairs.blockSize, rows - i)
        body(
          PointPairs(
            count: count, dimension: columns, x: a + i, xStride: rows, y: a + i, yStride: rows, yStep: 1), i)
      }
    }
  }
}
