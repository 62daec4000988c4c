import NumericCore
import Testing

@Suite struct BidiagonalTests {
  @Test(
    arguments: [(0, 0), (1, 1), (5, 5), (9, 4), (4, 9), (6, 5), (5, 6), (130, 70), (70, 130), (3, 0), (0, 3)],
    [1e-150, 1, 1e150])
  func reconstructs(_ shape: (Int, Int), scale: Double) throws {
    let (m, n) = shape
    let a = randomMatrix(m, n, seed: 190 + UInt64(m)).scaled(by: scale)
    let form = try Bidiagonal(a)
    let k = min(m, n)
    #expect(form.diagonal.count == k && form.superdiagonal.count == max(k - 1, 0))
    var b = Matrix.diagonal(form.diagonal)
    for (i, value) in form.superdiagonal.enumerated() { b[i, i + 1] = value }
    let right = form.rightTimes(.identity(k))
    expectOrthonormalColumns(right)
    expectEqual(form.rightTransposeTimes(right), .identity(k), "P' P")
    // Q'A is B P', and 0 beyond.
    let left = form.leftTransposeTimes(a)
    #expect(left.rows == m)
    let expected = b.timesTranspose(right)
    var padded = Matrix(rows: m, columns: n)
    for j in 0..<n { for i in 0..<k { padded[i, j] = expected[i, j] } }
    expectEqual(left, padded, "Q' A")
    expectOrthonormalColumns(form.leftTransposeTimes(.identity(m)))
    let values = try form.singularValues()
    expectEqual(.diagonal(values), .diagonal(try SVD.values(of: a)), "singular values")
    let largest = values.first ?? 0
    #expect((form.largestSingularValue - largest).magnitude <= 1e-11 * largest)
  }

  @Test("a matrix of rank 1, and 0") func deficient() throws {
    let a = randomMatrix(7, 1, seed: 3).timesTranspose(randomMatrix(9, 1, seed: 4))
    #expect(try Bidiagonal(a).singularValues()[1] < 1e-14 * Bidiagonal(a).singularValues()[0])
    #expect(try Bidiagonal(Matrix(rows: 2, columns: 3)).singularValues() == [0, 0])
  }

  @Test func elementsThatAreNotFiniteAreSaid() throws {
    #expect(throws: LinearAlgebraError.notFinite(row: 1, column: 1, value: -.infinity)) {
      try Bidiagonal(.diagonal([1, -.infinity]))
    }
  }
}
