import NumericCore
import PPL
import Testing

@Suite struct ReplacedDataTests {
  private static func model(_ y: [Double], _ single: Double = 0.5) -> Model<Random<Double>> {
    Model {
      let mu = Latent("mu", Normal(0, 1))
      Observe(y, from: Normal(mu, 2), as: "y")
      Observe(single, from: Normal(2 * mu, 1), as: "single")
      Return(mu)
    }
  }

  private func logDensity<Value>(_ model: Model<Value>, at x: Double) throws -> Double {
    let density = try CompiledModel(model).density
    return density.logDensityBySite(at: [x]).reduce(0) { $0 + $1.logDensity }
  }

  /// The same as the model that has the data itself.
  @Test func dataTakeThePlaceOfData() throws {
    let replaced = Self.model([9, 9, 9]).observing(["y": [1, -1, 0.5]])
    #expect(try logDensity(replaced, at: 0.3) == logDensity(Self.model([1, -1, 0.5]), at: 0.3))
    let both = Self.model([9, 9], 9).observing(["y": [1, 2], "single": [0.1]])
    #expect(try logDensity(both, at: 0.3) == logDensity(Self.model([1, 2], 0.1), at: 0.3))
    // what is given last is what counts
    let twice = Self.model([9, 9]).observing(["y": [1, 2]]).observing(["y": [3, 4]])
    #expect(try logDensity(twice, at: 0.3) == logDensity(Self.model([3, 4]), at: 0.3))
  }

  /// In a sub-model, by its own names and by those of the whole.
  @Test func subModelsHaveData() throws {
    func including(_ part: Model<Random<Double>>) -> Model<Random<Double>> {
      Model {
        let part = try Submodel("part", part)
        part
        Return(part.value)
      }
    }
    let expected = try logDensity(including(Self.model([1, 2])), at: 0.3)
    #expect(try logDensity(including(Self.model([9, 9]).observing(["y": [1, 2]])), at: 0.3) == expected)
    #expect(try logDensity(including(Self.model([9, 9])).observing(["part/y": [1, 2]]), at: 0.3) == expected)
  }

  @Test func wrongDataAreErrors() throws {
    #expect(throws: ModelError.unknownSite("z", known: ["single", "y"])) {
      try CompiledModel(Self.model([1]).observing(["z": [1]]))
    }
    func expectError<Value>(_ text: String, _ model: Model<Value>) {
      do {
        _ = try CompiledModel(model)
        Issue.record("no error that says: \(text)")
      } catch { #expect("\(error)".contains(text), "\(error)") }
    }
    expectError("the data given for `y`", Self.model([1, 2]).observing(["y": [1]]))
    expectError("expected a finite number", Self.model([1, 2]).observing(["y": [1, .nan]]))
    let series = Model {
      let scan = Scan("s", over: [0.1, 0.2], from: Random<Double>(0)) { x, y in
        let next = Latent("x", Normal(x, 1))
        Observe(y, from: Normal(next, 1), as: "y")
        Return(next)
      }
      scan
      Return(scan.final)
    }
    expectError("the data of a scan cannot be replaced", series.observing(["s/y": [1, 2]]))
  }
}
