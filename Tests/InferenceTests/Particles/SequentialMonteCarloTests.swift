import Foundation
import Inference
import NumericCore
import PPL
import Testing

/// Evidence and expectations of populations, against exact answers.
@Suite struct SequentialMonteCarloTests {
  /// A hidden Markov model with three states: uniform start without an emission, normal emissions.
  static func markov(_ data: [Double]) throws -> Model<(last: Random<Int>, path: Random<[Int]>)> {
    let P = try Matrix(rowsOf: [[0.1, 0.4, 0.5], [0.2, 0.6, 0.2], [0.15, 0.7, 0.15]])
    return Model {
      let first = Latent("first", Categorical([1.0 / 3, 1.0 / 3, 1.0 / 3]))
      let scan = Scan("chain", over: data, from: first) { state, y in
        let next = Latent("state", Categorical(P[row: state]))
        Observe(y, from: Normal([-1.0, 1, 0][next], 1), as: "y")
        Return(next)
      }
      scan
      Return((last: scan.final, path: scan.states))
    }
  }

  /// The evidence and the mean of the last state, by the forward algorithm.
  static func exact(_ data: [Double]) -> (logEvidence: Double, last: Double) {
    let P = [[0.1, 0.4, 0.5], [0.2, 0.6, 0.2], [0.15, 0.7, 0.15]]
    var (p, logEvidence) = (Array(repeating: 1.0 / 3, count: 3), 0.0)
    for y in data {
      p = (0..<3).map { j in
        let moved = (0..<3).reduce(0) { $0 + p[$1] * P[$1][j] }
        return moved * exp(-0.5 * pow(y - [-1.0, 1, 0][j], 2)) / (2 * Double.pi).squareRoot()
      }
      let total = p.reduce(0, +)
      logEvidence += log(total)
      p = p.map { $0 / total }
    }
    return (logEvidence, p[1] + 2 * p[2])
  }

  static let schemes: [(String, any PopulationKernel)] = [
    ("multinomial", Resample(.multinomial)), ("systematic", Resample(.systematic)),
    ("stratified", Resample(.stratified)), ("residual", Resample(.residual)),
    ("adaptive", Resample(.systematic, when: .effectiveSampleFraction(below: 0.5))),
    ("never", Resample(.multinomial, when: .never)),
  ]

  /// E[Z-hat] = Z and E[sum w f] = Z E[f], for any number of particles, scheme and rule: 2,000 runs, seeds from 0, two
  /// z-tests for each of 18 cases, 4.5 standard errors.
  @Test(arguments: [1, 2, 7]) func evidenceIsUnbiased(particles: Int) async throws {
    let data = [0.8, -0.4, 1.9]
    let (logEvidence, last) = Self.exact(data)
    let program = try PopulationProgram(Self.markov(data))
    let runs = 2_000
    for (name, kernel) in Self.schemes {
      let smc = SequentialMonteCarlo(particles: particles) { kernel }
      var (masses, integrals) = ([Double](), [Double]())
      for seed in 0..<runs {
        let result = try await smc.run(program, key: RandomKey(seed: UInt64(seed)))
        let mass = exp(result.logEvidence)
        masses.append(mass)
        integrals.append(mass * (try result.mean(of: "last")))
      }
      for (values, truth) in [(masses, exp(logEvidence)), (integrals, exp(logEvidence) * last)] {
        let error = Diagnostics.standardDeviation(values) / Double(runs).squareRoot()
        let mean = values.reduce(0, +) / Double(runs)
        #expect(abs(mean - truth) < 4.5 * error, "\(name), \(particles) particles: \(mean), expected \(truth)")
      }
    }
  }

