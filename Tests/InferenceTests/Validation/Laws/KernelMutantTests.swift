import Foundation
import Inference
import NumericCore
import PPL
import Testing

/// A resampler by hand, and what may go wrong in one.
private struct HandWritten: PopulationKernel {
  /// The weight of a particle in drawing ancestors.
  var attraction: @Sendable (Double) -> Double = { $0 }
  /// The ancestors that the runs are replaced by; nil leaves the runs.
  var ancestors: @Sendable (_ drawn: [Int], _ old: [Double]) -> [Int]? = { drawn, _ in drawn }
  var logWeights: @Sendable (_ old: [Double], _ drawn: [Int]) -> [Double] = { old, _ in equal(old, logMean(old)) }
  var stopsAtZero = true

  func apply(to population: PPL.Population, key: RandomKey) throws {
    let old = population.logWeights
    let largest = old.max() ?? -.infinity
    var drawn = Array(old.indices)
    if largest > -.infinity {
      let weights = old.map { attraction(exp($0 - largest)) }
      drawn = try MultinomialResampling().ancestors(weights: weights, count: population.count, key: key.child("drawn"))
      // they come in order: independent ones do not
      var stream = RandomStream(key.child("order"))
      drawn.shuffle(using: &stream)
    } else if stopsAtZero {
      return
    }
    if let ancestors = ancestors(drawn, old) { try population.resample(ancestors) }
    population.logWeights = logWeights(old, drawn)
  }
}

private func equal(_ old: [Double], _ logWeight: Double) -> [Double] { old.map { _ in logWeight } }

private func logMean(_ x: [Double]) -> Double {
  let largest = x.max() ?? -.infinity
  return largest + log(x.reduce(0) { $0 + exp($1 - largest) } / Double(x.count))
}

/// Mutation tests: the harness catches wrong resamplers, and lets right ones pass.
@Suite struct KernelMutantTests {
  private static let mutants: [(name: String, kernel: HandWritten)] = [
    ("weights lost: 1 / N each", HandWritten(logWeights: { old, _ in equal(old, -log(Double(old.count))) })),
    ("weights dropped, nothing resampled",
      HandWritten(ancestors: { _, _ in nil }, logWeights: { old, _ in equal(old, -log(Double(old.count))) })),
    ("ancestors off by one", HandWritten(ancestors: { drawn, _ in drawn.map { ($0 + 1) % drawn.count } })),
    ("weights of the ancestors kept", HandWritten(logWeights: { old, drawn in drawn.map { old[$0] } })),
    ("runs not copied", HandWritten(ancestors: { _, _ in nil })),
    ("the largest weight, not the mean", HandWritten(logWeights: { old, _ in equal(old, old.max() ?? 0) })),
    ("the sum of the weights, not the mean",
      HandWritten(logWeights: { old, _ in equal(old, logMean(old) + log(Double(old.count))) })),
    ("the mean of the log weights", HandWritten(logWeights: { old, _ in equal(old, old.reduce(0, +) / Double(old.count)) })),
    ("ancestors by squared weights", HandWritten(attraction: { $0 * $0 })),
    ("ancestors by the root of the weights", HandWritten(attraction: { $0.squareRoot() })),
    ("ancestors whatever their weight", HandWritten(attraction: { _ in 1 })),
    ("the heaviest has an offspring in any case",
      HandWritten(ancestors: { drawn, old in [old.firstIndex(of: old.max() ?? 0) ?? 0] + drawn.dropFirst() })),
    ("light particles die, nobody takes their mass",
      HandWritten(ancestors: { _, _ in nil }, logWeights: { old, _ in old.map { $0 < logMean(old) - 0.5 ? -.infinity : $0 } })),
    ("no weight is no number", HandWritten(stopsAtZero: false)),
  ]

  /// Not wrong, in the mean: the resampler itself; one that gives all the same ancestor, which is drawn by its weight; and
  /// one that leaves the weights as they are, which is right as ancestors are independent of the places that they go to.
  private static let controls: [(name: String, kernel: HandWritten)] = [
    ("right", HandWritten()),
    ("one ancestor for all", HandWritten(ancestors: { drawn, _ in drawn.map { _ in drawn[0] } })),
    ("weights kept", HandWritten(logWeights: { old, _ in old })),
  ]

  private func laws() throws -> PopulationLaws {
    var laws = try PopulationLaws()
    laws.repetitions = 400
    return laws
  }

  /// Seeds 1 to 4, a twentieth of the repetitions that users get, and more where these do not decide.
  @Test func wrongKernelsAreCaught() async throws {
    var small = try laws()
    small.repetitions = 100
    let full = try laws()
    for (name, kernel) in Self.mutants {
      for seed in 1...4 {
        if try await !small.verdict(on: kernel, seed: UInt64(seed)).passes { continue }
        #expect(try await !full.verdict(on: kernel, seed: UInt64(seed)).passes, "\(name), seed \(seed)")
      }
    }
  }

  /// Doubles all weights or makes them 0, by a fair coin: right in the mean, wrong where it claims to keep the mass in
  /// every run.
  private struct DoubleOrNothing: PopulationKernel {
    func apply(to population: PPL.Population, key: RandomKey) throws {
      var stream = RandomStream(key)
      let change = Bool.random(using: &stream) ? log(2.0) : -.infinity
      population.logWeights = population.logWeights.map { $0 + change }
    }
  }

  private struct Claiming<Kernel: PopulationKernel>: MassPreservingKernel {
    let kernel: Kernel
    func apply(to population: PPL.Population, key: RandomKey) throws { try kernel.apply(to: population, key: key) }
  }

  private struct Throwing: PopulationKernel {
    func apply(to population: PPL.Population, key: RandomKey) throws { throw ResamplingError.noParticles }
  }

  @Test func claimsAreHeldToEveryRun() async throws {
    var laws = try PopulationLaws()
    laws.repetitions = 400
    laws.models.removeAll { ["recursion", "branch"].contains($0.name) }
    let plain = try await laws.verdict(on: DoubleOrNothing(), seed: 1)
    #expect(plain.passes, "\(plain)")
    let claim = try await laws.verdict(on: Claiming(kernel: DoubleOrNothing()), seed: 1)
    #expect(Set(claim.failures.map(\.quantity)) == ["change of the mass"])
    #expect(try await laws.verdict(on: Claiming(kernel: HandWritten()), seed: 1).passes)
    let throwing = try await laws.verdict(on: Throwing(), seed: 1)
    #expect(!throwing.passes && throwing.description.contains("the kernel threw: there are no particles"))
  }

  @Test func rightKernelsPass() async throws {
    let laws = try laws()
    for (name, kernel) in Self.controls {
      for seed in 1...4 {
        let verdict = try await laws.verdict(on: kernel, seed: UInt64(seed))
        #expect(verdict.passes, "\(name), seed \(seed): \(verdict)")
      }
    }
  }
}
