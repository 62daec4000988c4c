import Foundation
import Inference
import NumericCore
import PPL
import Testing

/// A Dirichlet process by sticks without bound: one more is broken, with a rate of its own, as often as a datum asks for it
/// (Sethuraman, 'A constructive definition of Dirichlet priors', 1994).
@Suite struct StickBreakingTests {
  static let concentration = 1.5
  static let data = [true, true, false, true]

  /// The sticks that have been broken, and the rate of each.
  struct Sticks: Sendable {
    var breaks: [Double] = []
    var rates: [Double] = []

    func adding(_ part: Double, _ rate: Double) -> Sticks { Sticks(breaks: breaks + [part], rates: rates + [rate]) }
  }

  typealias Next = @Sendable (_ stick: Int, _ sticks: Sticks) -> Model<Random<Int>>

  /// Walks along the sticks until one is chosen.
  static func choose(_ stick: Int = 0, of sticks: Sticks, then next: @escaping Next) -> Model<Random<Int>> {
    guard stick < sticks.breaks.count else {
      return Latent(Beta(1, concentration)).flatMap { part -> Model<Random<Int>> in
        Latent(Beta(1, 1)).flatMap { rate in choose(stick, of: sticks.adding(part, rate), then: next) }
      }
    }
    return Latent(Bernoulli(sticks.breaks[stick])).flatMap { isChosen in
      isChosen ? next(stick, sticks) : choose(stick + 1, of: sticks, then: next)
    }
  }

  /// The number of sticks that data from here on and before have chosen.
  static func follow(_ data: ArraySlice<Bool>, _ sticks: Sticks, _ chosen: Set<Int>) -> Model<Random<Int>> {
    guard let y = data.first else { return Model { Return(Random(chosen.count)) } }
    return choose(of: sticks) { stick, sticks in
      Model {
        Observe(y, from: Bernoulli(sticks.rates[stick]))
        let rest = try Submodel("rest", follow(data.dropFirst(), sticks, chosen.union([stick])))
        rest
        Return(rest.value)
      }
    }
  }

  static func model() -> Model<(clusters: Random<Int>, data: Random<Double>)> {
    Model {
      let run = try Submodel("data", follow(data[...], Sticks(), []))
      run
      Return((clusters: run.value, data: Random<Double>(Double(data.count))))
    }
  }

  /// The partitions of the data, each with its number of blocks, and its probability times that of the data: of the law
  /// alpha^k prod_b (n_b - 1)! / (alpha)_n (Antoniak 1974), and of blocks with a rate of law Beta(1, 1) each.
  static func partitions() -> [(blocks: Int, mass: Double)] {
    func all(_ rest: ArraySlice<Bool>, _ blocks: [[Bool]]) -> [[[Bool]]] {
      guard let y = rest.first else { return [blocks] }
      let joined = blocks.indices.map { i in
        var blocks = blocks
        blocks[i].append(y)
        return blocks
      }
      return (joined + [blocks + [[y]]]).flatMap { all(rest.dropFirst(), $0) }
    }
    let rising = data.indices.reduce(1.0) { $0 * (concentration + Double($1)) }
    return all(data[...], []).map { blocks in
      let mass = blocks.reduce(1 / rising) { mass, block in
        let (n, heads) = (Double(block.count), Double(block.count { $0 }))
        return mass * concentration * tgamma(n) * tgamma(heads + 1) * tgamma(n - heads + 1) / tgamma(n + 2)
      }
      return (blocks.count, mass)
    }
  }

  /// Evidence and mean number of clusters, by the sum over all 15 partitions: 4.5 standard errors over 40 islands, seed 3.
  @Test(arguments: [false, true]) func evidenceAndClusters(moves: Bool) async throws {
    let smc = SequentialMonteCarlo(particles: 60, islands: 40) {
      Resample(.systematic, when: .effectiveSampleFraction(below: 0.7))
      if moves { Rejuvenate(SingleSiteMetropolis(), moves: 2) }
    }
    let posterior = try await smc.run(Self.model(), seed: 3)
    let partitions = Self.partitions()
    let evidence = partitions.reduce(0) { $0 + $1.mass }
    #expect(partitions.count == 15)
    let error = try #require(posterior.logEvidenceError)
    #expect(abs(posterior.logEvidence - log(evidence)) < 4.5 * error, "\(posterior.logEvidence) +- \(error)")

    let clusters = partitions.reduce(0) { $0 + Double($1.blocks) * $1.mass } / evidence
    // E sum w (f - E f) = 0 in each island.
    let differences = try posterior.islands.map { island in
      let counts = try #require(island.draws["clusters"])[0]
      return zip(island.logWeights, counts).reduce(0.0) { $0 + Foundation.exp($1.0) * ($1.1 - clusters) }
    }
    let test = try StatisticalTest.mean(of: differences, equals: 0)
    #expect(test.pValue > 1e-5, "p = \(test.pValue)")
  }
}
