import Foundation
import NumericCore
import PPL
import Testing

/// Densities in which discrete sites are summed out, against sums over all combinations of values: each is a model of its
/// own, with the values in place of the sites and their probabilities as a factor.
@Suite struct MarginalisationTests {
  static let y = [0.4, -1.3, 2.2, 0.1]

  /// A plate of assignments.
  static func mixture(_ given: [[Int]]?) -> Model<Random<[Double]>> {
    Model {
      let mu = Latent("mu", Normal([-1.0, 1, 0.5], 1.5), count: 3)
      let w = Latent("w", Dirichlet([2.0, 3, 1]))
      let z = given.map { Random<[Int]>($0[0]) } ?? Latent("z", Categorical(w), count: 4)
      if given != nil { Factor(Categorical(w).logDensities(at: z).sum) }
      Observe(y, from: Normal(mu[z], exp(0.3 * z.real - 0.4)), as: "y")
      Return(mu)
    }
  }

  /// Truth values that choose between rates.
  static func inflated(_ given: [[Int]]?) -> Model<Random<[Double]>> {
    Model {
      let rate = Latent("rate", Gamma(shape: 2, rate: 1))
      let p = Latent("p", Beta(2, 3))
      let isZero = given.map { Random<[Bool]>($0[0].map { $0 == 1 }) } ?? Latent("zero", Bernoulli(p), count: 6)
      if given != nil { Factor(Bernoulli(p).logDensities(at: isZero).sum) }
      Observe([0, 3, 0, 1, 0, 2], from: Poisson(rate: isZero.choose(0.01, else: rate)), as: "counts")
      Return(Random<[Double]>([rate, p]))
    }
  }

  /// A chain of states, its transitions random too.
  static func chain(_ given: [[Int]]?) -> Model<Random<[Double]>> {
    Model {
      let mu = Latent("mu", Normal(0, 2), count: 3)
      let rows = Latent("rows", Normal(0, 1), count: 9)
      var previous = Random<Int>(1)
      for (t, y) in y.enumerated() {
        let logits = Random<[Double]>((0..<3).map { rows[previous + 3 * $0] })
        let p = exp(logits - logits.logSumExp)
        let state = given.map { Random<Int>($0[t][0]) } ?? Latent("z[\(t)]", Categorical(p))
        if given != nil { Factor(Categorical(p).logDensity(at: state)) }
        Observe(y, from: Normal(mu[state], 0.7))
        previous = state
      }
      Return(mu)
    }
  }

  /// A number that all elements of two plates share, one of which is drawn from the other; and the law of a continuous site
  /// depends on them.
  static func shared(_ given: [[Int]]?) -> Model<Random<[Double]>> {
    Model {
      let a = Latent("a", Normal(0, 1))
      let s = given.map { Random<Int>($0[0][0]) } ?? Latent("s", Binomial(trials: 2, logistic(a)))
      if given != nil { Factor(Binomial(trials: 2, logistic(a)).logDensity(at: s)) }
      let p = logistic(a - 0.5 * s.real)
      let u = given.map { Random<[Int]>($0[1]) } ?? Latent("u", Binomial(trials: 1, p), count: 4)
      if given != nil { Factor(Binomial(trials: 1, p).logDensities(at: u).sum) }
      let q = 0.2 + 0.5 * u.real
      let v = given.map { Random<[Int]>($0[2]) } ?? Latent("v", Binomial(trials: 2, q), count: 4)
      if given != nil { Factor(Binomial(trials: 2, q).logDensities(at: v).sum) }
      let x = Latent("x", Normal(a + v.real, 0.8), count: 4)
      Observe(y, from: Normal(x * (1 + u.real), 0.6), as: "y")
      Return(x)
    }
  }

  /// A plate whose elements a factor joins.
  static func joined(_ given: [[Int]]?) -> Model<Random<[Double]>> {
    Model {
      let a = Latent("a", Normal(0, 1))
      let z = given.map { Random<[Int]>($0[0]) } ?? Latent("z", Binomial(trials: 2, logistic(a)), count: 4)
      if given != nil { Factor(Binomial(trials: 2, logistic(a)).logDensities(at: z).sum) }
      Factor(-0.3 * square(z.real.sum - 3 * a))
      Observe(y, from: Normal(a * z.real, 0.9), as: "y")
      Return(Random<[Double]>([a]))
    }
  }

  private struct Case: Sendable {
    let name: String
    let sites: [(name: String, count: Int, values: Int)]
    let model: @Sendable ([[Int]]?) -> Model<Random<[Double]>>
    let marginal: Model<Random<[Double]>>
  }

