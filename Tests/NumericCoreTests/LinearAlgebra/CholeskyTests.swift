import Foundation
import NumericCore
import Testing

@Suite struct CholeskyTests {
  private func random(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix {
    var stream = RandomStream(RandomKey(seed: seed))
    var result = Matrix(rows: rows, columns: columns)
    for j in 0..<columns { for i in 0..<rows { result[i, j] = stream.normal() } }
    return result
  }

  /// Products against sums by hand.
  @Test(arguments: [(0, 0, 0), (1, 1, 1), (3, 4, 2), (17, 5, 9)]) func products(m: Int, k: Int, n: Int) {
    let (a, b) = (random(m, k, seed: 1), random(k, n, seed: 2))
    let c = a * b
    for i in 0..<m {
      for j in 0..<n {
        let expected = (0..<k).reduce(0) { $0 + a[i, $1] * b[$1, j] }
        #expect(abs(c[i, j] - expected) < 1e-13 * Double(k + 1))
      }
    }
  }

  @Test(arguments: [0, 1, 2, 5, 40]) func factorsSolvesAndDeterminants(n: Int) throws {
    let a = random(n, n, seed: UInt64(n))
    var spd = a * a.transposed
    for i in 0..<n { spd[i, i] += Double(n) }
    let factor = try Cholesky(spd)
    let product = factor.lower * factor.lower.transposed
    for i in 0..<(n * n) { #expect(abs(product.elements[i] - spd.elements[i]) < 1e-12 * Double(n + 1)) }
    let b = (0..<n).map { Double($0) - 1.5 }
    let x = factor.solve(b)
    for i in 0..<n {
      let row = (0..<n).reduce(0) { $0 + spd[i, $1] * x[$1] }
      #expect(abs(row - b[i]) < 1e-11)
    }
    let z = factor.halfSolve(b)
    #expect(abs(z.reduce(0) { $0 + $1 * $1 } - zip(b, x).reduce(0) { $0 + $1.0 * $1.1 }) < 1e-11)
    if n == 2 { #expect(abs(factor.logDeterminant - log(spd[0, 0] * spd[1, 1] - spd[0, 1] * spd[1, 0])) < 1e-13) }
  }

  @Test func wrongMatricesAreSaid() throws {
    #expect(throws: LinearAlgebraError.notPositiveDefinite(pivot: 1)) {
      try Cholesky(Matrix(rows: 2, columns: 2, elements: [1, 2, 2, 1]))
    }
    #expect(throws: LinearAlgebraError.notSquare(rows: 2, columns: 3)) { try Cholesky(Matrix(rows: 2, columns: 3)) }
    #expect(throws: LinearAlgebraError.self) { try Cholesky(Matrix(rows: 2, columns: 2, elements: [1, 0.5, 0.2, 1])) }
    #expect(throws: LinearAlgebraError.self) { try Cholesky(Matrix(rows: 1, columns: 1, elements: [.nan])) }
    #expect(throws: LinearAlgebraError.self) { try Matrix(rowsOf: [[1, 2], [3]]) }
    #expect(throws: LinearAlgebraError.self) { try Matrix(rows: 2, columns: 2, elements: [1]) }
    #expect(BLAS.threads == 1)
  }
}
