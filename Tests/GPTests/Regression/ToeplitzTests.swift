import Foundation
import GP
import NumericCore
import Testing

@Suite struct ToeplitzTests {
  private func dense(_ column: [Double]) -> Matrix {
    var t = Matrix(rows: column.count, columns: column.count)
    for i in column.indices { for j in column.indices { t[i, j] = column[abs(i - j)] } }
    return t
  }

  @Test(arguments: [1, 2, 3, 17, 64]) func structureAgreesWithTheDenseMatrix(n: Int) throws {
    let column = (0..<n).map { (lag: Int) -> Double in
      exp(-0.1 * Double(lag)) * cos(0.3 * Double(lag)) + (lag == 0 ? 0.2 : 0)
    }
    let toeplitz = try Toeplitz(column)
    let factor = try Cholesky(dense(column))
    let x = RandomKey(seed: 1).normals(n)
    #expect(abs(toeplitz.logDeterminant - factor.logDeterminant) < 1e-11)
    #expect(zip(toeplitz.multiply(x), dense(column) * x).allSatisfy { abs($0 - $1) < 1e-12 })
    #expect(zip(toeplitz.solve(x), factor.solve(x)).allSatisfy { abs($0 - $1) < 1e-11 })
    let inverse = factor.inverse
    #expect(zip(toeplitz.inverseDiagonal, inverse.diagonal).allSatisfy { abs($0 - $1) < 1e-11 })
    for (lag, sum) in toeplitz.inverseDiagonalSums.enumerated() {
      let expected = (0..<(n - lag)).reduce(0.0) { $0 + inverse[$1, $1 + lag] }
      #expect(abs(sum - expected) < 1e-10)
    }
  }

  @Test func indefiniteAndInfiniteMatricesAreRefused() {
    #expect(throws: LinearAlgebraError.notPositiveDefinite(pivot: 1)) { try Toeplitz([1, 2]) }
    #expect(throws: LinearAlgebraError.notPositiveDefinite(pivot: 0)) { try Toeplitz([0]) }
    #expect(throws: LinearAlgebraError.notFinite(row: 1, column: 0, value: .infinity)) {
      try Toeplitz([1, .infinity])
    }
  }
}
