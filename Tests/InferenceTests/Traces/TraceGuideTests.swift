import Foundation
import Inference
import NumericCore
import PPL
import Testing

/// The code of docs/Traces.md.
@Suite struct TraceGuideTests {
  static let data = [0.8, -0.4, 1.9]

  /// Redraws the first choice.
  struct FirstChoice: TraceKernel {
    func move(_ trace: inout Trace, key: RandomKey) throws -> MoveTally {
      guard trace.choiceCount() > 0 else { return MoveTally() }
      let choice = try trace.choice(0)
      let step = try trace.propose(.redraw(choice), key: key.child("redrawn"))
      return MoveTally(choice.name, isAccepted: trace.decide(logRatio: step.logRatio, key: key.child("decision")))
    }
  }

  @Test func compositions() async throws {
    let model = try SequentialMonteCarloTests.markov(Self.data)
    let exact = SequentialMonteCarloTests.exact(Self.data).logEvidence
    let population = try PopulationProgram(model).population(100, key: RandomKey(seed: 1))
    while try population.advance() != nil {
      try Resample(.multinomial).apply(to: population, key: RandomKey(seed: 2).child(UInt64(population.scores)))
    }
    let mass = exp(logSumExp(population.logWeights))
    #expect(abs(log(mass) - exact) < 1)

    var trace = try TraceProgram(model).trace(key: RandomKey(seed: 1))
    let choice = try trace.choice(0)
    let step = try trace.propose(.redraw(choice), key: RandomKey(seed: 2))
    trace.decide(logRatio: step.logRatio, key: RandomKey(seed: 3))
    #expect(trace.isFinished && trace.choiceCount() >= Self.data.count)

    let chains = TraceMarkovChain(chains: 2, warmup: 100, draws: 500) {
      SingleSiteMetropolis(proposal: .drift(scale: 0.5))
      FirstChoice()
    }
    let posterior = try await chains.run(model, seed: 1)
    #expect(posterior.acceptance.total.proposed == 2 * 2 * 500)

    let resampleMove = SequentialMonteCarlo(particles: 50, islands: 32) {
      Resample(.systematic, when: .effectiveSampleFraction(below: 0.5))
      Rejuvenate(SingleSiteMetropolis().then(FirstChoice()), moves: 2)
    }
    let result = try await resampleMove.run(model, seed: 1)
    #expect(abs(result.logEvidence - exact) < 4 * (result.logEvidenceError ?? 0))
    #expect((result.islands[0].steps.last?.moves.total.rate ?? 0) > 0)
  }

  /// A kernel of one's own keeps the laws, between the library's own too.
  @Test func aKernelOfOnesOwnPassesTheLaws() async throws {
    var laws = try PopulationLaws()
    (laws.counts, laws.repetitions) = ([1, 3], 300)
    #expect(try await laws.verdict(on: Rejuvenate(FirstChoice()), seed: 1).passes)
    let between = Rejuvenate(TraceCycle([SingleSiteMetropolis(), FirstChoice(), DiscreteGibbs()]))
    #expect(try await laws.verdict(on: between, seed: 2).passes)
  }

  /// Resample-move and particle Gibbs on a hidden Markov model of which the evidence is published. Seed 3, 4 standard
  /// errors.
  @Test func hiddenMarkovModel() async throws {
    guard let folder = ProcessInfo.processInfo.environment["BOREL_REFERENCE"] else {
      print("skipped: BOREL_REFERENCE is not set")
      return
    }
    let data = try DataTable(contentsOf: "\(folder)/data/inference/hmm100.csv").doubles("y")
    let smc = SequentialMonteCarlo(particles: 30, islands: 8) {
      Resample(.systematic, when: .effectiveSampleFraction(below: 0.5))
      Rejuvenate(SingleSiteMetropolis())
    }
    let result = try await smc.run(SequentialMonteCarloTests.markov(data), seed: 3)
    let error = result.logEvidenceError ?? 0
    #expect(abs(result.logEvidence + 144.9777) < 4 * error, "\(result.logEvidence) +- \(error)")
    #expect(error < 0.5)
  }
}
