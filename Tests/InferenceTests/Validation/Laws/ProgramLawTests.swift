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

  /// The measure of what is returned.
  private func measure(_ model: Model<Random<Int>>) throws -> FiniteMeasure<[Double]> {
    let named = Model {
      let all = try Submodel("all", model)
      all
      Return(all.value + 0)
    }
    return try ExactEnumeration(limit: 200_000, recordsSteps: false).run(named).measure(of: "value")
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

  /// Score 0 is the zero measure; another one changes the mass by its factor.
  @Test func scores() throws {
    for seed in Self.seeds {
      let m = kernel(seed, 1)(1)
      #expect(try measure(score(m, [-.infinity])).mass == 0)
      #expect(abs(try measure(score(m, [-0.7])).mass / exp(-0.7) - measure(m).mass) < 1e-12)
    }
  }

  /// Laws 1 to 4 and 17, as `make laws` checks them, on all seeds.
  @Test func identities() async throws {
    let verdict = try await ProgramLaws(seeds: Self.seeds).verdict(on: ExactEnumeration(limit: 200_000), seed: 1)
    #expect(verdict.passes, "\(verdict)")
    #expect(verdict.laws == [.monad, .commutativity, .affinity, .scores, .metamorphic])
    #expect(verdict.checks.count { ($0.exact ?? 0) > 0 } > verdict.checks.count / 2)
  }

  /// An inference whose weights are of another program does not pass.
  private struct Distorting: PosteriorSampler {
    func posteriorSample<Value>(of model: Model<Value>, seed: UInt64) async throws -> PosteriorSample {
      let sample = try await ExactEnumeration().posteriorSample(of: model, seed: seed)
      return PosteriorSample(
        draws: sample.draws, counts: sample.counts, logWeights: sample.logWeights?.map { $0 * 1.01 }, isExact: true)
    }
  }

  @Test func wrongWeightsAreNoticed() async throws {
    #expect(try await !ProgramLaws(seeds: 0..<2).verdict(on: Distorting(), seed: 1).passes)
  }
}
