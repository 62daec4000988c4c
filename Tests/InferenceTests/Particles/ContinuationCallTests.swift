import Foundation
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

  /// A continuation that ends with another one is gone once that has taken its place, and what its closures hold with it.
  @Test func aRecursionKeepsNothingOfWhereItCameFrom() async throws {
    let (tokens, steps, particles) = (Tokens(), 1_000, 8)
    let filter = SequentialMonteCarlo(particles: particles) { Resample(.systematic, when: .always) }
    _ = try await filter.run(Self.holding(Token(tokens), steps, tokens), seed: 1)
    #expect(tokens.made.load(ordering: .relaxed) == steps * particles + 1)
    #expect(tokens.most.load(ordering: .relaxed) < 20 * particles)
  }

  final class Tokens: Sendable {
    let made = Atomic<Int>(0), now = Atomic<Int>(0), most = Atomic<Int>(0)
  }

  final class Token: Sendable {
    private let tokens: Tokens

    init(_ tokens: Tokens) {
      self.tokens = tokens
      tokens.made.wrappingAdd(1, ordering: .relaxed)
      tokens.most.max(tokens.now.wrappingAdd(1, ordering: .relaxed).newValue, ordering: .relaxed)
    }

    deinit { tokens.now.wrappingSubtract(1, ordering: .relaxed) }
  }

  /// Each continuation makes a token that the next one's closure holds.
  static func holding(_ token: Token, _ steps: Int, _ tokens: Tokens) -> Model<Random<Bool>> {
    Latent(Bernoulli(0.5)).flatMap { next -> Model<Random<Bool>> in
      withExtendedLifetime(token) {
        guard steps > 0 else { return Model { Return(Random(next)) } }
        let token = Token(tokens)
        return Model {
          Observe(0.5, from: Normal(next ? 1 : -1, 1))
          let rest = try Submodel("rest", holding(token, steps - 1, tokens))
          rest
          Return(rest.value)
        }
      }
    }
  }

  /// A latent that was not needed before can be drawn by a continuation that has taken the place of its own.
  ///
  /// p(y) = (N(y; 1, 2) + N(y; -1, 2)) / 2 with variances, at y = 0.5: 5 standard errors at seed 1.
  @Test(arguments: [false, true]) func aLatentIsDrawnLate(isDelayed: Bool) async throws {
    let model = Latent(Bernoulli(0.5)).flatMap { isHigh -> Model<Random<Double>> in
      Model {
        let z = Latent("z", Normal(isHigh ? 1 : -1, 1))
        let rest = try Submodel(
          "rest",
          Latent(Bernoulli(0.3)).flatMap { isTwice -> Model<Random<Double>> in
            Model {
              Factor(Random<Double>(0))
              Observe(0.5, from: Normal(z, 1))
              Return(isTwice ? 2 * z : z)
            }
          })
        rest
        Return(rest.value)
      }
    }
    let filter = SequentialMonteCarlo(particles: 500, islands: 40, delaysSampling: isDelayed) {
      Resample(.systematic, when: .always)
    }
    let posterior = try await filter.run(model, seed: 1)
    func density(_ mean: Double) -> Double { exp(-(0.5 - mean) * (0.5 - mean) / 4) / (4 * Double.pi).squareRoot() }
    let exact = log((density(1) + density(-1)) / 2)
    let error = try #require(posterior.logEvidenceError)
    #expect(
      abs(posterior.logEvidence - exact) < 5 * error, "\(posterior.logEvidence), expected \(exact) +- \(error)")
  }
}
