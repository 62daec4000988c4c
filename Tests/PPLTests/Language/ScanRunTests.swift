import Foundation
import Inference
import NumericCore
import PPL
import Synchronization
import Testing

/// What a scan draws, predicts, records and refuses.
@Suite struct ScanRunTests {
  /// A linear Gaussian model of a series.
  static func walk(_ data: [Double]) -> Model<(last: Random<Double>, path: Random<[Double]>)> {
    Model {
      let drift = Latent("drift", Normal(0.2, 0.1))
      let start = Latent("start", Normal(0, 1))
      let scan = Scan("walk", over: data, from: start) { x, y in
        let next = Latent("x", Normal(0.8 * x + drift, 0.5))
        Observe(y, from: Normal(next, 0.7), as: "y")
        Return(next)
      }
      scan
      Return((last: scan.final, path: scan.states))
    }
  }

  /// Importance sampling against the Kalman filter's evidence (the drift is a state that stays); seed 2, 4.5 standard
  /// errors.
  @Test func hasTheEvidenceOfTheFilter() async throws {
    let data = [0.5, 0.1, 0.9, 1.4]
    let result = try await LikelihoodWeighting(particles: 40_000).run(Self.walk(data), seed: 2)
    // State (x, drift): mean and covariance.
    var (m, p) = ((0.0, 0.2), (1.0, 0.0, 0.01))
    var logEvidence = 0.0
    for y in data {
      m = (0.8 * m.0 + m.1, m.1)
      p = (0.64 * p.0 + 1.6 * p.1 + p.2 + 0.25, 0.8 * p.1 + p.2, p.2)
      let s = p.0 + 0.49
      let e = y - m.0
      logEvidence += -0.5 * (log(2 * Double.pi * s) + e * e / s)
      m = (m.0 + p.0 * e / s, m.1 + p.1 * e / s)
      p = (p.0 - p.0 * p.0 / s, p.1 - p.0 * p.1 / s, p.2 - p.1 * p.1 / s)
    }
    let weights = result.logWeights.map { exp($0) }
    let error = Diagnostics.standardDeviation(weights) / Double(weights.count).squareRoot()
    #expect(abs(exp(result.logEvidence) - exp(logEvidence)) < 4.5 * error)
    #expect(abs(try result.mean(of: "last") - m.0) < 4.5 * error / exp(logEvidence))
    #expect(result.draws["walk/x"] == nil)
    let recorded = try await LikelihoodWeighting(particles: 16, recordsSteps: true).run(Self.walk(data), seed: 2)
    #expect(recorded.draws["walk/x"] == recorded.draws["path"])
  }

