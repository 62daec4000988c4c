import NumericCore
import Testing

@Suite struct SymmetricEigenTests {
  @Test(arguments: [0, 1, 2, 3, 10, 47, 120], [1e-150, 1, 1e150])
  func reconstructs(n: Int, scale: Double) throws {
    let a = randomCovariance(n, seed: 20 + UInt64(n)).scaled(by: scale)
    let eigen = try SymmetricEigen(a)
    expectOrthonormalColumns(eigen.vectors)
    expectEqual((eigen.vectors * .diagonal(eigen.values)).timesTranspose(eigen.vectors), a, "V diag V'")
    #expect(eigen.values == eigen.values.sorted() && eigen.values.allSatisfy { $0 > 0 })
    let alone = try SymmetricEigen.values(of: a)
    expectEqual(.diagonal(alone), .diagonal(eigen.values), "values alone")
  }

  @Test(arguments: [1, 2, 9, 64]) func secondDifferences(n: Int) throws {
    let values = try SymmetricEigen(secondDifference(n)).values
    expectEqual(.diagonal(values), .diagonal(secondDifferenceSpectrum(n)))
  }

  /// 1 + n J has n - 1 eigenvalues 1 and one of 1 + n^2; the identity has one, n times.
  @Test func repeatedValues() throws {
    let n = 12
    var a = Matrix(rows: n, columns: n, repeating: Double(n))
    a.addToDiagonal(1)
    let eigen = try SymmetricEigen(a)
    expectOrthonormalColumns(eigen.vectors)
    expectEqual(
      .diagonal(eigen.values), .diagonal(Array(repeating: 1, count: n - 1) + [1 + Double(n * n)]))
    #expect(try SymmetricEigen(.identity(n)).values == Array(repeating: 1, count: n))
    #expect(try SymmetricEigen(Matrix(rows: n, columns: n)).values == Array(repeating: 0, count: n))
  }

  @Test func indefiniteAndGraded() throws {
    let mirror = try Matrix(rowsOf: [[0, 1], [1, 0]])
    expectEqual(.diagonal(try SymmetricEigen(mirror).values), .diagonal([-1, 1]))
    #expect(try SymmetricEigen(.diagonal([1e150, 1e-150, -1])).values == [-1, 1e-150, 1e150])
  }

  @Test func wrongMatricesAreSaid() throws {
    #expect(throws: LinearAlgebraError.notSquare(rows: 2, columns: 3)) {
      try SymmetricEigen(Matrix(rows: 2, columns: 3))
    }
    #expect(throws: LinearAlgebraError.notFinite(row: 0, column: 1, value: .infinity)) {
      try SymmetricEigen(Matrix(rows: 2, columns: 2, elements: [1, 0, .infinity, 1]))
    }
    #expect(throws: LinearAlgebraError.notSymmetric(row: 1, column: 0, value: 2, mirrored: 3)) {
      try SymmetricEigen(Matrix(rows: 2, columns: 2, elements: [1, 2, 3, 1]))
    }
  }
}
