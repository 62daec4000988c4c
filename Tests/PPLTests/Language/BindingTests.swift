import NumericCore
import PPL
import Testing

/// New data of the same shapes: the program of the first model serves.
@Suite struct BindingTests {
  private func regression(_ x: [Double], _ y: [Double], priorScale: Double = 3) -> Model<Random<Double>> {
    Model {
      let a = Latent("a", Normal(0, priorScale))
      let b = Latent("b", Normal(0, 2))
      let s = Latent("s", Exponential(rate: 1.5))
      Observe(y, from: StudentT(degrees: 4, a + b * x, scale: s))
      Return(b)
    }
  }

  private func value(_ density: ModelDensity, _ q: [Double]) -> Double {
    var workspace = density.makeWorkspace()
    return density.logDensity(at: q.span, workspace: &workspace)
  }

  @Test func newDataGiveWhatANewLoweringGives() throws {
    let first = try CompiledModel(regression([1, 2, 3], [0.5, 1, 1.5]))
    let second = regression([0.1, -2, 4], [7, 1, -1.5], priorScale: 0.7)
    let bound = try first.binding(second)
    let q = [0.3, -0.4, 0.2]
    #expect(value(bound.density, q) == value(try CompiledModel(second).density, q))
    #expect(value(bound.density, q) != value(first.density, q))
  }

  @Test func anotherStructureIsRefused() throws {
    let first = try CompiledModel(regression([1, 2, 3], [0.5, 1, 1.5]))
    #expect(throws: ModelError.self) { try first.binding(regression([1, 2], [0.5, 1])) }
    let other = Model {
      let a = Latent("a", Normal(0, 3))
      let b = Latent("b", Normal(0, 2))
      let s = Latent("s", Exponential(rate: 1.5))
      Observe([1.0, 2, 3], from: Normal(a + b * [1.0, 2, 3], s))
      Return(b)
    }
    #expect(throws: ModelError.self) { try first.binding(other) }
  }

  /// Constants that are equal by chance may part.
  @Test func equalConstantsAreApart() throws {
    let first = try CompiledModel(regression([1, 2, 3], [0.5, 1, 1.5], priorScale: 2))
    let second = regression([1, 2, 3], [0.5, 1, 1.5], priorScale: 3)
    let q = [0.3, -0.4, 0.2]
    #expect(value(try first.binding(second).density, q) == value(try CompiledModel(second).density, q))
  }
}
