import Foundation
import Inference
import NumericCore
import PPL
import Testing

/// All runs of finite programs, against answers by hand.
@Suite struct EnumerationTests {
  /// exp(log p) of a value of a variable, in an enumeration's measure.
  private func expect(
    _ model: Model<some Sendable>, evidence: Double, _ masses: [(String, [Double], Double)],
    sourceLocation: Testing.SourceLocation = #_sourceLocation
  ) throws {
    let exact = try ExactEnumeration().run(model)
    #expect(abs(exact.evidence - evidence) < 1e-12 * max(evidence, 1e-3), sourceLocation: sourceLocation)
    for (name, value, mass) in masses {
      let found = try exact.measure(of: name)[value]
      #expect(abs(found - mass) < 1e-12, "\(name) = \(value): \(found), expected \(mass)", sourceLocation: sourceLocation)
    }
  }

  @Test func aCoinAndItsSymptom() throws {
    let model = Model {
      let ill = Latent("ill", Bernoulli(0.01))
      Observe(true, from: Bernoulli(ill.choose(Random<Double>(0.95), else: Random<Double>(0.1))), as: "test")
      Return(ill)
    }
    try expect(model, evidence: 0.0095 + 0.099, [("ill", [1], 0.0095), ("ill", [0], 0.099)])
    let exact = try ExactEnumeration().run(model)
    #expect(abs(try exact.mean(of: "ill") - 0.0095 / 0.1085) < 1e-14)
    #expect(abs(try exact.probabilities(of: "ill").mass - 1) < 1e-14)
    #expect(throws: InferenceError.self) { try exact.mean(of: "well") }
    #expect(throws: InferenceError.self) { try exact.mean(of: "ill", element: 1) }
  }

  /// Plates branch over all combinations: products of binomial and categorical probabilities.
  @Test func plates() throws {
    func binomial(_ n: Int, _ k: Int, _ p: Double) -> Double {
      (0..<k).reduce(pow(1 - p, Double(n - k))) { $0 * p * Double(n - $1) / Double($1 + 1) }
    }
    let (near, far) = (Random<[Double]>([0.1, 0.2] as [Double]), Random<[Double]>([1, 0] as [Double]))
    let model = Model {
      let coin = Latent("coin", Bernoulli(0.25))
      let n = Latent("n", Binomial(trials: [3, 0, 2], [0.5, 0.3, 0.9]), count: 3)
      let same = Latent("same", Binomial(trials: 2, 0.4), count: 2)
      let c = Latent("c", Categorical([0.5, 0, 0.2, 0.3]), count: 2)
      let side = Latent("side", Bernoulli(coin.choose(near, else: far)), count: 2)
      Return((coin: coin, n: n, same: same, c: c, side: side))
    }
    try expect(
      model, evidence: 1,
      [
        ("n", [2, 0, 1], binomial(3, 2, 0.5) * binomial(2, 1, 0.9)), ("n", [3, 0, 0], binomial(3, 3, 0.5) * 0.01),
        ("same", [1, 2], binomial(2, 1, 0.4) * 0.16), ("c", [2, 3], 0.06), ("c", [0, 1], 0),
        ("side", [1, 0], 0.75 + 0.25 * 0.1 * 0.8), ("side", [0, 1], 0.25 * 0.9 * 0.2), ("coin", [1], 0.25),
      ])
    // Branches of probability 0 are pruned: 12 of n, 9 of same, 9 of c, 1 + 4 of side.
    #expect(try Enumeration(model).logWeights.count == 12 * 9 * 9 * 5)
  }

  /// A random number of trials: a bound that depends on an earlier choice.
  @Test func boundsThatAreDrawn() throws {
    let model = Model {
      let n = Latent("n", Binomial(trials: 4, 0.5))
      let k = Latent("k", Binomial(trials: n, 0.3))
      Return((n: n, k: k))
    }
    // Thinning: k is binomial itself, with probability 0.15.
    let exact = try ExactEnumeration().run(model)
    for (k, coefficient) in [1.0, 4, 6, 4, 1].enumerated() {
      let expected = coefficient * pow(0.15, Double(k)) * pow(0.85, Double(4 - k))
      #expect(abs(try exact.measure(of: "k")[[Double(k)]] - expected) < 1e-14)
    }
  }

  static let transitions = [[0.1, 0.4, 0.5], [0.2, 0.6, 0.2], [0.15, 0.7, 0.15]]

  static func markovScan(_ data: [Double]) throws -> Model<(last: Random<Int>, path: Random<[Int]>)> {
    let P = try Matrix(rowsOf: transitions)
    return Model {
      let first = Latent("first", Categorical([1.0 / 3, 1.0 / 3, 1.0 / 3]))
      let scan = Scan("chain", over: data, from: first) { state, y in
        let next = Latent("state", Categorical(P[row: state]))
        Observe(y, from: Normal([-1.0, 1, 0][next], 1), as: "y")
        Return(next)
      }
      scan
      Return((last: scan.final, path: scan.states))
    }
  }

