/// What factorisations ask of the matrices that they are given.
extension Matrix {
  /// Throws `notFinite` for the first element, column by column, that is not.
  func requireFinite() throws(LinearAlgebraError) {
    guard let index = elements.firstIndex(where: { !$0.isFinite }) else { return }
    throw .notFinite(row: index % rows, column: index / rows, value: elements[index])
  }

  func requireSquare() throws(LinearAlgebraError) {
    guard rows == columns else { throw .notSquare(rows: rows, columns: columns) }
  }

  /// Throws `notSquare`, `notFinite`, or `notSymmetric` where two mirrored elements differ by more than 1e-10 of
  /// the `scale` of their row and column: what rounding leaves in a computed matrix passes, what was mistyped does not.
  func requireSymmetric(scale: (_ row: Int, _ column: Int) -> Double) throws(LinearAlgebraError) {
    try requireSquare()
    try requireFinite()
    for j in 0..<columns {
      for i in (j + 1)..<Swift.max(rows, j + 1) {
        let (a, b) = (self[i, j], self[j, i])
        guard a == b || (a - b).magnitude <= 1e-10 * scale(i, j) else {
          throw .notSymmetric(row: i, column: j, value: a, mirrored: b)
        }
      }
    }
  }

  /// Symmetric, relative to the largest element: for what is accurate relative to the norm.
  func requireSymmetric() throws(LinearAlgebraError) {
    let largest = elements.reduce(0) { Swift.max($0, $1.magnitude) }
    try requireSymmetric { _, _ in largest }
  }
}
