import NumericCore
import Testing

@Suite struct GeneralizedSymmetricEigenTests {
  @Test(arguments: [0, 1, 2, 5, 30, 90]) func solves(n: Int) throws {
    let a = secondDifference(n)
    let b = randomCovariance(n, degrees: 4 * n + 1, seed: 40 + UInt64(n))
    let eigen = try GeneralizedSymmetricEigen(a, b)
    let x = eigen.vectors
    expectEqual(a * x, b * x * .diagonal(eigen.values), scale: 10, "A X = B X diag")
    expectEqual(x.transposeTimes(b * x), .identity(n), tolerance: 1e-12, "X' B X")
    #expect(eigen.values == eigen.values.sorted())
  }

  /// Against B = 1, and against A = 3 B, whose values are all 3.
  @Test func knownSpectra() throws {
    let plain = try GeneralizedSymmetricEigen(secondDifference(20), .identity(20))
    expectEqual(.diagonal(plain.values), .diagonal(secondDifferenceSpectrum(20)))
    let b = randomCovariance(8, degrees: 40, seed: 3)
    let threes = try GeneralizedSymmetricEigen(b.scaled(by: 3), b)
    expectEqual(.diagonal(threes.values), .diagonal(Array(repeating: 3, count: 8)), tolerance: 1e-12)
    let scaled = try GeneralizedSymmetricEigen(.diagonal([1e150, 1e140]), .diagonal([1e-100, 1e-150]))
    #expect(abs(scaled.values[0] / 1e250 - 1) < 1e-14 && abs(scaled.values[1] / 1e290 - 1) < 1e-14)
  }

  @Test func wrongMatricesAreSaid() throws {
    let one = Matrix.identity(3)
    #expect(throws: LinearAlgebraError.notPositiveDefinite(pivot: 1)) {
      try GeneralizedSymmetricEigen(one, .diagonal([1, -1, 1]))
    }
    #expect(throws: LinearAlgebraError.shapeMismatch(operation: "A x = lambda B x", left: [3, 3], right: [2, 2])) {
      try GeneralizedSymmetricEigen(one, .identity(2))
    }
    #expect(throws: LinearAlgebraError.notSymmetric(row: 1, column: 0, value: 2, mirrored: 0)) {
      try GeneralizedSymmetricEigen(.identity(2), Matrix(rows: 2, columns: 2, elements: [5, 2, 0, 5]))
    }
    #expect(throws: LinearAlgebraError.notFinite(row: 0, column: 0, value: -.infinity)) {
      try GeneralizedSymmetricEigen(.diagonal([-.infinity]), .identity(1))
    }
  }
}
