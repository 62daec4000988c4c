import Foundation
import Inference
import NumericCore
import PPL
import Testing

/// NUTS on models whose discrete sites are summed out.
@Suite struct MarginalisedModelTests {
  private static let y: [Double] = (0..<40).map { i in
    let noise = RandomKey(seed: 12).normals(40)[i]
    return i % 3 == 0 ? -2 + 0.8 * noise : 1.5 + 0.8 * noise
  }

  private static func mixture() -> Model<Random<[Double]>> {
    Model {
      let mu = Latent("mu", Normal([-2.0, 1.5], 0.5), count: 2)
      let weight = Latent("weight", Beta(2, 2))
      let z = Latent("z", Categorical(Random<[Double]>([weight, 1 - weight])), count: y.count)
      Observe(y, from: Normal(mu[z], 0.8), as: "y")
      Return(mu)
    }
  }

  private static func byHand() -> Model<Random<[Double]>> {
    Model {
      let mu = Latent("mu", Normal([-2.0, 1.5], 0.5), count: 2)
      let weight = Latent("weight", Beta(2, 2))
      let first = log(weight) + Normal(mu[0], 0.8).logDensities(at: y)
      let second = log1p(-weight) + Normal(mu[1], 0.8).logDensities(at: y)
      Factor(logAddExp(first, second).sum)
      Return(mu)
    }
  }

  /// Both have the same density and the same posterior; the assignments are drawn given the parameters, and predictions made
  /// of them: means of both within 4.5 standard errors, seeds 1 and 2.
  @Test func mixtureByNUTS() async throws {
    let sampler = NoUTurnSampler(chains: 2, warmup: 500, draws: 1_500)
    // In the mode in which the components are in the order of their priors.
    let start = Start.values(["mu": [-1.8, 1.5], "weight": [0.4]])
    let summed = try await sampler.run(Self.mixture().marginalising("z"), seed: 1, start: start)
    let byHand = try await sampler.run(Self.byHand(), seed: 2, start: start)
    let (a, b) = (try CompiledModel(Self.mixture().marginalising("z")), try CompiledModel(Self.byHand()))
    func logDensity(_ model: CompiledModel<Random<[Double]>>) -> Double {
      let coordinates = ["mu": [-0.8, 1.1], "weight": [0.3]]
      let position = model.inferredSites.flatMap { coordinates[$0.path] ?? [] }
      var workspace = model.density.makeWorkspace()
      return model.density.logDensity(at: position.span, workspace: &workspace)
    }
    #expect(abs(logDensity(a) - logDensity(b)) < 1e-10 * abs(logDensity(b)))
    let rows = (summed.summary().rows, byHand.summary().rows)
    for name in ["mu[1]", "mu[2]", "weight"] {
      let a = try #require(rows.0.first { $0.name == name }), b = try #require(rows.1.first { $0.name == name })
      #expect(abs(a.mean - b.mean) < 4.5 * hypot(a.meanMCSE, b.meanMCSE), "\(name): \(a.mean), \(b.mean)")
      #expect(a.rHat < 1.01)
    }
    // The probability of the second component, given the draws by hand.
    let (mu, w) = (try (0..<2).map { try byHand.draws.values(of: "mu", element: $0) }, try byHand.draws.values(of: "weight"))
    for i in [0, 1, 17] {
      let share = w.indices.map { d -> Double in
        let logits = (0..<2).map { k in -0.5 * pow((Self.y[i] - mu[k][d]) / 0.8, 2) + log(k == 0 ? w[d] : 1 - w[d]) }
        return 1 / (1 + exp(logits[0] - logits[1]))
      }
      let drawn = try summed.draws.chains(of: "z", element: i)
      let (mean, error) = (Diagnostics.mean(drawn.flatMap { $0 }), Diagnostics.meanMCSE(drawn))
      #expect(abs(mean - Diagnostics.mean(share)) < 4.5 * max(error, 1e-3), "z[\(i)]: \(mean), \(Diagnostics.mean(share))")
    }
    // Replicated data are drawn around the mean of the assignment's component: their mean is that of the data's mixture.
    let replicated = try #require(try summed.predictive(seed: 5)["y"])
    for i in [0, 1] { #expect(abs(Diagnostics.mean(replicated[i]) - Self.y[i]) < 1.5) }
  }

  /// A hidden Markov model as a loop: the evidence by the forward algorithm, as the density of a model without continuous
  /// sites but one that is apart.
  @Test func hiddenMarkovModel() throws {
    let data: [Double] = (0..<30).map { (t: Int) -> Double in Double((t * 7 + t * t) % 3) }
    let P = try Matrix(rowsOf: [[0.1, 0.4, 0.5], [0.2, 0.6, 0.2], [0.15, 0.7, 0.15]])
    let sites = data.indices.map { "z[\($0)]" }
    let model = Model {
      let shift = Latent("shift", Normal(0, 1))
      var state = Latent("first", Categorical([1.0 / 3, 1.0 / 3, 1.0 / 3]))
      for (t, y) in data.enumerated() {
        state = Latent(sites[t], Categorical(P[row: state]))
        Observe(y, from: Normal(shift + [-1.0, 1, 0][state], 1))
      }
      Return(state)
    }
    let summed = sites.reduce(model.marginalising("first")) { $0.marginalising($1) }
    let density = try CompiledModel(summed).density
    var workspace = density.makeWorkspace()
    #expect(density.dimension == 1)
    for shift in [0.0, 0.4, -1.1] {
      let exact = SequentialMonteCarloTests.exact(data.map { $0 - shift }).logEvidence
      let prior = -0.5 * shift * shift - 0.918938533204672742
      let value = density.logDensity(at: [shift].span, workspace: &workspace)
      #expect(abs(value - prior - exact) < 1e-10 * abs(exact))
    }
    let draws = try CompiledModel(summed).generate(
      positions: Array(repeating: 0, count: 20_000), count: 20_000, key: RandomKey(seed: 1))
    let last = try #require(draws["z[29]"]?[0])
    let error = Diagnostics.standardDeviation(last) / 20_000.0.squareRoot()
    #expect(abs(Diagnostics.mean(last) - SequentialMonteCarloTests.exact(data).last) < 4.5 * error)
  }
}
