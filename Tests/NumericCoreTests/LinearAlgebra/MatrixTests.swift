import NumericCore
import Testing

@Suite struct MatrixTests {
  /// Products with and without transposes against sums by hand.
  @Test(arguments: [(0, 0, 0), (1, 1, 1), (3, 4, 2), (17, 5, 9), (2, 0, 3)]) func products(m: Int, k: Int, n: Int) {
    let (a, b) = (randomMatrix(m, k, seed: 1), randomMatrix(k, n, seed: 2))
    var c = Matrix(rows: m, columns: n)
    for i in 0..<m { for j in 0..<n { c[i, j] = (0..<k).reduce(0) { $0 + a[i, $1] * b[$1, j] } } }
    expectEqual(a * b, c, scale: 10)
    expectEqual(a.transposed.transposeTimes(b), c, scale: 10)
    expectEqual(a.timesTranspose(b.transposed), c, scale: 10)
    for j in 0..<n {
      let x = Array(b.column(j))
      for y in [a * x, a.transposed.transposeTimes(x)] {
        #expect(zip(y, c.column(j)).allSatisfy { abs($0 - $1) < 1e-12 } && y.count == m)
      }
    }
  }

  @Test func columnsAreViews() throws {
    var a = try Matrix(rowsOf: [[1, 2, 3], [4, 5, 6]])
    #expect(Array(a.column(1)) == [2, 5])
    let places = a.withUnsafeBufferPointer { all in
      (0..<3).map { j in a.withUnsafeColumn(j) { $0.baseAddress == all.baseAddress.map { $0 + 2 * j } } }
    }
    #expect(places == [true, true, true])
    a.withUnsafeMutableColumn(2) { column in for i in column.indices { column[i] *= 10 } }
    #expect(a.elements == [1, 4, 2, 5, 30, 60])
    #expect(Matrix(rows: 0, columns: 2).withUnsafeColumn(1) { $0.count } == 0)
  }

  @Test func diagonals() throws {
    var a = try Matrix(rowsOf: [[1, 2, 3], [4, 5, 6]])
    #expect(a.diagonal == [1, 5] && a.transposed.diagonal == [1, 5] && Matrix(rows: 0, columns: 3).diagonal == [])
    a.addToDiagonal(0.5)
    #expect(a.elements == [1.5, 4, 2, 5.5, 3, 6])
  }

  @Test func wrongShapesAreSaid() {
    #expect(throws: LinearAlgebraError.raggedRow(index: 1, count: 1, expected: 2)) {
      try Matrix(rowsOf: [[1, 2], [3]])
    }
    #expect(throws: LinearAlgebraError.wrongCount(rows: 2, columns: 2, elements: 1)) {
      try Matrix(rows: 2, columns: 2, elements: [1])
    }
    #expect(BLAS.threads == 1)
  }
}
