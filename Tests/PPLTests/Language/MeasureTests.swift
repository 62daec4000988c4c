import PPL
import Testing

/// Laws of measures that the language's form relies on.
@Suite struct MeasureTests {
  private func value<V>(_ model: Model<V>, _ values: [String: Double]) throws -> Double {
    let compiled = try CompiledModel(model)
    let position = try compiled.start(.values(values.mapValues { [$0] }), key: RandomKey(seed: 1))
    var workspace = compiled.density.makeWorkspace()
    return compiled.density.logDensity(at: position.span, workspace: &workspace)
  }

  /// Commutativity: the order of independent latents, and of scores, does not matter.
  @Test func orderDoesNotMatter() throws {
    let values = ["a": 0.3, "b": 1.7]
    let first = Model {
      let a = Latent("a", Normal(0, 1))
      let b = Latent("b", Exponential(rate: 2))
      Observe(1.0, from: Normal(a, b))
      Factor(-a * b)
      Return(a)
    }
    let second = Model {
      let b = Latent("b", Exponential(rate: 2))
      let a = Latent("a", Normal(0, 1))
      Factor(-a * b)
      Observe(1.0, from: Normal(a, b))
      Return(a)
    }
    #expect(abs(try value(first, values) - value(second, values)) < 1e-14)
  }

  /// Affinity: a latent that nothing uses is dropped, a proper one without a trace; scores stay.
  @Test func unusedLatentsAreDropped() throws {
    let model = Model {
      let a = Latent("a", Normal(0, 1))
      _ = Latent("unused", Normal(a, 1))
      Factor(0.7)
      Observe(1.0, from: Normal(a, 1))
      Return(a)
    }
    let expected = try Normal(0, 1).logDensity(0.4) + Normal(0.4, 1).logDensity(1) + 0.7
    #expect(abs(try value(model, ["a": 0.4]) - expected) < 1e-14)
  }

  /// Splitting a plate of observations changes nothing.
  @Test func platesSplit() throws {
    let whole = Model {
      let a = Latent("a", Normal(0, 1))
      Observe([1.0, 2, 3], from: Normal(a, [1.0, 2, 3]))
      Return(a)
    }
    let split = Model {
      let a = Latent("a", Normal(0, 1))
      for i in 1...3 { Observe(Double(i), from: Normal(a, Double(i))) }
      Return(a)
    }
    #expect(abs(try value(whole, ["a": 0.4]) - value(split, ["a": 0.4])) < 1e-14)
  }
}
