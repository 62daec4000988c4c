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
    expectError("the data given for all steps of `s/y`", Self.series([1, 2]).observing(["s/y": [1]]))
    expectError("expected a finite number", Self.series([1, 2]).observing(["s/y": [1, .infinity]]))
    let nested = Model {
      let outer = Scan("outer", count: 2, from: Random<Double>(0)) { x in
        let inner = Scan("inner", over: [0.1, 0.2], from: x) { x, y in
          Observe(y, from: Normal(x, 1), as: "y")
          Return(x)
        }
        inner
        Return(inner.final)
      }
      outer
      Return(outer.final)
    }
    expectError("scan in a scan", nested.observing(["outer/inner/y": [1, 2, 3, 4]]))
  }

  /// A state that data of two sites come from, one of them in a sub-model of the step; `z` is read by the state as well.
  private static func series(_ y: [Double], _ z: [Double] = [0.3, 0.1, -0.2]) -> Model<Random<Double>> {
    Model {
      let scan = try Scan("s", over: y, Array(z.prefix(y.count)), from: Random<Double>(0)) { x, y, z in
        let next = Latent("x", Normal(0.5 * x + z, 1))
        Observe(y, from: Normal(next, 1), as: "y")
        let part = try Submodel(
          "part",
          Model {
            Observe(z, from: Normal(next, 2), as: "z")
            Return(next)
          })
        part
        Return(next)
      }
      scan
      Return(scan.final)
    }
  }

  /// Data of a scan: the density, forward runs, and populations are those of the model that has the data itself.
  @Test func dataOfScansAreReplaced() throws {
    let (own, replaced) = (Self.series([1, 2, -1]), Self.series([9, 9, 9]).observing(["s/y": [1, 2, -1]]))
    let x = [0.2, -0.4, 0.9]
    func density(_ model: Model<Random<Double>>) throws -> Double {
      try CompiledModel(model).density.logDensityBySite(at: x).reduce(0) { $0 + $1.logDensity }
    }
    #expect(try density(replaced) == density(own))
    let key = RandomKey(seed: 1)
    #expect(try replaced.forwardDraws(count: 5, key: key).logWeights == own.forwardDraws(count: 5, key: key).logWeights)
    func scores(_ model: Model<Random<Double>>) throws -> [[Double]] {
      let population = try PopulationProgram(model).population(4, key: key)
      var scores: [[Double]] = []
      while let score = try population.advance() { scores.append(score) }
      return scores
    }
    #expect(try scores(replaced) == scores(own))
    let values = ["s/x": x.map { [$0] }]
    let z = try ConditionalRun(Self.series([1, 2, -1]).observing(["s/part/z": [4, 5, 6]])).logScores(given: values, count: 1)
    // the state still reads the sequence itself
    func logNormal(_ x: Double, _ mean: Double, _ sd: Double) -> Double {
      -0.5 * (x - mean) * (x - mean) / (sd * sd) - 0.9189385332046727 - (sd == 2 ? 0.6931471805599453 : 0)
    }
    let expected = zip(x, zip([1.0, 2, -1], [4.0, 5, 6])).reduce(0) {
      $0 + logNormal($1.1.0, $1.0, 1) + logNormal($1.1.1, $1.0, 2)
    }
    #expect(abs(z[0] - expected) < 1e-12)
  }
}
