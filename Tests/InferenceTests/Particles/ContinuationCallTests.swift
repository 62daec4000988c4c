import Inference
import NumericCore
import PPL
import Synchronization
import Testing

/// Particles are resumed where they stopped: nothing that came before a score is run again.
@Suite struct ContinuationCallTests {
  final class Counter: Sendable {
    let calls = Atomic<Int>(0)
  }

  /// A hidden Markov chain of two states by recursion, a bind a step.
  static func chain(_ steps: Int, from state: Bool, _ counter: Counter) -> Model<Random<Bool>> {
    guard steps > 0 else { return Model { Return(Random(state)) } }
    return Latent(Bernoulli(state ? 0.8 : 0.3)).flatMap { next -> Model<Random<Bool>> in
      counter.calls.wrappingAdd(1, ordering: .relaxed)
      return Model {
        Observe(steps % 3 == 0 ? 1.0 : -0.5, from: Normal(next ? 1 : -1, 1))
        let rest = try Submodel("rest", chain(steps - 1, from: next, counter))
        rest
        Return(rest.value)
      }
    }
  }

  /// One call for each particle and bind, however often the particles are resampled.
  @Test func oneCallForEachParticleAndBind() async throws {
    let (counter, steps, particles) = (Counter(), 2_000, 8)
    let filter = SequentialMonteCarlo(particles: particles) { Resample(.systematic, when: .always) }
    let posterior = try await filter.run(Self.chain(steps, from: true, counter), seed: 1)
    #expect(posterior.logEvidence.isFinite)
    #expect(counter.calls.load(ordering: .relaxed) == steps * particles)
  }
}
