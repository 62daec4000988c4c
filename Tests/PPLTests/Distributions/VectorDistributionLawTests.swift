import Foundation
import Inference
import NumericCore
import PPL
import Testing

@Suite struct VectorDistributionLawTests {
  @Test(arguments: vectorDistributionRows)
  func agreesWithReferenceValues(row: VectorDistributionRow) throws {
    let points = vectorDensityPoints.filter { $0.distribution == row.name }
    #expect(!points.isEmpty)
    for point in points {
      let value = try logDensity(row(point.parameters, count: point.x.count), point.x)
      let error = abs(value - point.logDensity) / max(1, abs(point.logDensity))
      #expect(
        error < 1e-10, "\(row.name)\(point.parameters) at \(point.x): \(value), expected \(point.logDensity)")
    }
  }

  /// By summation over categories, or by the trapezoidal rule in double-exponential coordinates.
  @Test(arguments: vectorDistributionRows)
  func hasMassOne(row: VectorDistributionRow) throws {
    for setting in row.settings where setting.count <= 3 {
      let distribution = row(setting.parameters, count: setting.count)
      var mass = 0.0
      if distribution.support.isDiscrete {
        for k in setting.parameters.indices { mass += exp(try logDensity(distribution, [Double(k)])) }
      } else {
        let density = try CompiledModel(freeModel(row, setting)).density
        var workspace = density.makeWorkspace()
        let chart = Chart(distribution.support, count: setting.count)
        guard chart.dimension <= 2 else { continue }
        chart.forEachPoint { x, weight in
          let value = density.logDensity(at: (setting.parameters + x).span, workspace: &workspace)
          if value > -.infinity { mass += weight * exp(value) }
        }
      }
      #expect(abs(mass - 1) < 1e-8, "\(row.name)\(setting.parameters): mass \(mass)")
    }
  }

  /// Partial derivatives in the value and in all parameters, against extrapolated central differences.
  @Test(arguments: vectorDistributionRows)
  func hasTheDerivativesOfItsDensity(row: VectorDistributionRow) throws {
    for setting in row.settings {
      let distribution = row(setting.parameters, count: setting.count)
      for seed in 0..<5 {
        let x = try draw(distribution, key: RandomKey(seed: 5).child(UInt64(seed)))
        let isFree = !distribution.support.isDiscrete
        let model = isFree ? freeModel(row, setting) : freeModel(row, setting, at: x)
        try expectGradient(
          of: CompiledModel(model).density, at: setting.parameters + (isFree ? x : []),
          "\(row.name)\(setting.parameters) at \(x)")
      }
    }
  }

  /// Means and covariances of 20,000 draws within 4.5 standard errors; seed 31.
  @Test(arguments: vectorDistributionRows)
  func drawsHaveTheMomentsOfTheLaw(row: VectorDistributionRow) throws {
    for setting in row.settings {
      guard let (mean, covariance) = setting.moments else { continue }
      let columns = try draws(row(setting.parameters, count: setting.count), count: 20_000, seed: 31)
      let centred = columns.indices.map { i in columns[i].map { $0 - mean[i] } }
      for i in mean.indices {
        #expect(abs(score(centred[i], expected: 0)) < 4.5, "\(row.name)\(setting.parameters): mean \(i)")
        for j in 0...i {
          let products = zip(centred[i], centred[j]).map { $0 * $1 }
          let score = score(products, expected: covariance[i, j])
          #expect(abs(score) < 4.5, "\(row.name)\(setting.parameters): covariance \(i), \(j)")
        }
      }
    }
  }

  /// 20,000 draws of each element in 25 cells of equal probability, or in their categories: chi-squared, p > 1e-5
  /// for each of about 25 tests; seed 32.
  @Test(arguments: vectorDistributionRows)
  func drawsFollowTheMarginalLaws(row: VectorDistributionRow) throws {
    for setting in row.settings {
      let distribution = row(setting.parameters, count: setting.count)
      let columns = try draws(distribution, count: 20_000, seed: 32)
      for (i, column) in columns.enumerated() {
        let (cells, probabilities): ([Int], [Double])
        if distribution.support.isDiscrete {
          (cells, probabilities) = (column.map { Int($0) }, setting.parameters)
        } else if let cdf = setting.cdf {
          cells = column.map { min(Int(25 * cdf(i, $0)), 24) }
          probabilities = Array(repeating: 0.04, count: 25)
        } else {
          continue
        }
        var counts = probabilities.map { _ in 0 }
        for cell in cells { counts[cell] += 1 }
        let p = try StatisticalTest.chiSquared(counts: counts, probabilities: probabilities).pValue
        #expect(p > 1e-5, "\(row.name)\(setting.parameters), element \(i): p = \(p)")
      }
    }
  }

  @Test func isZeroOutsideOfTheSupport() throws {
    #expect(try Dirichlet([1.0, 2]).logDensity([0.5, 0.4]) == -.infinity)
    #expect(try Dirichlet([1.0, 2]).logDensity([-0.5, 1.5]) == -.infinity)
    #expect(try Dirichlet([1.0, 2]).logDensity([.nan, 1.5]).isNaN)
    #expect(try Dirichlet([2.0, 2]).logDensity([0, 1]) == -.infinity)
    #expect(try Ordered(Normal(0, 1), count: 2).logDensity([1, 0]) == -.infinity)
    #expect(try Ordered(Normal(0, 1), count: 2).logDensity([1, 1]) == -.infinity)
    #expect(try Categorical([0.5, 0.5]).logDensity(2) == -.infinity)
    #expect(try Categorical([0.5, 0.5]).logDensity(-1) == -.infinity)
    #expect(try Categorical([0.0, 1]).logDensity(0) == -.infinity)
  }

  @Test func parametersAreChecked() {
    #expect(throws: ModelError.self) { try Dirichlet([1, 0.0]).logDensity([0.5, 0.5]) }
    #expect(throws: ModelError.self) { try Dirichlet([1, Double.infinity]).logDensity([0.5, 0.5]) }
    #expect(throws: ModelError.self) { try Dirichlet([1.0, 1]).logDensity([1]) }
    #expect(throws: ModelError.self) { try Categorical([0.5, -0.5, 1]).logDensity(0) }
    for (mean, size) in [([0.0, .nan], 2), ([0.0, 0], 3)] {
      #expect(throws: ModelError.self) {
        try MultivariateNormal(mean, cholesky: Matrix.identity(size)).logDensity([0, 0])
      }
    }
    #expect(throws: ModelError.self) { try Ordered(Exponential(rate: 1), count: 2).logDensity([1, 2]) }
  }

  /// Lebesgue measure: 0 on its set, nothing beyond, and nothing to draw.
  @Test(arguments: [0.0, 2, -1e300, 1e300]) func flat(x: Double) throws {
    #expect(try Flat().logDensity(x) == 0)
    #expect(try Flat(lower: 0).logDensity(x) == (x >= 0 ? 0 : -.infinity))
    #expect(try Flat(upper: 1).logDensity(x) == (x <= 1 ? 0 : -.infinity))
    for distribution in [Flat(), Flat(lower: 0), Flat(upper: 1)] {
      #expect(distribution.isImproper)
      #expect(throws: ModelError.self) { try distribution.draw(key: RandomKey(seed: 1)) }
    }
  }

  // MARK: Parts

  private func logDensity<D: Distribution>(_ distribution: D, _ x: [Double]) throws -> Double {
    try distribution.logDensity(D.Value(elements: x, shape: .vector(x.count)))
  }

  private func draw<D: Distribution>(_ distribution: D, key: RandomKey) throws -> [Double] {
    try distribution.draw(key: key).elements
  }

  private func draws<D: Distribution>(_ distribution: D, count: Int, seed: UInt64) throws -> [[Double]] {
    try Model { Return(Latent("x", distribution)) }.prior(draws: count, seed: seed).columns
  }

  /// The log density of all parameters and of the value, on the real line: parameters first. With a category, of
  /// the parameters alone.
  private func freeModel(
    _ row: VectorDistributionRow, _ setting: VectorDistributionRow.Setting, at x: [Double]? = nil
  ) -> Model<Random<[Double]>> {
    @Sendable func density<D: Distribution>(_ distribution: D, _ x: AnyRandom) -> Random<Double> {
      distribution.logDensity(at: Random<D.Value>(expression: x))
    }
    let parameters = setting.parameters.count
    return Model {
      let q = Latent("q", Flat(), count: parameters + (x == nil ? setting.count : 0))
      let value = x.map { AnyRandom($0[0]) } ?? q[parameters..<q.count].expression
      Factor(density(row.make(q[0..<parameters], setting.count), value))
      Return(q)
    }
  }
}