  private static var cases: [Case] {
    [
      Case(
        name: "inflated", sites: [("zero", 6, 2)], model: inflated, marginal: inflated(nil).marginalising(["zero"])),
      Case(name: "mixture", sites: [("z", 4, 3)], model: mixture, marginal: mixture(nil).marginalising("z")),
      Case(
        name: "chain", sites: (0..<4).map { ("z[\($0)]", 1, 3) }, model: chain,
        marginal: chain(nil).marginalising("z[0]", "z[1]").marginalising("z[2]", "z[3]")),
      Case(
        name: "shared", sites: [("s", 1, 3), ("u", 4, 2), ("v", 4, 3)], model: shared,
        marginal: shared(nil).marginalising("s", "u", "v")),
      Case(name: "joined", sites: [("z", 4, 3)], model: joined, marginal: joined(nil).marginalising("z")),
      Case(
        name: "hidden", sites: [("start", 1, 3), ("path/z", 4, 3)], model: hidden,
        marginal: hidden(nil).marginalising("start", "path/z")),
      Case(
        name: "joined chain", sites: [("shared", 1, 3), ("path/z", 4, 2), ("path/switched", 4, 2)], model: joinedChain,
        marginal: joinedChain(nil).marginalising("path/z", "path/switched", "shared")),
      Case(
        name: "counted", sites: [("first/z", 4, 2), ("second/z", 4, 2)], model: counted,
        marginal: counted(nil).marginalising("first/z", "second/z")),
      Case(name: "panel", sites: [("path/z", 6, 2)], model: panel, marginal: panel(nil).marginalising("path/z")),
    ]
  }

  /// All values of sites, by site and element.
  private static func combinations(_ sites: [(name: String, count: Int, values: Int)]) -> [[[Int]]] {
    sites.reduce([[]]) { all, site in
      let plate = (0..<site.count).reduce([[Int]]([[]])) { plates, _ in
        plates.flatMap { plate in (0..<site.values).map { plate + [$0] } }
      }
      return all.flatMap { some in plate.map { some + [$0] } }
    }
  }

  private static func logDensity(_ density: ModelDensity, _ position: [Double]) -> Double {
    var workspace = density.makeWorkspace()
    return density.logDensity(at: position.span, workspace: &workspace)
  }

  /// The log density of another model of the same sites, which it may have in another order.
  private static func logDensity<A, B>(
    _ other: CompiledModel<A>, _ position: [Double], of model: CompiledModel<B>
  ) -> Double {
    var ordered = position
    for site in other.inferredSites {
      guard let own = model.inferredSites.first(where: { $0.path == site.path }) else { continue }
      ordered.replaceSubrange(site.range, with: position[own.range])
    }
    return logDensity(other.density, ordered)
  }

  /// Values to 1e-10, gradients against finite differences, at three positions of each.
  @Test(arguments: 0..<8) func densitiesAreEnumeratedSums(number: Int) throws {
    let test = Self.cases[number]
    let model = try CompiledModel(test.marginal)
    let marginal = model.density
    let all = try Self.combinations(test.sites).map { try CompiledModel(test.model($0)) }
    #expect(all.count >= 64)
    for seed in 0..<3 {
      let position = RandomKey(seed: UInt64(seed)).normals(marginal.dimension)
      #expect(all[0].density.dimension == marginal.dimension)
      let exact = logSumExp(all.map { Self.logDensity($0, position, of: model) })
      let value = Self.logDensity(marginal, position)
      #expect(abs(value - exact) < 1e-10 * max(1, abs(exact)), "\(test.name): \(value), expected \(exact)")
      try expectGradient(of: marginal, at: position, test.name)
    }
  }