  static func markovLoop(_ data: [Double]) throws -> Model<Random<Int>> {
    let P = try Matrix(rowsOf: transitions)
    return Model {
      var state = Latent("first", Categorical([1.0 / 3, 1.0 / 3, 1.0 / 3]))
      for (t, y) in data.enumerated() {
        state = Latent("state[\(t)]", Categorical(P[row: state]))
        Observe(y, from: Normal([-1.0, 1, 0][state], 1))
      }
      Return((state + 0))
    }
  }

  /// The same chain by recursion through continuations that score.
  static func markovRecursion(_ data: ArraySlice<Double>, _ state: Int?) -> Model<Random<Int>> {
    let next = Latent(Categorical(state.map { transitions[$0] } ?? [1.0 / 3, 1.0 / 3, 1.0 / 3]))
    return next.flatMap { next -> Model<Random<Int>> in
      Model {
        if state != nil, let y = data.first { Observe(y, from: Normal([-1.0, 1, 0][next], 1)) }
        let isLast = state == nil ? data.isEmpty : data.count == 1
        let rest = try Submodel(
          "rest", isLast ? Model { Return(Random(next)) } : markovRecursion(state == nil ? data : data.dropFirst(), next))
        rest
        Return(rest.value)
      }
    }
  }

  /// Scan, loop and recursion, T = 6, against the forward algorithm; 3^7 paths.
  @Test func hiddenMarkovModel() throws {
    let data = [0.8, -0.4, 1.9, 0.1, -1.3, 0.6]
    var p = Array(repeating: 1.0 / 3, count: 3)
    for y in data {
      p = (0..<3).map { j in
        (0..<3).reduce(0) { $0 + p[$1] * Self.transitions[$1][j] } * exp(-0.5 * pow(y - [-1.0, 1, 0][j], 2))
          / (2 * Double.pi).squareRoot()
      }
    }
    let evidence = p.reduce(0, +)
    let scan = try ExactEnumeration().run(Self.markovScan(data))
    let loop = try ExactEnumeration().run(Self.markovLoop(data))
    let recursion = try ExactEnumeration().run(Self.markovRecursion(data[...], nil))
    #expect(scan.logWeights.count == 2187)
    for (exact, name) in [(scan, "last"), (loop, "value"), (recursion, "value")] {
      #expect(abs(exact.evidence / evidence - 1) < 1e-12)
      for j in 0..<3 { #expect(abs(try exact.measure(of: name)[[Double(j)]] / p[j] - 1) < 1e-12) }
    }
    #expect(try scan.measure(of: "chain/state").distance(to: scan.measure(of: "path")) == 0)
    #expect(try Enumeration(Self.markovScan(data), recordsSteps: false).runs["chain/state"] == nil)
  }

  /// A scan in a scan, with scores in both, against loops.
  @Test func scansOfScansAreLoops() throws {
    let scans = Model {
      let outer = Scan("outer", over: [0.2, 0.6], from: Random<Int>(0)) { total, p in
        let inner = Scan("inner", over: [0.9, 0.4], from: total) { sum, q in
          let x = Latent("x", Bernoulli(p * q))
          Factor(x.choose(Random(-0.3), else: Random(0.1)) * q, as: "inner")
          Return(sum + x.choose(Random(1), else: Random(0)))
        }
        inner
        Factor(-0.2 * inner.final.real * p, as: "outer")
        Return(inner.final)
      }
      outer
      Return(outer.final)
    }
    var expected: [Int: Double] = [0: 1]
    for p in [0.2, 0.6] {
      for q in [0.9, 0.4] {
        var next: [Int: Double] = [:]
        for (sum, mass) in expected {
          next[sum + 1, default: 0] += mass * p * q * exp(-0.3 * q)
          next[sum, default: 0] += mass * (1 - p * q) * exp(0.1 * q)
        }
        expected = next
      }
      for (sum, mass) in expected { expected[sum] = mass * exp(-0.2 * Double(sum) * p) }
    }
    try expect(
      scans, evidence: expected.values.reduce(0, +),
      expected.map { ("value", [Double($0.key)], $0.value) })
  }

  /// Branches that score, draw, and include models; recursion that weight 0 or probability 0 bounds.
  @Test func dynamicPrograms() throws {
    @Sendable func branch(_ heads: Bool) -> Model<Random<Int>> {
      heads
        ? Model {
          let k = Latent("k", Binomial(trials: 2, 0.5))
          Factor(log(0.5) * k.real)
          Return(k)
        } : Model { Return(Random<Int>(7)) }
    }
    let model = Model {
      let part = try Submodel("part", Latent("coin", Bernoulli(0.4)).flatMap(branch))
      part
      Factor(Random(-1.0))
      Return(part.value)
    }
    let z = exp(-1.0)
    try expect(
      model, evidence: z * (0.6 + 0.4 * (0.25 + 0.25 + 0.0625)),
      [("value", [7], z * 0.6), ("value", [1], z * 0.4 * 0.25), ("value", [2], z * 0.4 * 0.0625)])

    @Sendable func tosses(_ depth: Int, until end: Int) -> Random<Int> {
      Latent(Bernoulli(depth < end ? 0.5 : 1)).flatMap { $0 ? Random(depth) : tosses(depth + 1, until: end) }
    }
    try expect(
      Model { Return(tosses(0, until: 30)) }, evidence: 1, [("value", [3], 1.0 / 16), ("value", [30], pow(0.5, 30))])

    @Sendable func scored(_ depth: Int) -> Model<Random<Int>> {
      Latent(Bernoulli(0.5)).flatMap { heads -> Model<Random<Int>> in
        Model {
          Factor(Random(depth < 5 ? -0.1 : -.infinity))
          let rest = try Submodel("rest", heads ? Model { Return(Random(depth)) } : scored(depth + 1))
          rest
          Return(rest.value)
        }
      }
    }
    try expect(scored(0), evidence: (1...5).reduce(0) { $0 + pow(0.5 * exp(-0.1), Double($1)) }, [])
  }

  @Test func whatCannotBeEnumeratedNamesItsSite() throws {
    func reason(_ model: Model<some Sendable>, limit: Int = 1_000) -> String {
      do {
        _ = try ExactEnumeration(limit: limit).run(model)
        return "none"
      } catch { return "\(error)" }
    }
    func one<D: Distribution>(_ distribution: D) -> Model<Random<D.Value>> {
      Model { Return(Latent("site", distribution)) }
    }
    func factor(_ logWeight: Random<Double>) -> Model<Double> {
      Model {
        Factor(logWeight, as: "site")
        Return(1.0)
      }
    }
    let a = Latent("a", Bernoulli(0.5))
    let (half, ones) = (Random([0.5, 0.5]), Random([1.0, 1]))
    let cases: [(String, String)] = [
      (reason(one(Normal(0, 1))), "continuous"), (reason(one(Poisson(rate: 2))), "infinitely many"),
      (reason(one(Flat())), "improper"), (reason(one(Binomial(trials: 1_000_000, 0.5))), "1000 branches"),
      (reason(Model { Return(Latent("site", Bernoulli(0.5), count: 100)) }), "1000 branches"),
      (reason(one(Bernoulli(2 * a.choose(Random(1.0), else: Random(0.0))))), "probability = 2"),
      (reason(one(Categorical(0.5 * a.choose(half, else: ones)))), "sum to 0.5"),
      (reason(factor(a.choose(Random(1.0), else: Random(.nan)))), "nan"),
      (reason(factor(Random(Double.infinity))), "inf"),
    ]
    for (text, words) in cases { #expect(text.contains("site`") && text.contains(words), "\(text), expected \(words)") }
    #expect(throws: InferenceError.self) { try ExactEnumeration(limit: 0).run(one(Bernoulli(0.5))) }
  }

  /// A program that ends with probability 1 and has infinitely many runs.
  @Test func infinitelyManyRunsEndAtTheLimit() {
    @Sendable func geometric(_ p: Double) -> Random<Int> {
      Latent(Bernoulli(p)).flatMap { heads in heads ? 0 : geometric(p).map { $0 + 1 } }
    }
    #expect(throws: ModelError.self) { try ExactEnumeration(limit: 20_000).run(Model { Return(geometric(0.5)) }) }
  }

  /// An unused latent is not drawn: it may be continuous. What nothing depends on but a score is.
  @Test func onlyWhatIsNeededIsEnumerated() throws {
    let model = Model {
      let _ = Latent("unused", Normal(0, 1))
      let x = Latent("x", Bernoulli(0.5))
      let y = Latent("y", Bernoulli(0.5))
      Factor(y.choose(Random(0.0), else: Random(-.infinity)))
      Return(x)
    }
    try expect(model, evidence: 0.5, [("x", [1], 0.25), ("y", [1], 0.5), ("y", [0], 0)])
    let impossible = try ExactEnumeration().run(
      Model {
        Factor(Random(-Double.infinity))
        Return(1.0)
      })
    #expect(impossible.evidence == 0 && impossible.logEvidence == -.infinity)
    #expect(throws: FiniteChainError.self) { try impossible.probabilities(of: "value") }
  }
}
