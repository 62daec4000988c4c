import Foundation
import NumericCore
import PPL
import Testing

@Suite struct ConditionalDensityTests {
  private static let model = Model {
    let mu = Latent("mu", Normal(0, 1))
    let sigma = Latent("sigma", Gamma(shape: 2, rate: 1.5))
    let width = Latent("width", Uniform(0, 1 + sigma))
    let scan = Scan("path", over: [0.2, -0.4, 1.1], from: Latent("first", Normal(mu, sigma))) { x, y in
      let next = Latent("x", Normal(0.8 * x + 0.2 * mu, sigma))
      Observe(y, from: Normal(next, 0.5 + width), as: "y")
      Return(next)
    }
    scan
    Return(mu)
  }

  private static let others = ["width": [0.4], "first": [0.3], "path/x": [0.1, -0.2, 0.7]]

  /// Differences between positions are those of the whole model's density, whose other coordinates stay.
  @Test func densityIsThatOfTheModel() throws {
    let density = try ConditionalDensity(Self.model, over: ["mu", "sigma"])
    #expect(Set(density.given.map(\.name)) == ["width", "first", "path/x"] && density.dimension == 2)
    let compiled = try CompiledModel(Self.model)
    var workspace = density.makeWorkspace()
    var whole = compiled.density.makeWorkspace()
    var differences: [Double] = []
    for (mu, sigma) in [(0.2, 0.7), (-1.1, 1.9), (0.9, 0.2)] {
      let values = Self.others.merging(["mu": [mu], "sigma": [sigma]]) { $1 }
      try density.setValues(values)
      let position = try density.space.position(of: values)
      let own = density.logDensity(at: position.span, workspace: &workspace)
      let start = try compiled.start(.values(values), key: RandomKey(seed: 1))
      // The bound of `width` depends on sigma: the Jacobian of its coordinate is no part of the conditional density.
      let bySite = compiled.density.logDensityBySite(at: start).filter { $0.site != "width: log Jacobian" }
      _ = compiled.density.logDensity(at: start.span, workspace: &whole)
      differences.append(own - bySite.reduce(0) { $0 + $1.logDensity })
    }
    for difference in differences { #expect(abs(difference - differences[0]) < 1e-9) }
  }

  /// Against central differences.
  @Test func gradient() throws {
    let density = try ConditionalDensity(Self.model, over: ["sigma", "mu"])
    try density.setValues(Self.others)
    var workspace = density.makeWorkspace()
    var gradient = [0.0, 0]
    let position = [0.3, -0.4]
    var span = gradient.mutableSpan
    _ = density.logDensity(at: position.span, gradient: &span, workspace: &workspace)
    for i in 0..<2 {
      func at(_ step: Double) -> Double {
        var moved = position
        moved[i] += step
        return density.logDensity(at: moved.span, workspace: &workspace)
      }
      let difference = (8 * (at(1e-3) - at(-1e-3)) - (at(2e-3) - at(-2e-3))) / 12e-3
      #expect(abs(gradient[i] - difference) < 1e-8 * max(1, abs(difference)))
    }
  }

  /// A value that other values make impossible has density 0.
  @Test func boundsOfOtherSitesCount() throws {
    let density = try ConditionalDensity(Self.model, over: ["sigma", "mu"])
    try density.setValues(Self.others.merging(["width": [1.5]]) { $1 })
    var workspace = density.makeWorkspace()
    #expect(density.logDensity(at: [log(0.4), 0].span, workspace: &workspace) == -.infinity)
    #expect(density.logDensity(at: [log(0.6), 0].span, workspace: &workspace) > -.infinity)
  }

  @Test func wrongSitesAndValuesAreErrors() throws {
    #expect(throws: ModelError.self) { try ConditionalDensity(Self.model, over: ["path/x"]) }
    #expect(throws: ModelError.self) { try ConditionalDensity(Self.model, over: ["nowhere"]) }
    let density = try ConditionalDensity(Self.model, over: ["mu", "sigma"])
    #expect(throws: ModelError.self) { try density.setValues(["width": [0.4]]) }
    #expect(throws: ModelError.self) { try density.setValues(Self.others.merging(["first": [1, 2]]) { $1 }) }
  }
}
