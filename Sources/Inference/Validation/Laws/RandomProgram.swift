import Foundation
import NumericCore
import PPL

/// Random finite programs, from a seed: sequences, branches, scans, sites of all discrete distributions, and
/// scores of random size, some of weight 0. A program takes a value from 0 to 2 and returns one.
public struct RandomProgram: Sendable {
  private let key: RandomKey
  private let depth: Int
  private let hasScores: Bool

  /// - Parameters:
  ///   - depth: levels of programs in programs.
  ///   - scores: whether it scores.
  public init(seed: UInt64, depth: Int = 2, scores: Bool = true) {
    self.init(RandomKey(seed: seed).child("program"), depth, scores)
  }

  private init(_ key: RandomKey, _ depth: Int, _ scores: Bool) {
    (self.key, self.depth, hasScores) = (key, depth, scores)
  }

  /// The model for an input; equal for equal seeds.
  public func callAsFunction(_ input: Random<Int>) -> Model<Random<Int>> {
    Model {
      let rest = try Submodel("rest", body(input))
      rest
      for score in scores(of: rest.value, "end") { score }
      Return(rest.value + 0)
    }
  }

  private func body(_ input: Random<Int>) throws -> Model<Random<Int>> {
    var stream = RandomStream(key.child("body"))
    let kind = Int.random(in: 0..<(depth > 0 ? 6 : 3), using: &stream)
    let p = (0..<3).map { _ in Double.random(in: 0.1...0.9, using: &stream) }
    let rows = try Matrix(rowsOf: (0..<3).map { _ in simplex(&stream) })
    switch kind {
    case 0: return Model { Return(Latent("category", Categorical(rows[row: input]))) }
    case 1: return Model { Return(Latent("count", Binomial(trials: 2, p[input]))) }
    case 2:
      return Model {
        let coins = Latent("coins", Binomial(trials: 1, p[input]), count: 2)
        Return(Random<Int>(expression: coins.real.sum.expression))
      }
    case 3:
      return Model {
        let first = try Submodel("first", part("first")(input))
        first
        for score in scores(of: first.value, "between") { score }
        let second = try Submodel("second", part("second")(first.value))
        second
        Return(second.value)
      }
    case 4:
      return Model {
        let category = Latent("category", Categorical(rows[row: input]))
        let branch = try Submodel(
          "branch", category.flatMap { value in part("branch \(value)", depth - 1 - value)(Random<Int>(value)) })
        branch
        Return(branch.value)
      }
    default:
      return Model {
        let scan = Scan("scan", over: [0.9, 0.6], from: input) { state, q in
          let next = Latent("next", Binomial(trials: 2, q * p[state]))
          for score in scores(of: next, "step") { score }
          Return(next)
        }
        scan
        Return(scan.final)
      }
    }
  }

  private func part(_ name: String, _ depth: Int? = nil) -> RandomProgram {
    RandomProgram(key.child(name), max(depth ?? self.depth - 1, 0), hasScores)
  }

  /// Probabilities of three categories, one of them 0 now and then.
  private func simplex(_ stream: inout RandomStream) -> [Double] {
    var raw = (0..<3).map { _ in Double.random(in: 0.1...1, using: &stream) }
    if Int.random(in: 0..<4, using: &stream) == 0 { raw[Int.random(in: 0..<3, using: &stream)] = 0 }
    let total = raw.reduce(0, +)
    return raw.map { $0 / total }
  }

  /// Three times out of four, a score that depends on a value; weight 0 for one value in six.
  private func scores(of value: Random<Int>, _ name: String) -> [Statement] {
    var stream = RandomStream(key.child("score").child(name))
    guard hasScores, Int.random(in: 0..<4, using: &stream) > 0 else { return [] }
    let logWeights = (0..<3).map { _ in
      Int.random(in: 0..<6, using: &stream) == 0 ? -Double.infinity : Double.random(in: -2...0.5, using: &stream)
    }
    return [Factor(logWeights[value], as: name)]
  }
}
