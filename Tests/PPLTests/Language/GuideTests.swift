import Foundation
import Inference
import PPL
import Testing

/// The code of docs/Language.md.
@Suite struct GuideTests {
  @Test func volatility() throws {
    let returns = [0.1, -0.3, 0.2]
    let volatility = Model {
      let phi = Latent("phi", Beta(20, 1.5))
      let sigma = Latent("sigma", InverseGamma(shape: 2.5, scale: 0.05))
      var x = Latent("x[0]", Normal(0, sigma / sqrt(1 - phi * phi)))
      for (t, y) in returns.enumerated() {
        Observe(y, from: Normal(0, exp(0.5 * x)))
        x = Latent("x[\(t + 1)]", Normal(phi * x, sigma))
      }
      Return((phi: phi, sigma: sigma))
    }
    let compiled = try CompiledModel(volatility)
    // The last state is scored by nothing: it is dropped.
    #expect(compiled.inferredSites.map(\.path).sorted() == ["phi", "sigma", "x[0]", "x[1]", "x[2]"])
    try expectGradient(of: compiled.density, at: [0.5, -0.2, 0.3, 0.1, -0.4], "volatility")
  }

  @Test func series() throws {
    let returns = [0.1, -0.3, 0.2]
    let volatility = Model {
      let phi = Latent("phi", Beta(20, 1.5))
      let sigma = Latent("sigma", InverseGamma(shape: 2.5, scale: 0.05))
      let first = Latent("first", Normal(0, sigma / sqrt(1 - phi * phi)))
      let scan = Scan("path", over: returns, from: first) { h, y in
        Observe(y, from: Normal(0, exp(0.5 * h)), as: "y")
        let next = Latent("h", Normal(phi * h, sigma))
        Return(next)
      }
      scan
      Return((phi: phi, sigma: sigma, last: scan.final, path: scan.states))
    }
    let draws = try volatility.prior(draws: 5, seed: 1)
    #expect(draws["path/h"] == draws["path"])
    #expect(draws["last"]?[0] == draws["path"]?[2])
  }

  @Test func differentialEquations() throws {
    let (years, hares) = ([1.0, 2, 3], [47.2, 70.2, 77.4])
    let model = Model {
      let rates = Latent("rates", Truncated(Normal(1, 0.5), from: 0), count: 2)
      let effects = Latent("effects", Truncated(Normal(0.05, 0.05), from: 0), count: 2)
      let sigma = Latent("sigma", LogNormal(-1, 1))
      let first = Latent("first", LogNormal(log(10), 1), count: 2)
      let populations = DifferentialEquation("populations", from: first, at: years, step: 0.25) { t, y in
        [(rates[0] - effects[0] * y[1]) * y[0], (effects[1] * y[0] - rates[1]) * y[1]]
      }
      Observe(hares, from: LogNormal(log(populations[0]), sigma), as: "hares")
      Return((rates: rates, lynxes: populations[1], errors: populations.errors))
    }
    let compiled = try CompiledModel(model)
    let position = try compiled.start(
      .values(["rates": [0.5, 0.8], "effects": [0.03, 0.02], "sigma": [0.25], "first": [34, 6]]),
      key: RandomKey(seed: 1))
    try expectGradient(of: compiled.density, at: position, "predators and prey")
  }

  @Test func censoredAndTruncated() throws {
    let (seen, stillAlive) = ([0.4, 1.2, 2.5], [3.0, 3])
    let model = Model {
      let shape = Latent("shape", Gamma(shape: 2, rate: 1))
      let scale = Latent("scale", Gamma(shape: 2, rate: 1))
      let limit = Latent("limit", Uniform(6, 9))
      let lifetime = Weibull(shape: shape, scale: scale)
      Observe(seen, from: lifetime, as: "seen")
      Factor(lifetime.logSurvival(at: stillAlive).sum)
      let delay = Latent("delay", Truncated(Normal(5, 3), from: 0, to: limit))
      Factor(-delay)
      Return((shape: shape, delay: delay))
    }
    try expectGradient(of: CompiledModel(model).density, at: [0.3, -0.2, 0.5, 0.4], "censored and truncated")
  }

