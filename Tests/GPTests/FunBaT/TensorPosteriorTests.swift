import Foundation
import GP
import Inference
import NumericCore
import PPL
import Testing

/// The posterior of a small tensor against that of the same model in the language, by NUTS.
@Suite struct TensorPosteriorTests {
  /// 4 x 3 cells, each seen three times: additive effects and one product, with the length scales and
  /// variances that the fit has learned. The structured approximation takes modes as independent: its means
  /// are those of NUTS to a third of a standard deviation and Monte Carlo error. A sum of two effects, of
  /// which only the sum is known, is sqrt(2) as wide without their correlation, and a single effect is
  /// narrower: standard deviations lie within that factor.
  @Test func agreesWithNUTS() async throws {
    let cells = (0..<36).map { ($0 % 4, $0 / 4 % 3) }
    let errors = RandomKey(seed: 5).normals(36)
    let values = cells.indices.map { i in
      let (x, y) = (Double(cells[i].0), Double(cells[i].1))
      return 0.8 * (y - 1) + (1 + sin(x)) * (0.6 - 0.5 * y) + 0.3 * errors[i]
    }
    let fit = TensorFactorisation(
      TensorEntries(
        [ModeIndex(cells.map { Double($0.0) }), ModeIndex(cells.map { Double($0.1) })], values: values),
      rank: 1, smoothness: .half, key: RandomKey(seed: 1))
    fit.run(maximumSweeps: 2_000, tolerance: 1e-12)
    // By mode, then component: f = L z.
    let factors = try fit.chains.map { chain in
      try (0..<2).map { a in
        let points = chain.points
        var covariance = Matrix(rows: points.count, columns: points.count)
        for i in points.indices {
          for j in points.indices {
            covariance[i, j] = chain.variances[a] * exp(-abs(points[i] - points[j]) / chain.lengthScales[a])
          }
        }
        return try Cholesky(covariance).lower
      }
    }
    let model = Model {
      let tau = Latent("tau", Gamma(shape: 1e-3, rate: 1e-3))
      let sigma = exp(-0.5 * log(tau))
      let functions = (0..<2).map { mode in
        (0..<2).map { a -> [Random<Double>] in
          let (factor, count) = (factors[mode][a], factors[mode][a].rows)
          let z = Latent("z[\(mode), \(a)]", Normal(0, 1), count: count)
          return (0..<count).map { row in dot(z, (0..<count).map { factor[row, $0] }) }
        }
      }
      let signal = (0..<12).map { cell -> Random<Double> in
        let (x, y) = (cell % 4, cell / 4)
        return functions[0][0][x] + functions[1][0][y] + functions[0][1][x] * functions[1][1][y]
      }
      for (i, y) in values.enumerated() {
        Observe(y, from: Normal(signal[i % 12], sigma), as: "y[\(i)]")
      }
      Return(signal)
    }
    let posterior = try await NoUTurnSampler(chains: 2, warmup: 500, draws: 1_500).run(model, seed: 3)
    for cell in 0..<12 {
      let draws = try posterior.values { $0[cell] }
      let mean = draws.reduce(0, +) / Double(draws.count)
      let variance = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(draws.count)
      let (own, ownVariance) = fit.signal(of: cell)
      // An effective sample of at least a tenth of the draws.
      let error = 4 * (variance / (0.1 * Double(draws.count))).squareRoot()
      let (deviation, ratio) = (variance.squareRoot(), (ownVariance / variance).squareRoot())
      #expect(abs(own - mean) < deviation / 3 + error, "\(cell): \(own) \(mean) \(deviation)")
      #expect(ratio > 0.7 && ratio < 1.42, "\(cell): \(ratio)")
    }
  }
}
