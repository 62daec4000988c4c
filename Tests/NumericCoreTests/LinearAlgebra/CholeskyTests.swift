import Foundation
import NumericCore
import Testing

@Suite struct CholeskyTests {
  @Test(arguments: [0, 1, 2, 5, 40]) func factorsSolvesAndDeterminants(n: Int) throws {
    let a = randomCovariance(n, seed: UInt64(n))
    let factor = try Cholesky(a)
    #expect(factor.jitter == 0)
    expectEqual(factor.lower.timesTranspose(factor.lower), a, "L L'")
    let b = randomMatrix(n, 3, seed: 2)
    expectEqual(a * factor.solve(b), b, tolerance: 1e-12, "A X = B")
    expectEqual(factor.lower * factor.halfSolve(b), b, "L X = B")
    let column = Array(b.column(2))
    expectEqual(try Matrix(columns: [a * factor.solve(column)]), try Matrix(columns: [column]), tolerance: 1e-12)
    let square = factor.halfSolve(column).reduce(0) { $0 + $1 * $1 }
    #expect(abs(square - zip(column, factor.solve(column)).reduce(0) { $0 + $1.0 * $1.1 }) < 1e-11 * (1 + square))
    expectEqual(a * factor.inverse, .identity(n), tolerance: 1e-12, "A A^-1")
    #expect(factor.inverse == factor.inverse.transposed)
    let spectrum = try SymmetricEigen(a).values
    #expect(abs(factor.logDeterminant - spectrum.reduce(0) { $0 + log($1) }) < 1e-12 * Double(n + 1))
  }

  /// |A| = n + 1 for second differences; scales far from 1.
  @Test func closedForms() throws {
    #expect(abs(try Cholesky(secondDifference(50)).logDeterminant - log(51)) < 1e-13)
    let scaled = try Cholesky(.diagonal([1e-150, 1e150]))
    #expect(scaled.solve([1, 1]).map { abs(log10($0)) }.allSatisfy { abs($0 - 150) < 1e-13 })
    #expect(abs(scaled.logDeterminant) < 1e-12)
  }

  /// A squared exponential kernel on close points is singular but for rounding.
  @Test func jitterEscalatesAndIsReported() throws {
    let n = 60
    var a = Matrix(rows: n, columns: n)
    for j in 0..<n { for i in 0..<n { a[i, j] = 7 * exp(-0.5 * pow(0.05 * Double(i - j), 2)) } }
    #expect(throws: LinearAlgebraError.self) { try Cholesky(a) }
    let factor = try Cholesky(jittering: a)
    let steps = log10(factor.jitter / 7e-14)
    #expect(steps >= 0 && steps < 3 && abs(steps - steps.rounded()) < 1e-9)
    a.addToDiagonal(factor.jitter)
    #expect(try Cholesky(a).lower == factor.lower)
  }

  /// The determinant of [1, 1; 1, 1 - 1e-10] with jitter j is 2 j - 1e-10 to first order: 1e-11 is too little.
  @Test func jitterIsTheFirstThatWillDo() throws {
    for scale in [1e-100, 1, 1e100] {
      let a = try Matrix(rowsOf: [[1, 1], [1, 1 - 1e-10]]).scaled(by: scale)
      let factor = try Cholesky(jittering: a)
      #expect(abs(factor.jitter / (1e-10 * scale) - 1) < 1e-12)
      #expect(throws: LinearAlgebraError.notPositiveDefinite(pivot: 1)) { try Cholesky(jittering: a, upTo: 1e-11) }
    }
    #expect(try Cholesky(jittering: secondDifference(9)).jitter == 0)
    #expect(try Cholesky(jittering: Matrix(rows: 0, columns: 0)).count == 0)
    #expect(throws: LinearAlgebraError.notPositiveDefinite(pivot: 0)) {
      try Cholesky(jittering: Matrix(rows: 2, columns: 2))
    }
    #expect(throws: LinearAlgebraError.notPositiveDefinite(pivot: 1)) { try Cholesky(jittering: .diagonal([1, -1])) }
  }

  @Test func wrongMatricesAreSaid() throws {
    #expect(throws: LinearAlgebraError.notPositiveDefinite(pivot: 1)) {
      try Cholesky(Matrix(rows: 2, columns: 2, elements: [1, 2, 2, 1]))
    }
    #expect(throws: LinearAlgebraError.notSquare(rows: 2, columns: 3)) { try Cholesky(Matrix(rows: 2, columns: 3)) }
    #expect(throws: LinearAlgebraError.notSymmetric(row: 1, column: 0, value: 0.5, mirrored: 0.2)) {
      try Cholesky(Matrix(rows: 2, columns: 2, elements: [1, 0.5, 0.2, 1]))
    }
    #expect(throws: LinearAlgebraError.notFinite(row: 0, column: 1, value: .infinity)) {
      try Cholesky(Matrix(rows: 2, columns: 2, elements: [1, 0, .infinity, 1]))
    }
  }

  /// A mistyped covariance among small variances is seen; rounding about 0 is not a mistake.
  @Test func symmetryIsRelativeToTheVariances() throws {
    #expect(throws: LinearAlgebraError.notSymmetric(row: 2, column: 1, value: 1e-13, mirrored: 2e-13)) {
      try Cholesky(Matrix(rowsOf: [[1e12, 0, 0], [0, 1e-12, 2e-13], [0, 1e-13, 1e-12]]))
    }
    #expect(try Cholesky(Matrix(rowsOf: [[1, 1e-17], [-3e-17, 1]])).count == 2)
  }
}
