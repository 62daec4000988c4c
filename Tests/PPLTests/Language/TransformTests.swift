import Foundation
import NumericCore
import PPL
import Testing

/// Unconstraining transforms: the density on the unconstrained space has the mass of the density on the support, its
/// gradient is right, and a start given on the support comes back.
@Suite struct TransformTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let start: [Double]
    let model: Model<Random<[Double]>>
    var testDescription: String { name }
  }

  static let cases: [Case] = [
    Case(name: "positive", start: [0.3, 2], model: Model {
      let x = Latent("x", Gamma(shape: 2, rate: 3), count: 2)
      Factor(0 * x.sum)
      Return(x)
    }),
    Case(name: "interval with random bounds", start: [0.7, 1.2], model: Model {
      let a = Latent("a", Uniform(0, 1))
      let b = Latent("b", Uniform(a, 2 + a))
      Factor(0 * (a + b))
      Return(Random<[Double]>([a, b]))
    }),
    Case(name: "lower bound that is random", start: [0.4, 0.9], model: Model {
      let a = Latent("a", Normal(0, 1))
      let b = Latent("b", Flat(lower: a))
      Factor(Exponential(rate: 2).logDensity(at: b - a))
      Return(Random<[Double]>([a, b]))
    }),
    Case(name: "simplex", start: [0.2, 0.5, 0.3], model: Model {
      let x = Latent("x", Dirichlet([2.0, 3, 1.5]))
      Factor(0 * x.sum)
      Return(x)
    }),
    Case(name: "ordered", start: [-1, 0.5, 2], model: Model {
      let x = Latent("x", Ordered(Normal(0, 1), count: 3))
      Factor(0 * x.sum)
      Return(x)
    }),
    Case(name: "factor of a correlation matrix", start: [1, 0.6, -0.48, 0, 0.8, 0.6, 0, 0, 0.64], model: Model {
      let x = Latent("x", LKJCholesky(count: 3, shape: 1.7))
      Factor(0 * x.sum)
      Return(Random<[Double]>([x[1, 0], x[2, 0], x[2, 1]]))
    }),
    Case(name: "truncated to random bounds", start: [0.7, 1.2], model: Model {
      let a = Latent("a", Uniform(0, 1))
      let b = Latent("b", Truncated(Normal(a, 1), from: a - 0.5, to: 2 + a))
      Factor(0 * (a + b))
      Return(Random<[Double]>([a, b]))
    }),
  ]

  @Test(arguments: cases) func gradients(_ test: Case) throws {
    let density = try CompiledModel(test.model).density
    for scale in [0.1, 1, -2] {
      try expectGradient(of: density, at: (0..<density.dimension).map { scale * (0.3 + 0.2 * Double($0)) }, test.name)
    }
  }

  /// The mass of the unconstrained density by a product rule: 1, as the density's own.
  @Test(arguments: cases) func massIsKept(_ test: Case) throws {
    let density = try CompiledModel(test.model).density
    var workspace = density.makeWorkspace()
    let n = density.dimension
    let (limit, count) = (14.0, n == 3 ? 160 : 700)
    let h = 2 * limit / Double(count)
    var total = 0.0
    var position = Array(repeating: 0.0, count: n)
    for index in 0..<Int(pow(Double(count), Double(n))) {
      var rest = index
      for i in 0..<n {
        position[i] = -limit + (Double(rest % count) + 0.5) * h
        rest /= count
      }
      total += exp(density.logDensity(at: position.span, workspace: &workspace))
    }
    let mass = total * pow(h, Double(n))
    #expect(abs(mass - 1) < 1e-4, "\(test.name): \(mass)")
  }

  @Test(arguments: cases) func startsComeBack(_ test: Case) throws {
    let compiled = try CompiledModel(test.model)
    let names = compiled.inferredSites.map(\.path)
    let start: [String: [Double]] =
      names.count == 1 ? [names[0]: test.start] : Dictionary(uniqueKeysWithValues: zip(names, test.start.map { [$0] }))
    let position = try compiled.start(.values(start), key: RandomKey(seed: 1))
    let values = try compiled.generate(positions: position, count: 1, key: RandomKey(seed: 1))
    for (name, expected) in start {
      let value = try #require(values[name]).map { $0[0] }
      for (a, b) in zip(value, expected) { #expect(abs(a - b) < 1e-12) }
    }
  }
}
