import NumericCore
import Testing

@Suite struct TriangleTests {
  /// T X = B and T' X = B by multiplication; the other triangle holds NaN, so that reading it shows.
  @Test(arguments: [0, 1, 2, 7, 40]) func solves(n: Int) throws {
    for triangle in [Triangle.lower, .upper] {
      var (t, spoilt) = (randomMatrix(n, n, seed: 5), Matrix(rows: n, columns: n, repeating: .nan))
      t.addToDiagonal(Double(2 * n))
      for j in 0..<n {
        for i in 0..<n {
          if triangle == .lower ? i >= j : i <= j { spoilt[i, j] = t[i, j] } else { t[i, j] = 0 }
        }
      }
      let b = randomMatrix(n, 3, seed: 6)
      expectEqual(t * (try spoilt.solve(triangle, b)), b, scale: 10)
      expectEqual(t.transposeTimes(try spoilt.solve(triangle, transposed: true, b)), b, scale: 10)
      let column = Array(b.column(1))
      #expect(try spoilt.solve(triangle, column).count == n)
      expectEqual(
        try Matrix(columns: [t * spoilt.solve(triangle, column)]), try Matrix(columns: [column]), scale: 10)
      expectEqual(
        try Matrix(columns: [t.transposeTimes(spoilt.solve(triangle, transposed: true, column))]),
        try Matrix(columns: [column]), scale: 10)
    }
  }

  @Test func wrongArgumentsAreSaid() throws {
    let t = Matrix.diagonal([1, 0, 2])
    #expect(throws: LinearAlgebraError.singular(pivot: 1)) { try t.solve(.lower, [1, 2, 3]) }
    #expect(throws: LinearAlgebraError.shapeMismatch(operation: "triangular solve", left: [3, 3], right: [2])) {
      try t.solve(.upper, [1, 2])
    }
    #expect(throws: LinearAlgebraError.notSquare(rows: 2, columns: 3)) {
      try Matrix(rows: 2, columns: 3).solve(.upper, [1, 2])
    }
    #expect(try Matrix.diagonal([1e-150, 1e150]).solve(.upper, [1, 1]) == [1e150, 1e-150])
  }
}
