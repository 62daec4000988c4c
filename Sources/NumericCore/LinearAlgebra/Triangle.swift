/// A triangle of a square matrix, with its diagonal.
public enum Triangle: Sendable {
  case lower, upper
}

extension Matrix {
  /// T^-1 B, or T'^-1 B where `transposed`, with T this matrix's triangle; the other triangle is not read. Cost: n^2 a
  /// column of B.
  ///
  /// - Throws: `notSquare`, `shapeMismatch`, or `singular` with the place of a 0 on the diagonal.
  public func solve(
    _ triangle: Triangle, transposed: Bool = false, _ b: Matrix
  ) throws(LinearAlgebraError) -> Matrix {
    try requireSolvable(rightHandSide: [b.rows, b.columns])
    var x = b
    x.withUnsafeMutableBufferPointer { solve(triangle, transposed, $0, columns: b.columns) }
    return x
  }

  /// T^-1 b, or T'^-1 b; throws as the one for matrices does.
  public func solve(
    _ triangle: Triangle, transposed: Bool = false, _ b: [Double]
  ) throws(LinearAlgebraError) -> [Double] {
    try requireSolvable(rightHandSide: [b.count])
    var x = b
    x.withUnsafeMutableBufferPointer { solve(triangle, transposed, $0, columns: 1) }
    return x
  }

  private func requireSolvable(rightHandSide shape: [Int]) throws(LinearAlgebraError) {
    try requireSquare()
    guard shape[0] == rows else {
      throw .shapeMismatch(operation: "triangular solve", left: [rows, columns], right: shape)
    }
    for i in 0..<rows where self[i, i] == 0 { throw .singular(pivot: i) }
  }

  private func solve(
    _ triangle: Triangle, _ transposed: Bool, _ x: UnsafeMutableBufferPointer<Double>, columns: Int
  ) {
    BLAS.configure()
    withUnsafeBufferPointer { t in
      guard let t = t.baseAddress, let x = x.baseAddress, columns > 0 else { return }
      BLAS.solve(triangle, transpose: transposed, rows: rows, columns: columns, t, leadingDimension: rows, x)
    }
  }
}