  /// Against the same effects written by numbers.
  @Test func correlatedEffects() throws {
    let (groups, group, x) = (3, [0, 2, 1, 2], [0.5, -1, 2, 0.3])
    let model = Model {
      let sigma = Latent("sigma", HalfNormal(scale: 2), count: 2)
      let factor = Latent("factor", LKJCholesky(count: 2, shape: 2))
      let z = Latent("z", Normal(0, 1), count: 2 * groups)
      let effects = factor.scalingRows(by: sigma) * z.matrix(rows: 2, columns: groups)
      let mean = effects[row: 0][group] + effects[row: 1][group] * x
      Observe([1.0, 2, 3, 4], from: Normal(mean, 1), as: "y")
      Return((mean: mean, last: effects[column: 2]))
    }
    try expectGradient(of: CompiledModel(model).density, at: (0..<9).map { 0.3 - 0.1 * Double($0) }, "effects")
    let draws = try model.prior(draws: 3, seed: 1)
    let (sigma, factor) = (try #require(draws["sigma"]), try #require(draws["factor"]))
    let (z, mean, last) = (try #require(draws["z"]), try #require(draws["mean"]), try #require(draws["last"]))
    for draw in 0..<3 {
      func effect(_ row: Int, _ group: Int) -> Double {
        sigma[row][draw] * (0...row).reduce(0) { $0 + factor[row + 2 * $1][draw] * z[2 * group + $1][draw] }
      }
      for (i, group) in group.enumerated() {
        #expect(abs(mean[i][draw] - effect(0, group) - effect(1, group) * x[i]) < 1e-12)
      }
      #expect(abs(last[1][draw] - effect(1, 2)) < 1e-12)
    }
  }

  @Test func submodels() throws {
    let hyperPrior = Model {
      let mu = Latent("mu", Normal(0, 5))
      let tau = Latent("tau", HalfNormal(scale: 2))
      Factor(-tau)
      Return((mu: mu, tau: tau))
    }
    let model = Model {
      let prior = try Submodel("prior", hyperPrior)
      prior
      let theta = Latent("theta", Normal(prior.value.mu, prior.value.tau), count: 3)
      Observe([1.0, 2, 3], from: Normal(theta, 1))
      Return(theta)
    }
    let compiled = try CompiledModel(model)
    #expect(Set(compiled.inferredSites.map(\.path)) == ["prior/mu", "prior/tau", "theta"])
    let start = Start.values(["prior/tau": [1.3]])
    let table = compiled.density.logDensityBySite(at: try compiled.start(start, key: RandomKey(seed: 1)))
    #expect(table.contains { $0.site.hasPrefix("prior/#") && abs($0.logDensity + 1.3) < 1e-12 })
  }

  private func regression(x: [Double], y: [Double]?) -> Model<Random<Double>> {
    Model {
      let alpha = Latent("alpha", Normal(0, 2))
      let beta = Latent("beta", Normal(0, 2))
      let sigma = Latent("sigma", HalfNormal(scale: 1))
      if let y {
        Observe(y, from: Normal(alpha + beta * x, sigma), as: "y")
      } else {
        Predict("y", from: Normal(alpha + beta * x, sigma), count: x.count)
      }
      Return(beta)
    }
  }

  /// Predictions at new covariates, against the exact law given the draws: mean and variance over 4,000 draws, seed 1.
  @Test func predictionsAndLogLikelihoods() async throws {
    let (x, y) = ([0.0, 1, 2, 3], [0.1, 0.9, 2.2, 2.8])
    let posterior = try await NoUTurnSampler().run(regression(x: x, y: y), seed: 1)
    let newX = [1.5, 10]
    let forecast = try #require(try posterior.predictive(of: regression(x: newX, y: nil), seed: 2)["y"])
    let (alpha, beta) = (try posterior.draws.values(of: "alpha"), try posterior.draws.values(of: "beta"))
    let sigma = try posterior.draws.values(of: "sigma")
    for (i, at) in newX.enumerated() {
      let z = forecast[i].indices.map { (forecast[i][$0] - alpha[$0] - beta[$0] * at) / sigma[$0] }
      let n = Double(z.count)
      #expect(abs(z.reduce(0, +) / n) < 4.5 / n.squareRoot())
      #expect(abs(z.reduce(0) { $0 + $1 * $1 } / n - 1) < 4.5 * (2 / n).squareRoot())
    }
    let perDatum = try #require(try posterior.logLikelihood()["y"])
    for draw in [0, 1234] {
      for i in x.indices {
        let expected = try Normal(alpha[draw] + beta[draw] * x[i], sigma[draw]).logDensity(y[i])
        #expect(abs(perDatum[i][draw] - expected) < 1e-11)
      }
    }
    let doubled = try posterior.values { 2 * $0 }
    #expect(zip(doubled, beta).allSatisfy { $0 == 2 * $1 })
  }

  @Test func summedOutSites() async throws {
    let y = [-1.9, 1.2, 1.4, -2.3, 1.6]
    let mixture = Model {
      let mu = Latent("mu", Normal([-1.0, 1], 2), count: 2)
      let weight = Latent("weight", Beta(2, 2))
      let z = Latent("z", Categorical(Random<[Double]>([weight, 1 - weight])), count: y.count)
      Observe(y, from: Normal(mu[z], 0.8), as: "y")
      Return(mu)
    }
    let summed = try await NoUTurnSampler().run(mixture.marginalising("z"), seed: 1)
    let assignments = try summed.draws.values(of: "z", element: 0)
    #expect(Set(assignments) == [0, 1])
    #expect(try summed.predictive(seed: 1)["y"]?.count == y.count)
  }

  @Test func summedOutStates() async throws {
    let y = [-1.9, -1.4, -2.3, -1.6, 1.3, 1.8, 0.9, 1.5]
    let hidden = Model {
      let mu = Latent("mu", Ordered(Normal(0, 2), count: 2))
      let stay = Latent("stay", Beta(8, 2))
      let path = Scan("path", over: y, from: Random<Int>(0)) { state, y in
        let next = Latent("state", Bernoulli(state.real * stay + (1 - state.real) * (1 - stay))).integer
        Observe(y, from: Normal(mu[next], 0.8), as: "y")
        Return(next)
      }
      path
      Return(mu)
    }
    let filtered = try await NoUTurnSampler().run(hidden.marginalising("path/state"), seed: 1)
    let states = try filtered.draws.values(of: "path/state", element: 7)
    #expect(Double(states.filter { $0 == 1 }.count) > 0.95 * Double(states.count))
    #expect(try filtered.predictive(seed: 1)["path/y"]?.count == y.count)
  }
}
