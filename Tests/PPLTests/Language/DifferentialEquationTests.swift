import Foundation
import Inference
import NumericCore
import PPL
import Testing

/// Solutions of ordinary differential equations, held against closed forms and against GSL's.
@Suite struct DifferentialEquationTests {
  /// An oscillation of frequency 3 with damping 0.2, from 1 at rest, and what it is at t: e^(-a t) (cos w t + a / w sin w t),
  /// w = sqrt(9 - a^2), a = 0.1.
  private static func oscillation(step: Double, at times: [Double]) throws -> (found: [Double], estimate: Double) {
    let model = Model {
      let rest = Latent("rest", Normal(0, 1))
      let motion = DifferentialEquation(
        "motion", from: Random<[Double]>([Random(1), 0 * rest]), start: -1, at: times, step: step
      ) { _, y in
        [y[1], -9 * y[0] - 0.2 * y[1]]
      }
      Return((position: motion[0], errors: motion.errors))
    }
    let draws = try model.prior(draws: 1, seed: 1)
    return (try #require(draws["position"]).map { $0[0] }, try #require(draws["errors"])[0][0])
  }

  private static func exactOscillation(_ time: Double) -> Double {
    let (a, t) = (0.1, time + 1)
    let w = (9 - a * a).squareRoot()
    return exp(-a * t) * (cos(w * t) + a / w * sin(w * t))
  }

  /// The error falls with the fifth power of the step, and is below its estimate, at times that are no multiples of it.
  @Test func theErrorFallsWithTheFifthPower() throws {
    let times = [-0.77, 0.1, 1.3, 2.9]
    var errors: [Double] = []
    for step in [0.1, 0.05, 0.025] {
      let (found, estimate) = try Self.oscillation(step: step, at: times)
      let error = zip(found, times).reduce(0) { max($0, abs($1.0 - Self.exactOscillation($1.1))) }
      #expect(error < estimate && estimate < 1e3 * error, "\(step): \(error) \(estimate)")
      errors.append(error)
    }
    #expect(errors[0] < 1e-5, "\(errors)")
    for (coarse, fine) in zip(errors, errors.dropFirst()) {
      #expect(coarse / fine > 24 && coarse / fine < 44, "\(errors)")
    }
  }

  /// Predators and prey with rates that vary from draw to draw, all in lanes beside each other, as GSL has them at a
  /// tolerance of 1e-12.
  @Test func agreesWithAnotherSolver() throws {
    let times = [0.5, 2, 7.25, 20]
    let model = Model {
      let a = Latent("a", Uniform(0.4, 0.7), count: 2)
      let b = Latent("b", Uniform(0.02, 0.03), count: 2)
      let populations = DifferentialEquation("path", from: Random<[Double]>([30.0, 4]), at: times, step: 0.02) { _, y in
        [(a[0] - b[0] * y[1]) * y[0], (b[1] * y[0] - a[1]) * y[1]]
      }
      Return((a: a, b: b, prey: populations[0], predators: populations[1]))
    }
    let draws = try model.prior(draws: 20, seed: 2)
    let (a, b) = (try #require(draws["a"]), try #require(draws["b"]))
    let found = [try #require(draws["prey"]), try #require(draws["predators"])]
    for draw in 0..<20 {
      let (birth, death, loss, gain) = (a[0][draw], a[1][draw], b[0][draw], b[1][draw])
      let problem = InitialValueProblem(startTime: 0, start: [30, 4]) { _, y, f in
        f[0] = (birth - loss * y[1]) * y[0]
        f[1] = (gain * y[0] - death) * y[1]
      }
      let exact = try problem.solve(
        at: times, method: .rungeKutta89, relativeTolerance: 1e-12, absoluteTolerance: 1e-12)
      for k in 0..<2 {
        for i in times.indices {
          let (value, expected) = (found[k][i][draw], exact[k, i])
          #expect(abs(value - expected) < 1e-7 * expected, "\(draw) \(k) \(times[i]): \(value) \(expected)")
        }
      }
    }
  }

  /// y' = cos(t) y is e^(sin t), and a gradient goes through the start, through what the equation depends on, through
  /// vectors and matrices in it.
  @Test func timeAndGradients() throws {
    let times = [0.3, 1, 4]
    let timed = Model {
      let c = Latent("c", Normal(1, 0.1))
      let path = DifferentialEquation("path", from: Random<[Double]>([c]), at: times, step: 0.05) { t, y in
        cos(t) * y
      }
      Return((c: c, y: path[0]))
    }
    let draws = try timed.prior(draws: 3, seed: 3)
    let (c, y) = (try #require(draws["c"])[0], try #require(draws["y"]))
    for draw in 0..<3 {
      for (i, t) in times.enumerated() {
        let expected = c[draw] * exp(sin(t))
        #expect(abs(y[i][draw] - expected) < 1e-7)
      }
    }
    let rates = try Matrix(columns: [[-1, 0.5, 0.2], [0.3, -0.8, 0.1], [0.4, 0.2, -0.5]])
    let data = [[0.6, 0.4], [0.5, 0.3]]
    let linear = Model {
      let start = Latent("start", LogNormal(0, 0.5), count: 3)
      let pace = Latent("pace", LogNormal(0, 0.5))
      let path = DifferentialEquation("path", from: start, at: [0.5, 2], step: 0.25) { t, y in
        pace * (rates * y) + 0.1 * sin(pace * t)
      }
      for k in 0..<2 { Observe(data[k], from: Normal(path[k], 0.3), as: "y[\(k)]") }
      Return(path.errors)
    }
    try expectGradient(of: CompiledModel(linear).density, at: [0.2, -0.4, 0.1, 0.3], "three compartments")
  }

  /// Times that do not increase, steps that are none or too many, components that there are not, and derivatives of
  /// another length are said with what was expected.
  @Test func refusesWhatIsWrong() throws {
    func message(_ times: [Double], _ step: Double, start: Double = 0, component: Int = 0, derivatives: Int = 1) -> String {
      let model = Model {
        let c = Latent("c", Normal(0, 1))
        let path = DifferentialEquation("path", from: Random<[Double]>([c]), start: start, at: times, step: step) { _, y in
          Array(repeating: -y[0], count: derivatives)
        }
        Observe(times.map { _ in 1 }, from: Normal(path[component], 1))
        Return(c)
      }
      do {
        _ = try CompiledModel(model)
        return "no error"
      } catch { return "\(error)" }
    }
    #expect(message([1, 2], 0.5) == "no error")
    for (text, expected) in [
      (message([1, 1], 0.5), "path/times[1] = 1.0, expected a number above 1.0"),
      (message([0, 1], 0.5), "path/times[0] = 0.0, expected a number above 0.0"),
      (message([1, .nan], 0.5), "path/times[1] = nan, expected a number above 1.0"),
      (message([], 0.5), "path/number of times = 0.0, expected at least 1"),
      (message([1, 2], 0), "path/step = 0.0, expected a number above 0"),
      (message([1, 2], .nan), "path/step = nan, expected a number above 0"),
      (message([1, 2], 1e-300), "path/step = 1e-300, expected one of which 1e7 are enough"),
      (message([1, 2], 0.5, start: -.infinity), "path/start = -inf, expected a finite number"),
    ] {
      #expect(text.contains(expected) && text.contains("DifferentialEquationTests"), "\(text)")
    }
    #expect(message([1, 2], 0.5, component: 1).contains("component of the state"))
    #expect(message([1, 2], 0.5, derivatives: 2).contains("a vector of 1 and a vector of 2"))
  }
}
