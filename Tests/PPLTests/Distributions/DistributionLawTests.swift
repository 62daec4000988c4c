import Foundation
import NumericCore
import PPL
import Testing

@Suite struct DistributionLawTests {
  @Test(arguments: distributionRows)
  func agreesWithReferenceValues(row: DistributionRow) throws {
    let points = densityPoints.filter { $0.distribution == row.name }
    #expect(!points.isEmpty)
    for point in points {
      let value = try logDensity(row(point.parameters), point.x)
      let error = abs(value - point.logDensity) / max(1, abs(point.logDensity))
      #expect(error < 1e-10, "\(row.name)\(point.parameters) at \(point.x): \(value), expected \(point.logDensity)")
    }
  }

  @Test(arguments: distributionRows)
  func hasMassOne(row: DistributionRow) throws {
    for setting in row.settings {
      let cells = try Cells(row(setting))
      #expect(abs(cells.total - 1) < 1e-8, "\(row.name)\(setting): mass \(cells.total)")
    }
  }

  @Test(arguments: distributionRows)
  func isZeroOutsideOfItsSupport(row: DistributionRow) throws {
    for setting in row.settings {
      let distribution = row(setting)
      switch distribution.support {
      case .real: break
      case .integers where row.name.hasPrefix("Bernoulli"): break  // a Bool is always inside
      case .integers: #expect(try logDensity(distribution, -1) == -.infinity)
      case .interval:
        #expect(try logDensity(distribution, setting[0] - 1e9) == -.infinity)
        #expect(try logDensity(distribution, setting[0] + 1e9) == -.infinity)
      case .lessThan: #expect(try logDensity(distribution, 1e9) == -.infinity)
      default: #expect(try logDensity(distribution, -1e-3) == -.infinity)
      }
      if !distribution.support.isDiscrete { #expect(try logDensity(distribution, .nan).isNaN) }
    }
  }

  /// Partial derivatives in the value and in all parameters, against central differences of fourth order.
  @Test(arguments: distributionRows)
  func hasTheDerivativesOfItsDensity(row: DistributionRow) throws {
    for setting in row.settings {
      let isContinuous = !row(setting).support.isDiscrete
      for x in try points(of: row(setting)) {
        let varies = row.differentiable + [isContinuous]
        let arguments = setting + [x]
        let free = varies.indices.filter { varies[$0] }
        let model = Model {
          let q = Latent("q", Flat(), count: free.count)
          let values = arguments.indices.map { i in
            free.firstIndex(of: i).map { q[$0].expression } ?? AnyRandom(arguments[i])
          }
          Factor(density(row.make(Array(values.dropLast())), at: values[values.count - 1]))
          Return(q)
        }
        let compiled = try CompiledModel(model)
        try expectGradient(
          of: compiled.density, at: free.map { arguments[$0] }, "\(row.name)\(setting) at \(x)")
      }
    }
  }

  /// 20,000 draws in cells of equal probability: chi-squared, p > 1e-5 for each of about 40 tests; seed 11.
  @Test(arguments: distributionRows)
  func drawsFollowTheDensity(row: DistributionRow) throws {
    for (number, setting) in row.settings.enumerated() {
      let n = 20_000
      let draws = try self.draws(row(setting), count: n, seed: 11 + UInt64(number))
      let cells = try Cells(row(setting)).merged(into: 40)
      var counts = Array(repeating: 0.0, count: cells.probabilities.count)
      for x in draws { counts[cells.index(of: x)] += 1 }
      var statistic = 0.0
      for (count, probability) in zip(counts, cells.probabilities) {
        let expected = Double(n) * probability
        statistic += (count - expected) * (count - expected) / expected
      }
      let p = regularizedGammaQ(0.5 * Double(counts.count - 1), 0.5 * statistic)
      #expect(p > 1e-5, "\(row.name)\(setting): chi-squared \(statistic) in \(counts.count) cells, p = \(p)")
    }
  }

  @Test func parametersAreChecked() {
    #expect(throws: ModelError.self) { try logDensity(Normal(0, -0.3), 1) }
    #expect(throws: ModelError.self) { try logDensity(Gamma(shape: 0, rate: 1), 1) }
    #expect(throws: ModelError.self) { try logDensity(Bernoulli(1.2), 1) }
    #expect(throws: ModelError.self) { try logDensity(Normal(Double.nan, 1), 1) }
    #expect(throws: ModelError.self) { try logDensity(Categorical([0.5, 0.2]), 1) }
    #expect(throws: ModelError.self) { try Flat().draw(key: RandomKey(seed: 1)) }
  }

  // MARK: Parts

  private func logDensity<D: UnivariateDistribution>(_ distribution: D, _ x: Double) throws -> Double {
    // A value that no Value holds (0.5 of an Int, NaN of a Bool) is no question for it.
    try distribution.logDensity(D.Value(element: x))
  }

  private func density<D: UnivariateDistribution>(_ distribution: D, at x: AnyRandom) -> Random<Double> {
    distribution.logDensity(at: Random<D.Value>(expression: x))
  }

  private func draws<D: UnivariateDistribution>(_ distribution: D, count: Int, seed: UInt64) throws -> [Double] {
    let model = Model { Return(Latent("x", distribution, count: count)) }
    return try model.prior(draws: 1, seed: seed).columns.map { $0[0] }
  }

  /// A few values inside of the support.
  private func points<D: UnivariateDistribution>(of distribution: D) throws -> [Double] {
    try (0..<5).map { try distribution.draw(key: RandomKey(seed: 3).child(UInt64($0))).element }
  }
}
