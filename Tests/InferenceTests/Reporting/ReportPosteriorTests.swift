import Inference
import PPL
import Testing

@Suite struct ReportPosteriorTests {
  /// Curves of bounded latents end at their bounds, where these have mass; that of a real one goes beyond its draws.
  @Test func densitiesStayWithinTheBounds() async throws {
    let model = Model {
      let tau = Latent("tau", Exponential(rate: 2))
      let p = Latent("p", Uniform(0, 1), count: 2)
      let mu = Latent("mu", Normal(0, 1))
      Observe(0.1, from: Normal(tau * mu + p[0] - p[1], 5))
      Return(mu)
    }
    let posterior = try await NoUTurnSampler(chains: 2, draws: 500).run(model, seed: 3)
    var curves: [String: (x: [Double], density: [Double])] = [:]
    for case .figures(let figures) in try Report(posterior, title: "bounds").blocks {
      for plot in figures.map(\.plot) where plot.y.lower == 0 {
        guard case .line(let x, let y) = plot.layers[0].marks else { continue }
        curves[plot.title] = (x, y)
      }
    }
    // The estimate at the bound is near the prior's 2, but for the bandwidth: half of it without reflection.
    let tau = try #require(curves["tau"])
    #expect(tau.x[0] == 0 && tau.density[0] > 1.2)
    for name in ["p[1]", "p[2]"] {
      let p = try #require(curves[name])
      #expect(p.x[0] == 0 && p.x[p.x.count - 1] == 1 && p.density[0] > 0.6 && p.density[p.x.count - 1] > 0.6)
    }
    let mu = try #require(curves["mu"])
    let smallest = try posterior.draws.chains(of: "mu")[0].min() ?? 0
    #expect(mu.x[0] < smallest)
  }
}
