import NumericCore
import Testing

@Suite struct SVDTests {
  // Made by Tests/Oracles/linear_algebra.py.
  private static let hilbert: [(Int, [Double])] = [
    (3, [1.40831892712365396, 0.122327065853905847, 0.00268734035577352923]),
    (6, [1.6188998589243391, 0.242360870575209552, 0.0163215213198758221, 0.000615748354182657698,
      0.0000125707571226251949, 1.08279948456554977e-7]),
    (10, [1.75191967026517752, 0.342929548483509096, 0.0357418162716392359, 0.00253089076867003814,
      0.00012874961427637708, 4.72968929318234751e-6, 1.22896773875117505e-7, 2.14743881735047861e-9,
      2.26674674776292553e-11, 1.09315381937966576e-13]),
  ]

  @Test(arguments: [(0, 0), (1, 1), (5, 5), (9, 4), (4, 9), (130, 70), (70, 130), (3, 0), (0, 3)], [1e-150, 1, 1e150])
  func reconstructs(_ shape: (Int, Int), scale: Double) throws {
    let (m, n) = shape
    let a = randomMatrix(m, n, seed: 90 + UInt64(m)).scaled(by: scale)
    let svd = try SVD(a)
    #expect(svd.values.count == min(m, n) && svd.values.allSatisfy { $0 > 0 })
    #expect(svd.values == svd.values.sorted(by: >) && svd.rank() == min(m, n))
    expectOrthonormalColumns(svd.left)
    expectOrthonormalColumns(svd.rightTransposed.transposed)
    expectEqual(svd.left * .diagonal(svd.values) * svd.rightTransposed, a, "U diag V'")
    expectEqual(.diagonal(try SVD.values(of: a)), .diagonal(svd.values), "values alone")
  }

  @Test func hilbertMatrices() throws {
    for (n, expected) in Self.hilbert {
      var a = Matrix(rows: n, columns: n)
      for j in 0..<n { for i in 0..<n { a[i, j] = 1 / Double(i + j + 1) } }
      // Rounding of the elements moves each value by up to an ulp of the norm.
      expectEqual(.diagonal(try SVD(a).values), .diagonal(expected), tolerance: 1e-15)
    }
  }

  @Test func ranksAndConditionNumbers() throws {
    let a = randomMatrix(20, 3, seed: 7).timesTranspose(randomMatrix(11, 3, seed: 8))
    let svd = try SVD(a)
    #expect(svd.rank() == 3 && svd.rank(tolerance: 1) == 0 && svd.conditionNumber > 1e14)
    let zero = try SVD(Matrix(rows: 3, columns: 2))
    #expect(zero.rank() == 0 && zero.conditionNumber == .infinity)
    #expect(try SVD(.diagonal([4, -8, 2])).values == [8, 4, 2])
    #expect(try SVD(.diagonal([4, -8, 2])).conditionNumber == 4)
    #expect(try SVD(Matrix(rows: 0, columns: 0)).conditionNumber == 1)
    #expect(try SVD(.diagonal([1e-150, 1e150])).conditionNumber == 1e150 / 1e-150)
  }

  @Test func elementsThatAreNotFiniteAreSaid() throws {
    #expect(throws: LinearAlgebraError.notFinite(row: 1, column: 1, value: -.infinity)) {
      try SVD(.diagonal([1, -.infinity]))
    }
    #expect { try SVD(.diagonal([.nan])) } throws: { "\($0)" == "element [0, 0] = nan, expected a finite number" }
  }
}
