import PPL
import Testing

@Suite struct BoundsTests {
  @Test func boundsAreThoseOfTheSupport() throws {
    let model = Model {
      let x = Latent("x", Normal(0, 1))
      let scale = Latent("scale", HalfNormal(scale: 1))
      let below = Latent("below", Flat(upper: -2))
      let between = Latent("between", Uniform([0.0, 1], [2.0, 5]), count: 2)
      let random = Latent("random", Uniform(0, scale))
      let parts = Latent("parts", Dirichlet([1.0, 1]))
      let forward = Latent("forward", Beta(2, 3))
      Observe(1.0, from: Normal(x + below + between.sum + random + parts[0], scale))
      Return((x: x, forward: forward))
    }
    let compiled = try CompiledModel(model)
    func bounds(_ path: String, _ element: Int = 0) -> [Double] {
      let (lower, upper) = compiled.bounds(of: path, element: element)
      return [lower, upper]
    }
    #expect(bounds("x") == [-.infinity, .infinity])
    #expect(bounds("scale") == [0, .infinity])
    #expect(bounds("below") == [-.infinity, -2])
    #expect(bounds("between", 0) == [0, 2] && bounds("between", 1) == [1, 5])
    #expect(bounds("random") == [0, .infinity])
    #expect(bounds("parts", 1) == [0, 1])
    #expect(bounds("forward") == [0, 1])
    #expect(bounds("nothing") == [-.infinity, .infinity])
  }
}
