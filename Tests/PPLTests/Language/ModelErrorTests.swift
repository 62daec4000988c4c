import NumericCore
import PPL
import Testing

/// What is wrong with a model is said with the site and the place in the source.
@Suite struct ModelErrorTests {
  private func message<V>(_ model: Model<V>) -> String {
    do {
      _ = try CompiledModel(model)
      return "no error"
    } catch { return "\(error)" }
  }

  @Test func aNameUsedTwice() {
    let text = message(
      Model {
        let a = Latent("mu", Normal(0, 1))
        let b = Latent("mu", Normal(0, 1))
        Observe(1.0, from: Normal(a + b, 1))
        Return(a)
      })
    #expect(text.contains("`mu` is used twice") && text.contains("ModelErrorTests.swift"))
  }

  @Test func aShapeMismatchOfOperands() {
    let text = message(
      Model {
        let a = Latent("a", Normal(0, 1), count: 3)
        Observe([1.0, 2], from: Normal(a + [1.0, 2], 1))
        Return(a)
      })
    #expect(text.contains("a vector of 3 and a vector of 2"))
  }

  @Test func dataOfAnotherLengthThanTheMean() {
    let text = message(
      Model {
        let a = Latent("a", Normal(0, 1), count: 3)
        Observe([1.0, 2], from: Normal(a, 1), as: "y")
        Return(a)
      })
    #expect(text.contains("`y`") && text.contains("ModelErrorTests.swift"))
  }

  @Test func aSubmodelWhoseScoresAreLeftOut() {
    let scored = Model {
      let x = Latent("x", Normal(0, 1))
      Observe(1.0, from: Normal(x, 1))
      Return(x)
    }
    let text = message(
      Model {
        let part = try Submodel("part", scored)
        Return(part.value)
      })
    #expect(text.contains("`part` were left out"))
  }

  @Test func aDatumThatIsNotANumber() {
    let text = message(
      Model {
        let x = Latent("x", Normal(0, 1))
        Observe([1, .nan], from: Normal(x, 1), as: "y")
        Return(x)
      })
    #expect(text.contains("y[1] = nan, expected a finite number"))
  }

  @Test func aDatumOutsideOfTheSupport() {
    let text = message(
      Model {
        let x = Latent("x", Normal(0, 1))
        Observe([1, -3], from: Gamma(shape: 2, rate: exp(x)), as: "y")
        Return(x)
      })
    #expect(text.contains("y[1] = -3.0, expected at least 0.0"))
  }

  @Test func aNegativeScale() {
    let text = message(
      Model {
        let x = Latent("x", Normal(0, -0.3))
        Observe(1.0, from: Normal(x, 1))
        Return(x)
      })
    #expect(text.contains("standardDeviation = -0.3, expected > 0, at `x`, ModelErrorTests.swift"))
  }

  @Test func aDiscreteLatentThatReachesAScore() {
    let text = message(
      Model {
        let k = Latent("k", Poisson(rate: 3))
        Observe(1.0, from: Normal(k.real, 1))
        Return(k)
      })
    #expect(text.contains("`k`: a discrete latent has no gradient"))
  }

  @Test func anIndexOutOfRange() {
    let text = message(
      Model {
        let a = Latent("a", Normal(0, 1), count: 3)
        Observe([1.0, 2], from: Normal(a[[0, 3]], 1))
        Return(a)
      })
    #expect(text.contains("index 3, expected 0 to 2"))
  }

  @Test func aClosureAmongTheReturned() {
    let text = message(
      Model {
        let a = Latent("a", Normal(0, 1))
        Observe(1.0, from: Normal(a, 1))
        Return({ @Sendable (x: Double) in a * x })
      })
    #expect(text.contains("random elements") && text.contains("RandomElements"))
  }

  @Test func aStartThatFailsNamesTheSiteAndTheParameter() throws {
    let model = Model {
      let x = Latent("x", Normal(0, 1))
      Observe(1.0, from: Normal(0, x - 50), as: "y")
      Return(x)
    }
    do {
      _ = try CompiledModel(model).start(.random, key: RandomKey(seed: 1))
      Issue.record("there is no start")
    } catch let error as ModelError {
      let text = "\(error)"
      #expect(text.contains("`y`") && text.contains("standardDeviation = -") && text.contains("expected > 0"))
    }
  }

  @Test func startsThatTheUserGivesAreChecked() throws {
    let model = Model {
      let x = Latent("x", Exponential(rate: 1))
      Observe(1.0, from: Normal(x, 1))
      Return(x)
    }
    let compiled = try CompiledModel(model)
    #expect(throws: ModelError.self) { try compiled.start(.values(["x": [-1]]), key: RandomKey(seed: 1)) }
    #expect(throws: ModelError.self) { try compiled.start(.values(["z": [1]]), key: RandomKey(seed: 1)) }
    #expect(throws: ModelError.self) { try compiled.start(.values(["x": [1, 2]]), key: RandomKey(seed: 1)) }
  }

  /// A parameter that is drawn outside of its domain: named with the draw that it spoils, in lanes and on continuations.
  @Test(arguments: [false, true]) func drawsWithWrongParametersAreErrors(isDynamic: Bool) {
    let model = Model {
      let s = Latent("s", Normal(0, 1))
      let x = Latent("x", Normal(0, s))
      let y = Latent("y", Dirichlet([1, 2, 3]))
      Return((isDynamic ? x.flatMap { Random<Double>($0) } : x, y))
    }
    do {
      _ = try model.prior(draws: 100, seed: 1)
      Issue.record("no error")
    } catch {
      let text = "\(error)"
      #expect(text.contains("standardDeviation = -") && text.contains("expected > 0, at `x`"), "\(text)")
    }
    let scored = Model {
      let s = Latent("s", Normal(0, 1))
      Observe(1.0, from: Normal(0, isDynamic ? s.flatMap { Random<Double>($0) } : s), as: "y")
      Return(s)
    }
    do {
      _ = try scored.forwardDraws(count: 100, key: RandomKey(seed: 1))
      Issue.record("no error")
    } catch { #expect("\(error)".contains("the score of `y` is not a number"), "\(error)") }
  }
}
