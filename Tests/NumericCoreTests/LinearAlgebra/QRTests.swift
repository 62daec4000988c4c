import NumericCore
import Testing

@Suite struct QRTests {
  @Test(arguments: [(0, 0), (1, 1), (5, 5), (9, 4), (4, 9), (130, 70), (3, 0), (0, 3)], [1e-150, 1, 1e150])
  func reconstructs(_ shape: (Int, Int), scale: Double) throws {
    let (m, n) = shape
    let a = randomMatrix(m, n, seed: 60 + UInt64(m)).scaled(by: scale)
    let qr = try QR(a)
    let (q, r) = (qr.q, qr.r)
    expectOrthonormalColumns(q)
    expectEqual(q * r, a, "Q R")
    for j in 0..<r.columns { for i in (j + 1)..<max(r.rows, j + 1) { #expect(r[i, j] == 0) } }
    // Q' A of the full Q is R with zeros below.
    let applied = try qr.transposeTimes(a)
    var expected = Matrix(rows: m, columns: n)
    for j in 0..<n { for i in 0..<r.rows { expected[i, j] = r[i, j] } }
    expectEqual(applied, expected, "Q' A")
  }

  /// Against the normal equations, and exact right-hand sides.
  @Test(arguments: [(1, 1), (6, 6), (50, 3), (200, 20)]) func leastSquares(m: Int, n: Int) throws {
    let (a, exact) = (randomMatrix(m, n, seed: 70), randomMatrix(n, 2, seed: 71))
    let qr = try QR(a)
    expectEqual(try qr.solve(a * exact), exact, tolerance: m == n ? 1e-12 : 1e-13)
    guard m > n else { return }
    let b = Array(randomMatrix(m, 1, seed: 72).elements)
    let normal = try Cholesky(a.transposeTimes(a)).solve(a.transposeTimes(b))
    expectEqual(try Matrix(columns: [qr.solve(b)]), try Matrix(columns: [normal]))
  }

  @Test func scalesOfColumnsDoNotMatter() throws {
    let a = try Matrix(columns: [[1e-150, 0, 2e-150], [3e150, 1e150, 0]])
    let x = try QR(a).solve(a * [2, 3])
    #expect(abs(x[1] - 3) < 1e-14)
  }

  @Test func dependentColumnsAreSaid() throws {
    var a = randomMatrix(30, 4, seed: 80)
    for i in 0..<30 { a[i, 2] = 0.1 * a[i, 0] - 3 * a[i, 1] }
    for scale in [1e-150, 1, 1e150] {
      let qr = try QR(a.scaled(by: scale))
      #expect(throws: LinearAlgebraError.rankDeficient(column: 2)) { try qr.solve(Array(repeating: 1, count: 30)) }
    }
    #expect(throws: LinearAlgebraError.rankDeficient(column: 2)) { try QR(randomMatrix(2, 3, seed: 1)).solve([1, 1]) }
    #expect(throws: LinearAlgebraError.rankDeficient(column: 0)) { try QR(Matrix(rows: 2, columns: 1)).solve([1, 1]) }
    #expect(throws: LinearAlgebraError.shapeMismatch(operation: "Q' B", left: [2, 2], right: [3, 1])) {
      try QR(.identity(2)).solve([1, 2, 3])
    }
    #expect(throws: LinearAlgebraError.notFinite(row: 0, column: 0, value: -.infinity)) {
      try QR(.identity(2)).solve([-.infinity, 1])
    }
    #expect(throws: LinearAlgebraError.notFinite(row: 1, column: 0, value: .infinity)) {
      try QR(Matrix(rows: 2, columns: 1, elements: [0, .infinity]))
    }
  }
}
