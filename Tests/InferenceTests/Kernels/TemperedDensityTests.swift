import Foundation
import NumericCore
import PPL
import Testing

/// The path from prior to posterior against the model's own density, closed forms and finite differences.
@Suite struct TemperedDensityTests {
  private static let data = [0.4, -1.2, 0.9]

  private static let model = Model {
    let mu = Latent("mu", Normal(0, 2)), sigma = Latent("sigma", Exponential(rate: 1))
    Observe(data, from: Normal(mu, sigma), as: "y")
    Return((mu: mu, sigma: sigma))
  }

  private static let series = Model {
    let phi = Latent("phi", Uniform(-1, 1))
    let scan = Scan("path", over: data, from: Latent("first", Normal(0, 1))) { h, y in
      Observe(y, from: Normal(0, exp(0.5 * h)), as: "y")
      Return(Latent("h", Normal(phi * h, 0.3)))
    }
    scan
    Return(phi)
  }

  private func normal(_ x: Double, _ m: Double, _ s: Double) -> Double {
    let z = (x - m) / s
    return -0.5 * z * z - log(s) - 0.918938533204672742
  }

  @Test func partsAreThoseOfTheFormula() throws {
    let density = try TemperedDensity(CompiledModel(Self.model))
    var workspace = density.makeWorkspace()
    let (x, sigma) = ([0.3, -0.2], exp(-0.2))
    _ = density.logDensity(at: x.span, workspace: &workspace)
    let likelihood: Double = Self.data.reduce(0.0) { $0 + normal($1, 0.3, sigma) }
    let prior: Double = normal(0.3, 0, 2) - sigma - 0.2
    #expect(abs(workspace.parts.logPrior - prior) < 1e-12)
    #expect(abs(workspace.parts.logLikelihood - likelihood) < 1e-12)
  }

  private func check<Value>(_ model: Model<Value>) throws {
    let compiled = try CompiledModel(model)
    var density = try TemperedDensity(compiled)
    let n = density.dimension
    var workspace = density.makeWorkspace()
    var whole = compiled.density.makeWorkspace()
    let positions: [[Double]] = (0..<16).map { l in (0..<n).map { i in 0.4 * sin(Double(3 * l + i)) } }
    let lanes = TemperedDensity.Lanes(density, lanes: 16)
    var flat = Array(repeating: 0.0, count: 16 * n)
    var (priors, likelihoods) = (Array(repeating: 0.0, count: 16), Array(repeating: 0.0, count: 16))
    for l in 0..<16 { for i in 0..<n { flat[i * 16 + l] = positions[l][i] } }
    lanes.evaluate(&flat, logPriors: &priors, logLikelihoods: &likelihoods)
    for (l, x) in positions.enumerated() {
      density.inverseTemperature = 1
      let posterior = density.logDensity(at: x.span, workspace: &workspace)
      let parts = workspace.parts
      #expect(abs(posterior - compiled.density.logDensity(at: x.span, workspace: &whole)) < 1e-10)
      #expect(abs(parts.logPrior - priors[l]) < 1e-10 && abs(parts.logLikelihood - likelihoods[l]) < 1e-10)
      for beta in [0, 0.3, 1] {
        density.inverseTemperature = beta
        var gradient = Array(repeating: 0.0, count: n)
        var span = gradient.mutableSpan
        let value = density.logDensity(at: x.span, gradient: &span, workspace: &workspace)
        #expect(abs(value - (parts.logPrior + beta * parts.logLikelihood)) < 1e-10)
        #expect(abs(workspace.parts.logPrior - parts.logPrior) < 1e-10)
        #expect(abs(workspace.parts.logLikelihood - parts.logLikelihood) < 1e-10)
        for i in 0..<n {
          func at(_ h: Double) -> Double {
            var moved = x
            moved[i] += h
            return density.logDensity(at: moved.span, workspace: &workspace)
          }
          let (near, far) = (at(1e-3) - at(-1e-3), at(2e-3) - at(-2e-3))
          let difference: Double = (8 * near - far) / 12e-3
          #expect(abs(gradient[i] - difference) < 1e-6 * max(1, abs(difference)))
        }
      }
    }
  }

  @Test func thePathLeadsFromThePriorToTheModel() throws { try check(Self.model) }
  @Test func scoresOfScansAreTemperedToo() throws { try check(Self.series) }

  /// Moments of 20,000 draws, seed 3, within 4.5 standard errors.
  @Test func priorPositionsHaveTheLawOfThePrior() throws {
    let positions = try CompiledModel(Self.model).priorPositions(count: 20_000, key: RandomKey(seed: 3))
    let mu = stride(from: 0, to: 40_000, by: 2).map { positions[$0] }
    let sigma = stride(from: 1, to: 40_000, by: 2).map { exp(positions[$0]) }
    let (muMean, sigmaMean): (Double, Double) = (mu.reduce(0, +) / 20_000, sigma.reduce(0, +) / 20_000)
    let error: Double = 4.5 / 20_000.0.squareRoot()
    #expect(abs(muMean) < 2 * error)
    #expect(abs(sigmaMean - 1) < error)
    let steps = try CompiledModel(Self.series).priorPositions(count: 4, key: RandomKey(seed: 3))
    #expect(steps.allSatisfy { $0.isFinite })
  }
}