  /// A branch elsewhere makes the model dynamic: the interpreter draws and scores what the schedule does.
  @Test func interpreterAgreesWithTheSchedule() throws {
    func model(isDynamic: Bool) -> Model<(Random<Double>, Random<[Double]>)> {
      Model {
        let drift = Latent("drift", Normal(0.2, 0.1))
        let scan = Scan("s", over: [0.5, 0.1, 0.9], 0..<3, from: (drift, Random<Double>(1))) { state, y, t in
          let next = Latent("x", Normal(0.8 * state.0 + drift, 0.5))
          let inner = Scan("inner", count: 2, from: next) { u in
            let v = Latent("v", Normal(u, 0.1))
            Factor(-square(v - t.real))
            Return(v)
          }
          inner
          Observe(y, from: Normal(inner.final, 0.7), as: "y")
          Return((next, state.1 * 0.5 + inner.states.sum))
        }
        scan
        let tail = Latent("tail", Bernoulli(0.5))
        let end = isDynamic ? tail.flatMap { $0 ? Random<Double>(1) : Random<Double>(2) } : scan.final.1
        Factor(0 * end)
        Return((scan.final.1, scan.states.0))
      }
    }
    let key = RandomKey(seed: 9)
    let schedule = try model(isDynamic: false).forwardDraws(count: 8, key: key)
    let interpreter = try model(isDynamic: true).forwardDraws(count: 8, key: key)
    for name in ["drift", "s/x", "s/inner/v", "0", "1"] {
      let (a, b) = (try #require(schedule.draws[name]), try #require(interpreter.draws[name]))
      #expect(a.count == b.count)
      for (x, y) in zip(a.flatMap { $0 }, b.flatMap { $0 }) { #expect(abs(x - y) < 1e-12, "\(name)") }
    }
    for (a, b) in zip(schedule.logWeights, interpreter.logWeights) { #expect(abs(a - b) < 1e-10) }
  }

  /// Continuations inside of a scan draw anew at each step and score once: the probability that six fair coins agree
  /// with their data, where heads are seen through a channel; exact, 20,000 particles, seed 4.
  @Test func continuationsInsideDrawAnewAtEachStep() async throws {
    let model = Model {
      let scan = try Scan("s", over: [true, false, true], from: Random<Double>(0)) { count, y in
        let coin = Latent("coin", Bernoulli(0.3))
        let shown = try Submodel(
          "shown",
          coin.flatMap { heads -> Model<Random<Double>> in
            Model {
              let noise = Latent("noise", Normal(0, 1))
              Factor(heads ? -0.5 : -1)
              Return(heads ? noise : Random<Double>(2))
            }
          })
        shown
        Observe(y, from: Bernoulli(0.6))
        Return(count + shown.value)
      }
      scan
      Return(scan.final)
    }
    let result = try await LikelihoodWeighting(particles: 20_000).run(model, seed: 4)
    let (headsMass, tailsMass) = (0.3 * exp(-0.5), 0.7 * exp(-1))
    let mass = pow(headsMass + tailsMass, 3) * 0.6 * 0.4 * 0.6
    let weights = result.logWeights.map { exp($0) }
    let error = Diagnostics.standardDeviation(weights) / Double(weights.count).squareRoot()
    #expect(abs(exp(result.logEvidence) - mass) < 4.5 * error)
    let share = headsMass / (headsMass + tailsMass)
    let mean = try result.mean(of: "value")
    #expect(abs(mean - 3 * 2 * (1 - share)) < 4.5 * 3 / Double(weights.count).squareRoot())
  }

  @Test func predictsAndExplainsStepByStep() async throws {
    let posterior = try await NoUTurnSampler(chains: 2, warmup: 300, draws: 200).run(
      Self.walk([0.5, 0.1, 0.9, 1.4]), seed: 6)
    let replicated = try #require(try posterior.predictive(seed: 1)["walk/y"])
    #expect(replicated.count == 4 && replicated[0].count == 400)
    let perDatum = try #require(try posterior.logLikelihood()["walk/y"])
    let path = try #require(posterior.draws.asColumns["walk/x"])
    for draw in [0, 17, 399] {
      for (t, y) in [0.5, 0.1, 0.9, 1.4].enumerated() {
        let z = (y - path[t][draw]) / 0.7
        #expect(abs(perDatum[t][draw] - (-0.5 * z * z - log(0.7) - 0.918938533204672742)) < 1e-12)
      }
    }
    let rows = try Self.walk([0.5, 0.1]).explain().rows
    #expect(rows.first { $0.site == "walk/x" }?.shape == .vector(2))
    #expect(rows.first { $0.site == "walk/y" }?.role == .observed)
    let start = try posterior.model.start(.values(["walk/x": [1, 2, 3, 4]]), key: RandomKey(seed: 0))
    let values = try posterior.model.generate(positions: start, count: 1, key: RandomKey(seed: 0))
    #expect(values["walk/x"]?.map { $0[0] } == [1, 2, 3, 4])
  }

  @Test func otherDataNeedNoNewLowering() throws {
    let first = try CompiledModel(Self.walk([0.5, 0.1, 0.9]))
    let bound = try first.binding(Self.walk([-0.5, 1.1, 0.2]))
    let own = try CompiledModel(Self.walk([-0.5, 1.1, 0.2]))
    let position = [0.1, -0.3, 0.4, 0.8, -0.2]
    #expect(valueAndGradient(bound.density, at: position) == valueAndGradient(own.density, at: position))
    #expect(throws: ModelError.self) { try first.binding(Self.walk([1, 2])) }
  }

  /// A series that is longer than what is kept of all steps is computed again from its states: the same gradient.
  @Test func longSeriesKeepTheirStates() throws {
    let n = 900_000
    let model = Model {
      let a = Latent("a", Normal(0, 1))
      let scan = Scan("s", count: n, from: a) { x in Return(0.999 * x + 0.001 * sin(x) + 0.0001 * a) }
      Factor(scan.final)
      Return(scan.final)
    }
    let density = try CompiledModel(model).density
    var (x, dx) = (0.7, 1.0)
    for _ in 0..<n { (x, dx) = (0.999 * x + 0.001 * sin(x) + 0.0001 * 0.7, dx * (0.999 + 0.001 * cos(x)) + 0.0001) }
    let (value, gradient) = valueAndGradient(density, at: [0.7])
    #expect(abs(value - (x - 0.5 * 0.49 - 0.918938533204672742)) < 1e-9)
    #expect(abs(gradient[0] - (dx - 0.7)) < 1e-8 * max(1, abs(dx)))
  }

  @Test func noStepsLeaveTheStart() throws {
    let density = try CompiledModel(Self.walk([])).density
    #expect(density.dimension == 2)
    let draws = try Self.walk([]).prior(draws: 3, seed: 1)
    #expect(draws["last"] == draws["start"])
  }

  @Test func wrongScansAreErrors() {
    func expectError(_ text: String, _ model: Model<Random<Double>>) {
      do {
        _ = try CompiledModel(model)
        Issue.record("no error that says: \(text)")
      } catch { #expect("\(error)".contains(text), "\(error)") }
    }
    expectError("y[2] = nan", Model {
      let scan = Scan("s", over: [1, 2, .nan], from: Random<Double>(0)) { x, y in
        Observe(y, from: Normal(x, 1), as: "y")
        Return(x)
      }
      scan
      Return(scan.final)
    })
    expectError("left out", Model {
      let scan = Scan("s", over: [1.0], from: Random<Double>(0)) { x, y in
        Observe(y, from: Normal(x, 1))
        Return(x)
      }
      Return(scan.final)
    })
    expectError("over sequences", Model {
      let scan = Scan("s", over: [1.0, 2], [1, 2, 3], from: Random<Double>(0)) { x, _, _ in Return(x) }
      Return(scan.final)
    })
    expectError("depends on a draw", Model {
      let scan = Scan("s", over: [1.0, 2], from: Random<Double>(0)) { x, y in
        Observe(x + y, from: Normal(0, 1))
        Return(x)
      }
      scan
      Return(scan.final)
    })
    let leaking = Model {
      let scan = Scan("s", over: [1.0, 2], from: Random<Double>(0)) { x, y in
        let z = Latent("z", Normal(x, 1))
        Leak.value.withLock { $0 = z }
        Observe(y, from: Normal(z, 1))
        Return(z)
      }
      scan
      Factor(Leak.value.withLock { $0 } ?? 0)
      Return(scan.final)
    }
    expectError("outside of its scan", leaking)
  }

  private final class Token: Sendable {}

  /// What a body's closure holds is let go with the runs of the model, their lowering and all that came of it.
  @Test func nothingOutlivesTheRuns() throws {
    weak var held: Token?
    do {
      let token = Token()
      held = token
      let model = Model {
        let scan = Scan("s", over: [0.3, -1.2], from: Random<Double>(0)) { x, y in
          let next = Latent("x", Normal(x, 1)).map { [token] value in withExtendedLifetime(token) { value } }
          Observe(y, from: Normal(next, 1), as: "y")
          Return(next)
        }
        scan
        Return(scan.final)
      }
      _ = try ForwardRun(model).draws(count: 3, key: RandomKey(seed: 1))
      #expect(held != nil)
    }
    #expect(held == nil)
  }
}

/// Where a test puts a value that does not belong outside.
private enum Leak {
  static let value = Mutex<Random<Double>?>(nil)
}