  /// The sites are drawn from their joint law given all else: probabilities of combinations, 4.5 standard errors of 40,000
  /// draws at one position, seed 3; those that are expected at least 20 times.
  @Test(arguments: 0..<8) func sitesAreDrawnGivenTheRest(number: Int) throws {
    let test = Self.cases[number]
    let model = try CompiledModel(test.marginal)
    let position = RandomKey(seed: 9).normals(model.density.dimension).map { 0.5 * $0 }
    let combinations = Self.combinations(test.sites)
    let logits = try combinations.map { Self.logDensity(try CompiledModel(test.model($0)), position, of: model) }
    let total = logSumExp(logits)
    let count = 40_000
    let positions = (0..<count).flatMap { _ in position }
    let draws = try model.generate(positions: positions, count: count, key: RandomKey(seed: 3))
    let columns = try test.sites.flatMap { try #require(draws[$0.name]) }
    var counts: [[Double]: Int] = [:]
    for i in 0..<count { counts[columns.map { $0[i] }, default: 0] += 1 }
    var tested = 0
    for (combination, logit) in zip(combinations, logits) {
      let p = exp(logit - total)
      guard p * Double(count) >= 20 else { continue }
      let seen = Double(counts[combination.joined().map(Double.init)] ?? 0) / Double(count)
      #expect(abs(seen - p) < 4.5 * (p * (1 - p) / Double(count)).squareRoot(), "\(test.name) \(combination): \(seen), \(p)")
      tested += 1
    }
    #expect(tested > 3)
    // predictions are made of them
    let predicted = try model.predictive(given: draws, count: count, key: RandomKey(seed: 4))
    #expect(predicted["y"]?.count ?? 4 == 4)
  }

  @Test func whatCannotBeSummed() throws {
    func error<Value>(_ model: Model<Value>) -> ModelError? {
      do {
        _ = try CompiledModel(model)
        return nil
      } catch { return error as? ModelError }
    }
    func site(_ error: ModelError?) -> String? {
      if case .unsupportedSite(let site, _, _) = error { return site }
      return nil
    }
    let poisson = Model {
      let k = Latent("k", Poisson(rate: 2))
      Observe(0.3, from: Normal(k.real, 1))
    }
    #expect(site(error(poisson.marginalising("k"))) == "k")
    #expect(site(error(poisson)) == "k")
    let continuous = Model { Observe(0.3, from: Normal(Latent("x", Normal(0, 1)), 1)) }
    #expect(site(error(continuous.marginalising("x"))) == "x")
    #expect(error(continuous.marginalising("z")) == .unknownSite("z", known: ["x"]))
    // a continuous state that depends on a discrete one has as many values as there are paths
    let switching = Model {
      let scan = Scan("s", over: Self.y, from: Random<Double>(0)) { x, y in
        let z = Latent("z", Binomial(trials: 1, 0.4))
        Observe(y, from: Normal(x, 1), as: "y")
        Return(0.5 * x + z.real)
      }
      scan
    }
    #expect(site(error(switching.marginalising("s/z"))) == "s")
    // what each step is given may not decide what the next state is
    let driven = Model {
      let scan = Scan("s", over: [0, 1, 1, 0], from: Random<Int>(0)) { state, y in
        Observe(y.real, from: Normal(state.real, 1), as: "y")
        Return(y * Latent("z", Binomial(trials: 1, 0.4)))
      }
      scan
    }
    #expect(site(error(driven.marginalising("s/z"))) == "s")
    let outside = Model {
      let scan = Scan("s", count: 4, from: Random<Int>(0)) { state in
        let next = Latent("z", Binomial(trials: 1, 0.2 + 0.5 * state.real))
        Return(next)
      }
      Observe(Self.y, from: Normal(scan.states.real, 1), as: "y")
    }
    #expect(site(error(outside.marginalising("s/z"))) == "s/z")
    let inner = Model {
      let scan = Scan("s", over: Self.y, from: Random<Double>(0)) { x, y in
        let inner = Scan("t", count: 2, from: Random<Int>(0)) { _ in
          let z = Latent("z", Binomial(trials: 1, 0.4))
          Return(z)
        }
        Observe(y, from: Normal(x + inner.final.real, 1), as: "y")
        Return(0.5 * x)
      }
      scan
    }
    #expect(site(error(inner.marginalising("s/t/z"))) == "s/t/z")
    let bounds = Model {
      let z = Latent("z", Binomial(trials: 3, 0.4))
      Observe(0.3, from: Normal(Latent("x", Uniform(0, 1 + z.real)), 1))
    }
    #expect(site(error(bounds.marginalising("z"))) == "z")
    let large = Model {
      let z = Latent("z", Binomial(trials: 3, 0.4), count: 10)
      Factor(-square(z.real.sum))
    }
    #expect(error(large.marginalising("z")) == .jointTooLarge(sites: ["z"], combinations: 1 << 20, limit: 4_096))
  }

  /// Names are those of the model that is marginalised, wherever it is included; other data keep the sum.
  @Test func namesAreThoseOfTheScope() throws {
    let part = Self.mixture(nil).marginalising("z")
    let whole = Model {
      let part = try Submodel("part", part)
      part
      Return(part.value)
    }
    let (a, b) = (try CompiledModel(part).density, try CompiledModel(whole).density)
    let position = RandomKey(seed: 1).normals(a.dimension)
    #expect(Self.logDensity(a, position) == Self.logDensity(b, position))
    #expect(try part.explain().rows.first { $0.site == "z" }?.role == .summedOut)
    // other data keep the sum
    let other = part.observing(["y": [0.0, 0, 0, 0]])
    let bound = try CompiledModel(part).binding(other).density
    #expect(abs(Self.logDensity(bound, position) - Self.logDensity(try CompiledModel(other).density, position)) < 1e-12)
  }
}
