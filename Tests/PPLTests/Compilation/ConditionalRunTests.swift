import Foundation
import NumericCore
import PPL
import Testing

@Suite struct ConditionalRunTests {
  private static let model = Model {
    let mu = Latent("mu", Normal(0, 1))
    let group = Latent("group", Bernoulli(0.4))
    let shift = group.choose(Random<Double>(3), else: Random<Double>(0))
    Observe([0.2, 1.4], from: Normal(mu + shift, 2), as: "y")
    Factor(-0.5 * mu)
    Return(shift)
  }

  private func logNormal(_ x: Double, _ mean: Double, _ sd: Double) -> Double {
    -0.5 * pow((x - mean) / sd, 2) - log(sd) - 0.5 * log(2 * .pi)
  }

  /// Likelihood and factors, without the prior: by the formula.
  @Test func scoresAreThoseOfData() throws {
    let run = try ConditionalRun(Self.model)
    #expect(Set(run.sites.map(\.name)) == ["mu", "group"] && run.observations.map(\.name) == ["y"])
    let (mu, group) = ([0.3, -1], [1.0, 0])
    let scores = try run.logScores(given: ["mu": [mu], "group": [group]], count: 2)
    for i in 0..<2 {
      let mean = mu[i] + 3 * group[i]
      let expected = logNormal(0.2, mean, 2) + logNormal(1.4, mean, 2) - 0.5 * mu[i]
      #expect(abs(scores[i] - expected) < 1e-12)
    }
  }

  /// Data drawn given the latents: mean and standard deviation within 4.5 standard errors; seed 1.
  @Test func dataAreDrawnGivenTheLatents() throws {
    let count = 20_000
    let given = ["mu": [Array(repeating: 0.5, count: count)], "group": [Array(repeating: 1.0, count: count)]]
    let data = try ConditionalRun(Self.model).data(given: given, count: count, key: RandomKey(seed: 1))
    let y = try #require(data["y"])
    #expect(y.count == 2)
    for column in y {
      let mean = column.reduce(0, +) / Double(count)
      let variance = column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
      #expect(abs(mean - 3.5) < 4.5 * 2 / Double(count).squareRoot())
      #expect(abs(variance - 4) < 4.5 * 4 * (2 / Double(count)).squareRoot())
    }
  }

  @Test func missingValuesAndDynamicModelsAreErrors() throws {
    let run = try ConditionalRun(Self.model)
    #expect(throws: ModelError.unknownSite("group", known: ["mu"])) { try run.logScores(given: ["mu": [[0]]], count: 1) }
    #expect(throws: ModelError.self) { try run.logScores(given: ["mu": [[0]], "group": [[0, 1]]], count: 1) }
    let dynamic = Model {
      let rest = try Submodel(
        "rest", Latent("x", Bernoulli(0.5)).flatMap { x in Model { Factor(x ? 0 : -1); Return(Random<Int>(0)) } })
      rest
      Return(rest.value)
    }
    #expect(throws: ModelError.self) { try ConditionalRun(dynamic) }
  }
}
