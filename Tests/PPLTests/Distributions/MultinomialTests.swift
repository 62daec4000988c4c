import NumericCore
import PPL
import Testing

@Suite struct MultinomialTests {
  @Test func agreesWithReferenceValues() throws {
    for point in vectorDensityPoints where point.distribution == "Multinomial" {
      let value = try Multinomial(trials: Int(point.parameters[0]), Array(point.parameters.dropFirst()))
        .logDensity(point.x.map { Int($0) })
      #expect(abs(value - point.logDensity) < 1e-10 * max(1, abs(point.logDensity)), "\(point): \(value)")
    }
  }

  @Test func outsideOfTheSupport() throws {
    #expect(try Multinomial(trials: 5, [0.5, 0.5]).logDensity([2, 2]) == -.infinity)
    #expect(try Multinomial(trials: 5, [0.5, 0.5]).logDensity([-1, 6]) == -.infinity)
    #expect(throws: ModelError.self) { try Multinomial(trials: 5, [0.5, 0.6]).logDensity([2, 3]) }
    #expect(throws: ModelError.self) { try Multinomial(trials: 5, [0.5, 0.5]).logDensity([5]) }
  }

  @Test func gradient() throws {
    let model = Model {
      let p = Latent("p", Dirichlet([1.0, 2, 1]))
      Observe([4, 0, 3], from: Multinomial(trials: 7, p), as: "counts")
      Return(p)
    }
    try expectGradient(of: CompiledModel(model).density, at: [0.3, -0.6], "multinomial")
  }

  /// Means and covariances of 20,000 draws within 4.5 standard errors of n (diag(p) - p p^T); seed 51.
  @Test func momentsOfDraws() throws {
    let (n, p) = (12.0, [0.2, 0.5, 0.3])
    let columns = try Model { Return(Latent("x", Multinomial(trials: 12, p))) }.prior(draws: 20_000, seed: 51).columns
    #expect((0..<20_000).allSatisfy { i in columns[0][i] + columns[1][i] + columns[2][i] == n })
    for i in 0..<3 {
      #expect(abs(score(columns[i].map { $0 - n * p[i] }, expected: 0)) < 4.5)
      for j in 0...i {
        let products = zip(columns[i], columns[j]).map { ($0 - n * p[i]) * ($1 - n * p[j]) }
        #expect(abs(score(products, expected: n * ((i == j ? p[i] : 0) - p[i] * p[j]))) < 4.5)
      }
    }
  }
}
