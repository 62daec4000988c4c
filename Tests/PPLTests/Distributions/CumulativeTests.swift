import Foundation
import Inference
import NumericCore
import PPL
import Testing

/// Distribution functions, against the integral of the density, and their derivatives.
@Suite struct CumulativeTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let parameters: [Double]
    let make: @Sendable ([AnyRandom]) -> any CumulativeDistribution
    var testDescription: String { name }
  }

  static let rows: [Row] = [
    Row(name: "Normal", parameters: [1, 2]) { Normal($0[0], $0[1]) },
    Row(name: "Logistic", parameters: [-1, 0.7]) { Logistic($0[0], scale: $0[1]) },
    Row(name: "Laplace", parameters: [0.3, 2]) { Laplace($0[0], scale: $0[1]) },
    Row(name: "Cauchy", parameters: [0.5, 1.5]) { Cauchy($0[0], scale: $0[1]) },
    Row(name: "Gumbel", parameters: [0.2, 0.8]) { Gumbel($0[0], scale: $0[1]) },
    Row(name: "Uniform", parameters: [-1, 4]) { Uniform($0[0], $0[1]) },
    Row(name: "Exponential", parameters: [0.4]) { Exponential(rate: $0[0]) },
    Row(name: "LogNormal", parameters: [0.2, 0.9]) { LogNormal($0[0], $0[1]) },
    Row(name: "Weibull", parameters: [1.6, 2]) { Weibull(shape: $0[0], scale: $0[1]) },
    Row(name: "Pareto", parameters: [0.7, 1.3]) { Pareto(minimum: $0[0], shape: $0[1]) },
  ]

  /// At every twentieth of the cells that a quadrature of the density has.
  @Test(arguments: rows) func agreeWithTheIntegralOfTheDensity(row: Row) throws {
    let distribution = row.make(row.parameters.map { AnyRandom($0) })
    let cells = try Cells(distribution)
    var below = 0.0
    for (i, end) in cells.ends.enumerated() {
      below += cells.probabilities[i]
      guard i % 20 == 0 else { continue }
      let above = cells.probabilities[(i + 1)...].reduce(0, +)
      let (logCDF, logSurvival) = try tails(distribution, at: end)
      #expect(abs(exp(logCDF) - below) < 1e-8, "\(row.name) at \(end)")
      #expect(abs(exp(logSurvival) - above) < 1e-8, "\(row.name) at \(end)")
      #expect(abs(exp(logCDF) + exp(logSurvival) - 1) < 1e-14)
    }
  }

  /// In all parameters and in x, against central differences.
  @Test(arguments: rows) func derivatives(row: Row) throws {
    for x in [0.9, 2.5] {
      let n = row.parameters.count
      let model = Model {
        let q = Latent("q", Flat(), count: n + 1)
        let distribution = row.make((0..<n).map { q[$0].expression })
        Factor(2 * distribution.logCDF(at: q[n]) - 3 * distribution.logSurvival(at: q[n]))
        Return(q)
      }
      try expectGradient(of: CompiledModel(model).density, at: row.parameters + [x], "\(row.name) at \(x)")
    }
  }

  /// Rates of 400 lifetimes of which those above 1.2 are known to be above it alone: the posterior is
  /// Gamma(1 + deaths, 1 + all time seen); its mean within 4.5 Monte Carlo standard errors, seed 9.
  @Test func censoredLifetimes() async throws {
    let limit = 1.2
    let lifetimes = RandomKey(seed: 9).uniforms(400).map { -log($0) / 0.8 }
    let seen = lifetimes.filter { $0 <= limit }
    let censored = Array(repeating: limit, count: lifetimes.count - seen.count)
    let model = Model {
      let rate = Latent("rate", Exponential(rate: 1))
      let lifetime = Exponential(rate: rate)
      Observe(seen, from: lifetime, as: "lifetime")
      Factor(lifetime.logSurvival(at: censored).sum)
      Return(rate)
    }
    let row = try await NoUTurnSampler(chains: 4).run(model, seed: 9).summary().rows[0]
    let (shape, total) = (1 + Double(seen.count), 1 + (seen + censored).reduce(0, +))
    #expect(abs(row.mean - shape / total) < 4.5 * row.meanMCSE)
    #expect(abs(row.standardDeviation / (shape.squareRoot() / total) - 1) < 0.1)
  }

  @Test func farTails() throws {
    let normal = Normal(0, 1)
    // log Phi(-40) (Abramowitz and Stegun 26.2.12).
    #expect(abs(try tails(normal, at: -40).0 + 804.60844201) < 1e-7)
    #expect(abs(try tails(normal, at: 40).1 + 804.60844201) < 1e-7)
    #expect(abs(try tails(Cauchy(0, scale: 1), at: -1e12).0 - log(1e-12 / .pi)) < 1e-12)
    #expect(abs(try tails(Gumbel(0, scale: 1), at: 800).1 + 800) < 1e-12)
    #expect(try tails(Exponential(rate: 1), at: -1).0 == -.infinity)
    #expect(try tails(Pareto(minimum: 1, shape: 2), at: -3).1 == 0)
  }

  @Test func emptyIntervals() throws {
    #expect(try Truncated(Normal(0, 1), from: 2, to: 1).logDensity(1.5) == -.infinity)
    #expect(throws: ModelError.self) { try Truncated(Normal(0, 1), from: 2, to: 1).prior() }
    #expect(throws: ModelError.self) { try Truncated(Exponential(rate: 1), to: -1).prior() }
    #expect(throws: ModelError.self) { try Truncated(Normal(0, 1), from: Double.nan).logDensity(0) }
  }

  // MARK: Parts

  private func tails<D: CumulativeDistribution>(_ distribution: D, at x: Double) throws -> (Double, Double) {
    let model = Model {
      Return(Random<[Double]>.concatenated([distribution.logCDF(at: [x]), distribution.logSurvival(at: [x])]))
    }
    let columns = try model.prior(draws: 1, seed: 1).columns
    return (columns[0][0], columns[1][0])
  }
}

extension UnivariateDistribution {
  fileprivate func prior() throws -> [[Double]] {
    try Model { Return(Latent("x", self)) }.prior(draws: 10, seed: 1).columns
  }
}
