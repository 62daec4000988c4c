import Foundation
import Inference
import NumericCore
import PPL
import Testing

@Suite struct GibbsSamplerTests {
  /// A level with an unknown scale of its steps, in a scan.
  private static let model = Model {
    let sigma = Latent("sigma", Gamma(shape: 3, rate: 4))
    let scan = Scan("s", over: [0.3, -0.5, 1, 0.2, 0.9], from: Random<Double>(0)) { x, y in
      let next = Latent("x", Normal(x, sigma))
      Observe(y, from: Normal(next, 0.5), as: "y")
      Return(next)
    }
    scan
    let next = Latent("next", Normal(scan.final, sigma))
    Return((sigma: sigma, next: next, ratio: scan.final / sigma))
  }

  private static func sampler(_ kernel: some PositionKernel, draws: Int, chains: Int = 4) -> GibbsSampler {
    GibbsSampler(chains: chains, warmup: 400, draws: draws) {
      ParticleGibbs(particles: 6, over: .prefix("s/"))
      ConditionalUpdate(of: ["sigma"], by: kernel)
    }
  }

  private static func kernels() throws -> [any PositionKernel] {
    [RandomWalkMetropolis(), try SliceSampling(), try HamiltonianKernel(stepSize: 0.3)]
  }

  /// The path and the scale in turn give what NUTS gives for both together: means within 4.5 standard errors of the
  /// difference; seeds 1 and 2.
  @Test(arguments: 0..<3) func compositionGivesThePosterior(kernel: Int) async throws {
    let gibbs = try await Self.sampler(Self.kernels()[kernel], draws: 3_000).run(Self.model, seed: 1)
    let reference = try await NoUTurnSampler(chains: 4, warmup: 500, draws: 2_000).run(Self.model, seed: 2)
    for name in ["sigma", "s/x[1]", "s/x[5]", "next"] {
      for power in [1.0, 2] {
        func chains(_ draws: Draws) throws -> [[Double]] { try draws.chains(of: name).map { $0.map { pow($0, power) } } }
        let (own, others) = (try chains(gibbs.draws), try chains(reference.draws))
        let error = hypot(Diagnostics.meanMCSE(own), Diagnostics.meanMCSE(others))
        let difference = Diagnostics.mean(own.flatMap { $0 }) - Diagnostics.mean(others.flatMap { $0 })
        #expect(abs(difference) < 4.5 * error, "\(name)^\(power): \(difference) of \(error)")
      }
    }
    let (sigma, final, ratio) = (
      try gibbs.draws.values(of: "sigma"), try gibbs.draws.values(of: "s/x[5]"), try gibbs.draws.values(of: "ratio")
    )
    for i in sigma.indices { #expect(abs(ratio[i] - final[i] / sigma[i]) < 1e-12) }
    #expect(gibbs.warnings.isEmpty && gibbs.acceptance.counts["particle Gibbs"]?.proposed == 12_000)
  }

  /// A chain does not depend on how many run beside it.
  @Test func sameSeedSameDraws() async throws {
    let one = try await Self.sampler(RandomWalkMetropolis(), draws: 50, chains: 1).run(Self.model, seed: 9)
    let three = try await Self.sampler(RandomWalkMetropolis(), draws: 50, chains: 3).run(Self.model, seed: 9)
    let (own, others) = (try one.draws.chains(of: "sigma"), try three.draws.chains(of: "sigma"))
    #expect(own[0] == others[0] && others[0] != others[1])
  }

  /// A kernel of a user's own: sigma takes a draw of its prior, and is weighed by the path.
  private struct PriorProposal: SiteKernel {
    func prepared<Value>(for model: Model<Value>) throws -> any PreparedSiteKernel {
      Prepared(try ConditionalDensity(model, over: ["sigma"]))
    }

    private final class Prepared: PreparedSiteKernel {
      let density: ConditionalDensity
      var workspace: ConditionalDensity.Workspace
      init(_ density: ConditionalDensity) { (self.density, workspace) = (density, density.makeWorkspace()) }

      func move(
        _ values: inout [String: [Double]], in phase: SamplingProgress.Phase, key: RandomKey
      ) throws -> MoveTally {
        var stream = RandomStream(key)
        try density.setValues(values)
        let old = try density.space.position(of: values)
        let new = old.map { $0 + stream.normal() }
        let logRatio = density.logDensity(at: new.span, workspace: &workspace)
          - density.logDensity(at: old.span, workspace: &workspace)
        let isAccepted = log(stream.uniform()) < logRatio
        if isAccepted, let (moved, _) = density.space.values(at: new) { values.merge(moved) { $1 } }
        return MoveTally("sigma", isAccepted: isAccepted)
      }
    }
  }

  @Test func kernelsOfOnesOwnDropIn() async throws {
    let sampler = GibbsSampler(chains: 2, warmup: 100, draws: 2_000, recordsSteps: false) {
      ParticleGibbs(particles: 6, over: .prefix("s/"))
      PriorProposal()
    }
    let posterior = try await sampler.run(Self.model, seed: 4)
    let reference = try await Self.sampler(RandomWalkMetropolis(), draws: 2_000).run(Self.model, seed: 5)
    let (own, others) = (try posterior.draws.chains(of: "sigma"), try reference.draws.chains(of: "sigma"))
    let error = hypot(Diagnostics.meanMCSE(own), Diagnostics.meanMCSE(others))
    #expect(abs(Diagnostics.mean(own.flatMap { $0 }) - Diagnostics.mean(others.flatMap { $0 })) < 4.5 * error)
    #expect(!posterior.draws.variables.map(\.name).contains("s/x"))
  }

  @Test func wrongSettingsAreErrors() async throws {
    await #expect(throws: InferenceError.self) {
      try await GibbsSampler { ParticleGibbs(particles: 1) }.run(Self.model, seed: 1)
    }
    await #expect(throws: InferenceError.self) {
      try await GibbsSampler(draws: 0) { ParticleGibbs(particles: 2) }.run(Self.model, seed: 1)
    }
    await #expect(throws: InferenceError.self) {
      try await GibbsSampler { ConditionalUpdate(of: [], by: RandomWalkMetropolis()) }.run(Self.model, seed: 1)
    }
    await #expect(throws: ModelError.self) {
      try await GibbsSampler { ConditionalUpdate(of: ["s/x"], by: RandomWalkMetropolis()) }.run(Self.model, seed: 1)
    }
    let dynamic = Model {
      let x = Latent("x", Bernoulli(0.5)).flatMap { $0 ? Random<Double>(1) : Random<Double>(0) }
      Observe(0.2, from: Normal(x, 1))
      Return(x)
    }
    await #expect(throws: ModelError.self) {
      try await GibbsSampler { ParticleGibbs(particles: 2) }.run(dynamic, seed: 1)
    }
  }
}
