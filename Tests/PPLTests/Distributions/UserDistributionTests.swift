import Foundation
import Inference
import NumericCore
import PPL
import Testing

/// A distribution of a user's own, by a formula in the language: the Gumbel distribution.
private struct Gumbel: UnivariateDistribution {
  typealias Value = Double
  let parameters: [Parameter]
  var support: Support { .real }

  init(_ location: some RealArgument, scale: some RealArgument) {
    parameters = [Parameter("location", location), Parameter("scale", scale, .positive)]
  }

  func logDensity(of x: AnyRandom) -> LogDensityTerms {
    let z = (x - parameters[0].value) / parameters[1].value
    return LogDensityTerms(-z - (-z).exponential - parameters[1].value.logarithm)
  }

  static func draw(_ p: DrawParameters, using stream: inout RandomStream) -> Double {
    p[0] - p[1] * log(-log(stream.uniform()))
  }
}

/// The same, by a fused kernel.
private enum GumbelKernel: DensityKernel {
  static var name: String { "gumbel" }
  static var inputCount: Int { 3 }
  static func partials<T: RealLane>(_ x: T, _ location: T, _ inverseScale: T, _: T) -> Partials<T> {
    let residual = x - location
    let z = residual * inverseScale
    let e = T.exp(-z)
    let dz = e - T(lane: 1)
    return Partials(-z - e, dz * inverseScale, -(dz * inverseScale), dz * residual)
  }
}

private struct FusedGumbel: UnivariateDistribution {
  typealias Value = Double
  let parameters: [Parameter]
  var support: Support { .real }

  init(_ location: some RealArgument, scale: some RealArgument) {
    parameters = Gumbel(location, scale: scale).parameters
  }

  func logDensity(of x: AnyRandom) -> LogDensityTerms {
    let (location, scale) = (parameters[0].value, parameters[1].value)
    return LogDensityTerms(GumbelKernel.self, [x, location, scale.reciprocal], plus: -scale.logarithm)
  }

  static func draw(_ p: DrawParameters, using stream: inout RandomStream) -> Double { Gumbel.draw(p, using: &stream) }
}

@Suite struct UserDistributionTests {
  @Test func formulaAndKernelAgree() throws {
    for x in [-3.0, 0, 0.5, 7] {
      let expected = -(x - 1) / 2 - exp(-(x - 1) / 2) - log(2.0)
      #expect(abs(try Gumbel(1, scale: 2).logDensity(x) - expected) < 1e-14)
      #expect(abs(try FusedGumbel(1, scale: 2).logDensity(x) - expected) < 1e-14)
    }
    let data = [0.3, -1, 2.5, 4, 0.1]
    func model(_ distribution: @escaping @Sendable (Random<Double>, Random<Double>) -> any UnivariateDistribution) -> Model<Random<Double>> {
      Model {
        let a = Latent("a", Normal(0, 1))
        let b = Latent("b", Exponential(rate: 1))
        Factor(score(distribution(a, b), data))
        Return(a)
      }
    }
    @Sendable func score(_ distribution: any UnivariateDistribution, _ data: [Double]) -> Random<Double> {
      func typed<D: UnivariateDistribution>(_ d: D) -> Random<Double> {
        d.logDensities(at: data.map { D.Value(element: $0) }).sum
      }
      return typed(distribution)
    }
    let formula = try CompiledModel(model { Gumbel($0, scale: $1) }).density
    let fused = try CompiledModel(model { FusedGumbel($0, scale: $1) }).density
    try expectGradient(of: formula, at: [0.2, 0.4], "formula")
    try expectGradient(of: fused, at: [0.2, 0.4], "kernel")
  }

  /// NUTS with a user's distribution, against the mean by quadrature; seed 3.
  @Test func itIsInferredLikeOurs() async throws {
    let data = [0.3, -1, 2.5, 4, 0.1]
    let model = Model {
      let a = Latent("a", Normal(0, 2))
      Observe(data, from: FusedGumbel(a, scale: 1.5))
      Return(a)
    }
    let posterior = try await NoUTurnSampler(chains: 4, draws: 2000).run(model, seed: 3)
    var (mass, moment) = (0.0, 0.0)
    for i in 0..<4000 {
      let a = -8 + 16 * (Double(i) + 0.5) / 4000
      var logDensity = try Normal(0, 2).logDensity(a)
      for y in data { logDensity += -(y - a) / 1.5 - exp(-(y - a) / 1.5) }
      mass += exp(logDensity)
      moment += a * exp(logDensity)
    }
    let row = try #require(posterior.summary()["a"])
    #expect(abs(row.mean - moment / mass) < 4.5 * row.meanMCSE)
  }
}
