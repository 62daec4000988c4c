import NumericCore
import PPL
import Testing

@Suite struct ExplanationTests {
  @Test func sitesHaveTheirRoles() throws {
    let model = Model {
      let mu = Latent("mu", Flat())
      let tau = Latent("tau", HalfCauchy(scale: 5))
      let k = Latent("k", Poisson(rate: tau))
      _ = Latent("unused", Normal(0, 1))
      let next = Latent("next", Normal(mu, tau))
      Observe([1.0, 2], from: Normal(mu, tau), as: "y")
      Factor(-square(mu - k.real), as: "penalty")
      Return((mu: mu, next: next))
    }
    let explanation = try model.explain()
    let roles = Dictionary(uniqueKeysWithValues: explanation.rows.map { ($0.site, $0.role) })
    #expect(roles["mu"] == .gradient && roles["tau"] == .gradient && roles["next"] == .forward)
    #expect(roles["y"] == .observed && roles["penalty"] == .factor)
    #expect(roles["k"] == .refused("a discrete latent has no gradient"))
    #expect(roles["unused"] == nil)
    #expect(!explanation.isDynamic)
    let text = explanation.description
    #expect(text.contains("Flat (improper)") && text.contains("ExplanationTests.swift:9") && text.contains("above 0.0"))
  }

  /// The table by site adds up to the log density, and each row is what the distribution gives alone.
  @Test func theLogDensityBySiteAddsUp() throws {
    let model = Model {
      let mu = Latent("mu", Normal(1, 2))
      let tau = Latent("tau", HalfCauchy(scale: 5))
      Observe([1.0, 2.5], from: Normal(mu, tau), as: "y")
      Return(mu)
    }
    let density = try CompiledModel(model).density
    let position = [0.4, 0.7]  // mu, log tau
    let tau = Double.exp(0.7)
    let table = Dictionary(uniqueKeysWithValues: density.logDensityBySite(at: position).map { ($0.site, $0.logDensity) })
    let y = try Normal(0.4, tau).logDensity(1) + Normal(0.4, tau).logDensity(2.5)
    #expect(abs(try #require(table["mu"]) - Normal(1, 2).logDensity(0.4)) < 1e-12)
    #expect(abs(try #require(table["tau"]) - HalfCauchy(scale: 5).logDensity(tau)) < 1e-12)
    #expect(abs(try #require(table["tau: log Jacobian"]) - 0.7) < 1e-12)
    #expect(abs(try #require(table["y"]) - y) < 1e-12)
    var workspace = density.makeWorkspace()
    #expect(abs(table.values.reduce(0, +) - density.logDensity(at: position.span, workspace: &workspace)) < 1e-12)
  }
}
