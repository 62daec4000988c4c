import Foundation
import Inference
import NumericCore
import PPL
import Testing

@Suite struct LKJCholeskyTests {
  @Test func agreesWithReferenceValues() throws {
    for point in vectorDensityPoints where point.distribution == "LKJCholesky" {
      let value = try logDensity(point.x, shape: point.parameters[0])
      #expect(abs(value - point.logDensity) < 1e-10 * max(1, abs(point.logDensity)), "\(point): \(value)")
    }
  }

  /// Each correlation of a draw follows Beta(a, a) on (-1, 1), a = shape - 1 + n / 2: chi-squared of 20,000 draws in 25
  /// cells, p > 1e-5 for each of 10 tests; seed 41.
  @Test(arguments: [(2, 0.6), (4, 1.0), (3, 2.5)]) func correlationsOfDraws(count: Int, shape: Double) throws {
    let model = Model {
      let factor = Latent("factor", LKJCholesky(count: count, shape: shape))
      Return(factor * factor.transposed)
    }
    let columns = Array(try model.prior(draws: 20_000, seed: 41).columns.suffix(count * count))
    for j in 0..<count {
      let deviation = columns[j + j * count].reduce(0) { max($0, abs($1 - 1)) }
      #expect(deviation < 1e-12)
      for i in (j + 1)..<max(count, j + 1) {
        var cells = Array(repeating: 0, count: 25)
        for r in columns[i + j * count] { cells[min(Int(25 * marginal(r, count, shape)), 24)] += 1 }
        let p = try StatisticalTest.chiSquared(counts: cells, probabilities: Array(repeating: 0.04, count: 25)).pValue
        #expect(p > 1e-5, "\(count), \(shape), [\(i), \(j)]: p = \(p)")
      }
    }
  }

  /// NUTS leaves the law: mean and second moment of all correlations within 4.5 Monte Carlo standard errors; seed 42.
  @Test func chainsFollowTheLaw() async throws {
    let model = Model {
      let factor = Latent("factor", LKJCholesky(count: 3, shape: 1.5))
      let correlations = factor * factor.transposed
      let r = Random<[Double]>([correlations[1, 0], correlations[2, 0], correlations[2, 1]])
      Return((r: r, squares: square(r)))
    }
    let posterior = try await NoUTurnSampler(chains: 4).run(model, seed: 42)
    // Variance of Beta(2, 2) on (-1, 1).
    for (row, expected) in zip(posterior.summary().rows.suffix(6), [0, 0, 0, 0.2, 0.2, 0.2]) {
      #expect(abs(row.mean - expected) < 4.5 * row.meanMCSE, "\(row.name): \(row.mean), expected \(expected)")
    }
  }

  @Test func outsideOfTheSupport() throws {
    #expect(try logDensity([1, 0.6, 0, 0.7], shape: 1) == -.infinity)
    #expect(try logDensity([1, 0.6, 0, -0.8], shape: 1) == -.infinity)
    #expect(try logDensity([1, 0.6, 0.1, 0.8], shape: 1) == -.infinity)
    #expect(throws: ModelError.self) { try logDensity([1, 0.6, 0, 0.8], shape: 0) }
    #expect(throws: ModelError.self) { try LKJCholesky(count: 0, shape: 1).draw(key: RandomKey(seed: 1)) }
    #expect(throws: ModelError.self) { try LKJCholesky(count: 3, shape: 1).logDensity(Matrix.identity(2)) }
  }

  @Test func oneRow() throws {
    #expect(try LKJCholesky(count: 1, shape: 2).draw(key: RandomKey(seed: 1)) == Matrix.identity(1))
  }

  // MARK: Parts

  private func logDensity(_ columns: [Double], shape: Double) throws -> Double {
    let n = Int(Double(columns.count).squareRoot())
    return try LKJCholesky(count: n, shape: shape).logDensity(Matrix(elements: columns, shape: .matrix(n, n)))
  }

  /// The distribution function of a correlation.
  private func marginal(_ r: Double, _ count: Int, _ shape: Double) -> Double {
    let a = shape - 1 + 0.5 * Double(count)
    return regularizedBeta(a, a, 0.5 * (1 + r))
  }
}
