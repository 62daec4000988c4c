import Foundation
import NumericCore
import PPL

/// The laws of programs, checked on an inference that gives weighted draws: pairs of random finite programs
/// that mean the same, both of which have to give the measure that is enumerated.
///
///     let verdict = try await ProgramLaws().verdict(on: LikelihoodWeighting(particles: 1_000), seed: 1)
///
/// Equalities: to a relative 10^-10 for an exact sample, by z-tests over independent parts otherwise.
public struct ProgramLaws: Sendable {
  /// Of the random programs.
  public var seeds: Range<UInt64>
  public var errorRate = TestFamily.defaultErrorRate

  public init(seeds: Range<UInt64> = 0..<10) { self.seeds = seeds }

  /// - Throws: `InferenceError.invalidSetting` for no seeds; `ModelError`. What the sampler throws is in the
  ///   verdict.
  public func verdict(on sampler: some PosteriorSampler, seed: UInt64) async throws -> LawVerdict {
    guard !seeds.isEmpty else { throw InferenceError.invalidSetting(name: "seeds", value: 0, expected: ">= 1") }
    let seeds = Array(seeds)
    let checks = try await runChains(seeds.count, limit: ProcessInfo.processInfo.activeProcessorCount) { number in
      var checks: [LawVerdict.Check] = []
      for (i, identity) in try ProgramIdentity.all(seed: seeds[number]).enumerated() {
        let key = RandomKey(seed: seed).child(UInt64(number)).child(UInt64(i))
        checks += try await identity.checks(sampler, "program \(seeds[number])", seed: key.words.0)
      }
      return checks
    }
    return try LawVerdict(checks.flatMap { $0 }, errorRate: errorRate)
  }
}

/// Two programs that mean the same, up to a factor.
struct ProgramIdentity: Sendable {
  let law: InferenceLaw
  let name: String
  let sides: [Model<Random<Int>>]

  init(_ law: InferenceLaw, _ name: String, _ sides: Model<Random<Int>>...) {
    (self.law, self.name, self.sides) = (law, name, sides)
  }

  private static let exactTolerance = 1e-10

  fileprivate func checks(
    _ sampler: some PosteriorSampler, _ subject: String, seed: UInt64
  ) async throws -> [LawVerdict.Check] {
    // the first side is the reference of all
    let exact = try ExactEnumeration(limit: 200_000, recordsSteps: false).run(sides[0].named).measure(of: "value")
    var checks: [LawVerdict.Check] = []
    for (number, side) in sides.enumerated() {
      let what = "\(name), side \(number + 1)"
      let sample: PosteriorSample
      do { sample = try await sampler.posteriorSample(of: side.named, seed: seed &+ UInt64(number)) } catch {
        checks.append(LawVerdict.Check(law, subject, what, problem: "threw: \(error)"))
        continue
      }
      let values = sample.draws["value"]?[0] ?? []
      for value in 0..<3 {
        guard sample.isExact || exact[[Double(value)]] >= FiniteModel.smallestShare * exact.mass else { continue }
        let means = sample.weightedMeans(of: values.map { $0 == Double(value) ? 1 : 0 })
        let (estimate, mass) = (means.isEmpty ? 0 : Diagnostics.mean(means), exact[[Double(value)]])
        if sample.isExact {
          let problem = abs(estimate - mass) <= Self.exactTolerance * exact.mass ? nil : "differs"
          checks.append(
            LawVerdict.Check(
              law, subject, "\(what) = \(value)", estimate: estimate, exact: mass, problem: problem))
        } else {
          checks.append(
            LawVerdict.Check(
              law, subject, "\(what) = \(value)", estimate: estimate, exact: mass,
              test: try .mean(of: means, equals: mass)))
        }
      }
    }
    return checks
  }
}

extension Model<Random<Int>> {
  /// The same, its value recorded as `value`.
  var named: Model<Random<Int>> {
    Model {
      let all = try Submodel("all", self)
      all
      Return(all.value + 0)
    }
  }
}