  /// A series of 100 steps, eight seeds of 16 islands of 500 particles: the mean of the log evidences within 4.5 of the
  /// errors that the runs tell, the errors themselves against the spread, and the mean of the last state.
  @Test func agreesWithTheForwardAlgorithmOnALongSeries() async throws {
    let data: [Double] = (0..<100).map { (t: Int) -> Double in Double((t * 7 + t * t) % 3) }
    let (logEvidence, last) = Self.exact(data)
    for (name, kernel) in Self.schemes.dropLast() {
      let smc = SequentialMonteCarlo(particles: 500, islands: 16) { kernel }
      var (estimates, errors, means) = ([Double](), [Double](), [Double]())
      for seed in 1...8 {
        let result = try await smc.run(Self.markov(data), seed: UInt64(seed))
        estimates.append(result.logEvidence)
        errors.append(result.logEvidenceError ?? .nan)
        means.append(try result.mean(of: "last"))
      }
      let estimate: Double = estimates.reduce(0, +) / 8
      let error = errors.reduce(0) { $0 + $1 * $1 }.squareRoot() / 8
      #expect(abs(estimate - logEvidence) < 4.5 * error, "\(name): \(estimate), expected \(logEvidence)")
      let spread = Diagnostics.standardDeviation(estimates)
      let typical: Double = errors.reduce(0, +) / 8
      #expect(typical > 0.4 * spread && typical < 2.5 * spread, "\(name): \(typical), \(spread)")
      let mean: Double = means.reduce(0, +) / 8
      #expect(abs(mean - last) < 5 * Diagnostics.standardDeviation(means) / 8.0.squareRoot(), "\(name)")
    }
  }

  /// The reference data's exact log evidence, within the error that the run tells; seed 3.
  @Test func agreesWithTheExactEvidenceOfTheReferenceData() async throws {
    guard let folder = ProcessInfo.processInfo.environment["BOREL_REFERENCE"] else {
      print("skipped: BOREL_REFERENCE is not set")
      return
    }
    let data = try DataTable(contentsOf: "\(folder)/data/inference/hmm100.csv").doubles("y")
    for (name, kernel) in Self.schemes.dropLast() {
      let result = try await SequentialMonteCarlo(particles: 500, islands: 16) { kernel }.run(Self.markov(data), seed: 3)
      let error = result.logEvidenceError ?? 0
      #expect(abs(result.logEvidence + 144.9777) < 4 * error, "\(name): \(result.logEvidence) +- \(error)")
      #expect(error < 0.1)
    }
  }

  /// Recursion and branches on continuations: a geometric number of factors; the mass is the sum of a series.
  @Test func dynamicProgramsRunOnContinuations() async throws {
    @Sendable func count(_ p: Double) -> Model<Random<Int>> {
      Latent(Bernoulli(p)).flatMap { heads -> Model<Random<Int>> in
        if heads {
          return Model {
            Factor(-0.1)
            Return(Random<Int>(0))
          }
        }
        return Model {
          Factor(-0.3)
          let rest = try Submodel("rest", count(p))
          rest
          Return(rest.value + 1)
        }
      }
    }
    let (p, a, b) = (0.4, exp(-0.1), exp(-0.3))
    let mass = p * a / (1 - (1 - p) * b)
    for (name, kernel) in Self.schemes {
      let smc = SequentialMonteCarlo(particles: 50) { kernel }
      var masses: [Double] = []
      for seed in 0..<400 { masses.append(exp(try await smc.run(count(p), seed: UInt64(seed)).logEvidence)) }
      let error = Diagnostics.standardDeviation(masses) / 20
      #expect(abs(masses.reduce(0, +) / 400 - mass) < 4.5 * error, "\(name)")
    }
  }

  @Test func populationsOfWeightZeroSaySo() async throws {
    let model = Model {
      let x = Latent("x", Bernoulli(0.5))
      Factor(x.choose(Random<Double>(-.infinity), else: Random<Double>(-.infinity)), as: "impossible")
      Factor(-1)
      Return(x)
    }
    let result = try await SequentialMonteCarlo(particles: 10) { Resample(.systematic) }.run(model, seed: 1)
    #expect(result.logEvidence == -.infinity)
    #expect(result.weighted.weights.allSatisfy { $0 == 0 })
    #expect(result.warnings.first?.contains("weight 0 from score 1") == true)
    await #expect(throws: InferenceError.self) { try await SequentialMonteCarlo(particles: 0).run(model, seed: 1) }
    await #expect(throws: InferenceError.self) {
      try await SequentialMonteCarlo(particles: 3) {
        Resample(.systematic, when: .effectiveSampleFraction(below: 2))
      }.run(model, seed: 1)
    }
  }
}
