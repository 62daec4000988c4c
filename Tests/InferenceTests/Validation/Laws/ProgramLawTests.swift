import Foundation
import Inference
import NumericCore
import PPL
import Testing

/// Laws of the language, on random finite programs, seeds 0 to 59, by enumeration: equal measures to 10^-10 of their mass.
@Suite struct ProgramLawTests {
  typealias Kernel = @Sendable (Random<Int>) -> Model<Random<Int>>

  static let seeds: Range<UInt64> = 0..<60

  /// A random program of a seed; programs of other `part`s are others.
  private func kernel(_ seed: UInt64, _ part: UInt64, depth: Int = 1, scores: Bool = true) -> Kernel {
    let program = RandomProgram(seed: 1_000 * part + seed, depth: depth, scores: scores)
    return { program($0) }
  }

  private func bind(_ model: Model<Random<Int>>, _ kernel: @escaping Kernel) -> Model<Random<Int>> {
    Model {
      let first = try Submodel("first", model)
      first
      let second = try Submodel("second", kernel(first.value))
      second
      Return(second.value)
    }
  }

  /// The same by a continuation.
  private func bindDynamically(_ model: Model<Random<Int>>, _ kernel: @escaping Kernel) -> Model<Random<Int>> {
    Model {
      let first = try Submodel("first", model)
      first
      let second = try Submodel("second", first.value.flatMap { kernel(Random<Int>($0)) })
      second
      Return(second.value)
    }
  }

  /// The measure of what is returned.
  private func measure(_ model: Model<Random<Int>>) throws -> FiniteMeasure<[Double]> {
    let named = Model {
      let all = try Submodel("all", model)
      all
      Return(all.value + 0)
    }
    return try ExactEnumeration(limit: 200_000, recordsSteps: false).run(named).measure(of: "value")
  }

  private func expectEqual(
    _ a: Model<Random<Int>>, _ b: Model<Random<Int>>, _ seed: UInt64,
    sourceLocation: Testing.SourceLocation = #_sourceLocation
  ) throws {
    let (a, b) = (try measure(a), try measure(b))
    #expect(a.distance(to: b) <= 1e-10 * b.mass, "seed \(seed)", sourceLocation: sourceLocation)
  }

  private func score(_ model: Model<Random<Int>>, _ factors: [Double]) -> Model<Random<Int>> {
    Model {
      let part = try Submodel("part", model)
      part
      for factor in factors { Factor(Random<Double>(factor)) }
      Return(part.value)
    }
  }

  /// The programs are not trivial: most have mass, and several values; some are static, some dynamic.
  @Test func randomProgramsAreOfAllKinds() throws {
    var (withMass, withValues, dynamic) = (0, 0, 0)
    for seed in Self.seeds {
      let model = kernel(seed, 1, depth: 2)(1)
      let measure = try measure(model)
      withMass += measure.mass > 0 ? 1 : 0
      withValues += measure.elements.count > 1 ? 1 : 0
      dynamic += try PopulationProgram(model).isDynamic ? 1 : 0
      #expect(try self.measure(kernel(seed, 1, depth: 2)(1)).distance(to: measure) == 0)
    }
    #expect(withMass > 50 && withValues > 35 && (10...50).contains(dynamic), "\(withMass), \(withValues), \(dynamic)")
  }

  /// Law 1, for both ways to bind, which agree.
  @Test func monadLaws() throws {
    for seed in Self.seeds {
      let (m, k, h) = (kernel(seed, 1)(1), kernel(seed, 2), kernel(seed, 3, depth: 0))
      try expectEqual(bind(m, k), bindDynamically(m, k), seed)
      for bind in [bind, bindDynamically] {
        for value in 0..<3 { try expectEqual(bind(Model { Return(Random<Int>(value)) }, k), k(Random<Int>(value)), seed) }
        try expectEqual(bind(m) { value in Model { Return(value) } }, m, seed)
        try expectEqual(bind(bind(m, k), h), bind(m) { bind(k($0), h) }, seed)
      }
    }
  }

  /// Law 2: what does not depend on each other swaps, with its scores.
  @Test func commutativity() throws {
    for seed in Self.seeds {
      let (m, f, g) = (kernel(seed, 1)(1), kernel(seed, 2), kernel(seed, 3, depth: 0))
      func both(firstComesFirst: Bool) -> Model<Random<Int>> {
        Model {
          let input = try Submodel("input", m)
          input
          let a = try Submodel("a", f(input.value))
          let b = try Submodel("b", g(input.value))
          if firstComesFirst { a }
          b
          if !firstComesFirst { a }
          Return(9 * input.value + 3 * a.value + b.value)
        }
      }
      try expectEqual(both(firstComesFirst: true), both(firstComesFirst: false), seed)
    }
  }

  /// Law 3: a program without scores has mass 1 and drops out if it is not used; one with scores leaves its mass.
  @Test func affinity() throws {
    for seed in Self.seeds {
      for scores in [false, true] {
        let (unused, m) = (kernel(seed, 1, scores: scores)(1), kernel(seed, 2)(2))
        let both = Model {
          let first = try Submodel("unused", unused)
          first
          let second = try Submodel("used", m)
          second
          Return(second.value)
        }
        let mass = try measure(unused).mass
        if !scores { #expect(abs(mass - 1) < 1e-12) }
        let (a, b) = (try measure(both), try measure(m))
        for (element, expected) in zip(b.elements, b.masses) {
          #expect(abs(a[element] - mass * expected) <= 1e-10 * mass * b.mass, "seed \(seed)")
        }
        #expect(a.elements.count <= b.elements.count)
      }
    }
    let scored = Model {
      let _ = try Submodel("unused", score(Model { Return(Random<Int>(0)) }, [-1]))
      Return(Random<Int>(1))
    }
    #expect(throws: ModelError.self) { try Enumeration(scored) }
  }

  /// Law 4, and of 17 scores that are split: score a, score b is score ab; score 1 is nothing; score 0 is the zero measure.
  @Test func scores() throws {
    for seed in Self.seeds {
      let m = kernel(seed, 1)(1)
      try expectEqual(score(m, [-0.7, 0.4]), score(m, [-0.3]), seed)
      try expectEqual(score(m, [0, 0]), m, seed)
      #expect(try measure(score(m, [-.infinity])).mass == 0)
      #expect(try measure(score(m, [-0.7])).mass / exp(-0.7) - measure(m).mass < 1e-12)
    }
  }

  /// Law 17: data that are independent given what was drawn may be permuted, and taken together or one by one.
  @Test func permutedObservations() throws {
    for seed in Self.seeds {
      func model(_ data: [Bool], isPlate: Bool) -> Model<Random<Int>> {
        Model {
          let x = try Submodel("x", kernel(seed, 1)(0))
          x
          let p = [0.2, 0.5, 0.7][x.value]
          if isPlate { Observe(data, from: Bernoulli(p)) } else { for y in data { Observe(y, from: Bernoulli(p)) } }
          Return(x.value)
        }
      }
      let plain = model([true, false, true, true], isPlate: false)
      try expectEqual(plain, model([true, true, true, false], isPlate: false), seed)
      try expectEqual(plain, model([false, true, true, true], isPlate: true), seed)
    }
  }
}
