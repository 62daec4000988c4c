import Foundation
import Inference
import NumericCore
import PPL
import Testing

/// Conditional sequential Monte Carlo leaves the posterior invariant, on lanes and on traces.
@Suite struct ParticleGibbsTests {
  // MARK: Lanes and traces

  /// A model of each kind: what is drawn, scored and left at a step.
  static let models: [(name: String, model: Model<Random<Double>>)] = [
    (
      "chain",
      Model {
        let scan = Scan("s", over: [0.3, -0.5, 1, 0.2], from: Latent("first", Normal(0, 1))) { x, y in
          let next = Latent("x", Normal(0.8 * x, 0.6))
          Observe(y, from: Normal(next, 0.8), as: "y")
          Return(next)
        }
        scan
        Return(scan.final)
      }
    ),
    (
      "draws after the score, and a static site",
      Model {
        let sigma = Latent("sigma", Gamma(shape: 3, rate: 4))
        let scan = Scan("s", over: [0.3, -0.5, 1], from: Latent("first", Normal(0, sigma))) { x, y in
          Observe(y, from: Normal(x, 0.8), as: "y")
          Return(Latent("x", Normal(0.8 * x, sigma)))
        }
        scan
        Observe(0.4, from: Normal(scan.final, 0.5), as: "after")
        Return(sigma)
      }
    ),
    (
      "sums of draws",
      Model {
        let scan = Scan("s", over: [0.3, -0.5, 1, 0.2], from: Random<Double>(0)) { x, y in
          let next = x + Latent("z", Normal(0, 1))
          Observe(y, from: Normal(next, 0.8), as: "y")
          Return(next)
        }
        scan
        Return(scan.final)
      }
    ),
    (
      "random bounds, two scores a step, a plate",
      Model {
        let scan = Scan("s", over: [0.3, -0.5, 0.4], from: Latent("first", Normal(0, 1))) { x, y in
          let next = Latent("x", Uniform(x - 1, x + 1))
          Observe(y, from: Normal(next, 0.8), as: "y")
          let plate = Latent("plate", Normal(next, 1), count: 2)
          Observe([0.1, 0.2], from: Normal(plate, 1), as: "v")
          Return(0.5 * next + 0.1 * plate.sum)
        }
        scan
        Return(scan.final)
      }
    ),
    (
      "a loop in a loop",
      Model {
        let scan = Scan("s", over: [0.3, -0.5], from: Latent("first", Normal(0, 1))) { x, y in
          let inner = Scan("inner", over: [0.4, 0.2], from: x) { u, v in
            let w = Latent("w", Normal(u, 0.3))
            Observe(v, from: Normal(w, 1), as: "v")
            Return(w)
          }
          inner
          let next = Latent("x", Normal(inner.final, 0.5))
          Observe(y, from: Normal(next, 0.8), as: "y")
          Return(next)
        }
        scan
        Return(scan.final)
      }
    ),
  ]

  /// The same sweeps with the same keys: two implementations that share no more than the schemes. All that is static is
  /// drawn before the first score: lanes may draw earlier than traces what is needed later.
  @Test(arguments: models.indices, [true, false]) func lanesAndTracesAgree(model: Int, samplesAncestors: Bool) throws {
    let (name, model) = Self.models[model]
    let kernel = ParticleGibbs(particles: 3, samplesAncestors: samplesAncestors)
    var onTraces = kernel
    onTraces.staysOnTraces = true
    let (lanes, traces) = (try kernel.prepared(for: model), try onTraces.prepared(for: model))
    var values = try TraceProgram(model).trace(key: RandomKey(seed: 1)).siteValues()
    let start = values
    for seed in 0..<20 {
      var other = values
      _ = try lanes.move(&values, in: .sampling, key: RandomKey(seed: UInt64(seed)))
      _ = try traces.move(&other, in: .sampling, key: RandomKey(seed: UInt64(seed)))
      #expect(values.keys == other.keys)
      for (site, numbers) in values {
        for (a, b) in zip(numbers, other[site] ?? []) { #expect(abs(a - b) < 1e-9, "\(name), \(site), seed \(seed)") }
      }
    }
    #expect(values != start, "\(name)")
  }

  /// A kernel on traces takes lanes where it can, and gives what it gives on traces.
  @Test func tracesAreMovedOnLanes() throws {
    let kernel = ParticleGibbs(particles: 3)
    var onTraces = kernel
    onTraces.staysOnTraces = true
    var trace = try TraceProgram(Self.models[0].model).trace(key: RandomKey(seed: 2))
    for seed in 0..<10 {
      var other = trace
      _ = try kernel.move(&trace, key: RandomKey(seed: UInt64(seed)))
      _ = try onTraces.move(&other, key: RandomKey(seed: UInt64(seed)))
      #expect(trace.isFinished && trace.advances == other.advances)
      let (own, others) = (trace.siteValues(), other.siteValues())
      for (site, numbers) in own {
        for (a, b) in zip(numbers, others[site] ?? []) { #expect(abs(a - b) < 1e-9, "\(site), seed \(seed)") }
      }
    }
  }

  // MARK: Finite models

  static func finite() throws -> Model<Random<Int>> {
    let P = try Matrix(rowsOf: [[0.6, 0.3, 0.1], [0.2, 0.5, 0.3], [0.3, 0.2, 0.5]])
    let emission = try Matrix(rowsOf: [[0.8, 0.2], [0.5, 0.5], [0.1, 0.9]])
    return Model {
      let scan = Scan("chain", over: [0, 1, 1, 0], from: Latent("first", Categorical([0.4, 0.4, 0.2]))) { state, y in
        let next = Latent("state", Categorical(P[row: state]))
        Observe(y, from: Categorical(emission[row: next]), as: "y")
        Return(next)
      }
      scan
      Return(scan.final)
    }
  }

  /// Exact posterior draws, moved, against enumeration: 2 and 3 particles; seed 5.
  @Test(arguments: [2, 3], [(true, false), (false, false), (true, true), (false, true)])
  func finitePosteriorsAreInvariant(particles: Int, kind: (samplesAncestors: Bool, staysOnTraces: Bool)) async throws {
    var kernel = ParticleGibbs(particles: particles, samplesAncestors: kind.samplesAncestors)
    kernel.staysOnTraces = kind.staysOnTraces
    var laws = try FiniteKernelLaws(Self.finite())
    laws.repetitions = kind.staysOnTraces ? 300 : 3_000
    let verdict = try await laws.verdict(on: SiteKernelStep(kernel, transitions: 2), seed: 5)
    #expect(verdict.passes && verdict.checks.count > 10, "\(verdict)")
  }

  /// Runs with different numbers of scores, moved from one to the other: P(length) against enumeration. 4.5 Monte Carlo
  /// standard errors, seed 7.
  @Test(arguments: [true, false]) func runsOfVaryingLength(samplesAncestors: Bool) async throws {
    @Sendable func geometric(_ depth: Int) -> Model<Random<Int>> {
      Model {
        let stops = Latent("stops", Bernoulli(0.5))
        Factor(stops.choose(Random<Double>(-0.2), else: Random<Double>(-0.6)), as: "score")
        let rest = try Submodel(
          "rest",
          stops.flatMap { stops in
            if stops || depth == 3 { return Model { Return(Random<Int>(depth)) } }
            return geometric(depth + 1)
          })
        rest
        Return(rest.value)
      }
    }
    let model = geometric(0)
    let exact = try ExactEnumeration().run(model).probabilities(of: "value")
    let chain = TraceMarkovChain(chains: 4, warmup: 20, draws: 600) {
      ParticleGibbs(particles: 3, samplesAncestors: samplesAncestors)
    }
    let depths = try await chain.run(model, seed: 7).draws.chains(of: "value")
    for (value, probability) in zip(exact.elements, exact.masses) {
      let shares = depths.map { $0.map { $0 == value[0] ? 1.0 : 0 } }
      #expect(abs(Diagnostics.mean(shares.flatMap { $0 }) - probability) < 4.5 * Diagnostics.meanMCSE(shares))
    }
  }

  // MARK: Linear Gaussian chain

  /// Smoothed means and variances against Kalman's filter and the smoother of Rauch, Tung and Striebel; 4.5 Monte Carlo
  /// standard errors, seed 1.
  @Test(arguments: [true, false]) func kalmanSmoother(samplesAncestors: Bool) async throws {
    let y = [0.5, 1.2, -0.3, 0.8, 2.1, 1.7, 0.2, -0.9, -1.4, -0.2, 0.6, 1.1]
    let (a, q, r) = (0.9, 0.5, 0.7)
    let model = Model {
      let scan = Scan("s", over: y, from: Random<Double>(0)) { x, y in
        let next = Latent("x", Normal(a * x, q))
        Observe(y, from: Normal(next, r), as: "y")
        Return(next)
      }
      scan
      Return(scan.final)
    }
    var (mean, variance, predicted) = ([Double](), [Double](), [(Double, Double)]())
    var (m, v) = (0.0, 0.0)
    for y in y {
      let (mp, vp) = (a * m, a * a * v + q * q)
      let gain = vp / (vp + r * r)
      (m, v) = (mp + gain * (y - mp), (1 - gain) * vp)
      predicted.append((mp, vp))
      mean.append(m)
      variance.append(v)
    }
    for t in mean.indices.reversed().dropFirst() {
      let gain = a * variance[t] / predicted[t + 1].1
      mean[t] += gain * (mean[t + 1] - predicted[t + 1].0)
      variance[t] += gain * gain * (variance[t + 1] - predicted[t + 1].1)
    }
    let sampler = GibbsSampler(chains: 4, warmup: 100, draws: 5_000) {
      ParticleGibbs(particles: 5, samplesAncestors: samplesAncestors)
    }
    let draws = try await sampler.run(model, seed: 1).draws
    for t in y.indices {
      let chains = try draws.chains(of: "s/x", element: t)
      #expect(abs(Diagnostics.mean(chains.flatMap { $0 }) - mean[t]) < 4.5 * Diagnostics.meanMCSE(chains), "mean \(t)")
      let squares = chains.map { $0.map { ($0 - mean[t]) * ($0 - mean[t]) } }
      #expect(
        abs(Diagnostics.mean(squares.flatMap { $0 }) - variance[t]) < 4.5 * Diagnostics.meanMCSE(squares), "variance \(t)")
    }
  }

  // MARK: Hidden Markov model

  /// P(x_t | y) of the hidden Markov model of 100 steps against the forward-backward algorithm: 4.5 Monte Carlo standard
  /// errors, seed 3.
  @Test func hiddenMarkovModelOfAHundredSteps() async throws {
    guard let folder = ProcessInfo.processInfo.environment["BOREL_REFERENCE"] else {
      print("skipped: BOREL_REFERENCE is not set")
      return
    }
    let y = try DataTable(contentsOf: "\(folder)/data/inference/hmm100.csv").doubles("y")
    let (rows, means) = ([[0.1, 0.4, 0.5], [0.2, 0.6, 0.2], [0.15, 0.7, 0.15]], [-1.0, 1, 0])
    let P = try Matrix(rowsOf: rows)
    let model = Model {
      let first = Latent("first", Categorical([1.0 / 3, 1.0 / 3, 1.0 / 3]))
      let scan = Scan("chain", over: y, from: first) { state, y in
        let next = Latent("state", Categorical(P[row: state]))
        Observe(y, from: Normal(Random<[Double]>(means)[next], 1), as: "y")
        Return(next)
      }
      scan
      Return(scan.final)
    }
    let weights = y.map { y in means.map { exp(-0.5 * (y - $0) * (y - $0)) } }
    func normalised(_ x: [Double]) -> [Double] { x.map { $0 / x.reduce(0, +) } }
    var (forward, state) = ([[Double]](), [1.0 / 3, 1.0 / 3, 1.0 / 3])
    for w in weights {
      state = normalised((0..<3).map { j in w[j] * (0..<3).reduce(0) { $0 + state[$1] * rows[$1][j] } })
      forward.append(state)
    }
    var (backward, smoothed) = ([1.0, 1, 1], forward)
    for t in y.indices.reversed() {
      smoothed[t] = normalised(zip(forward[t], backward).map(*))
      backward = normalised((0..<3).map { i in (0..<3).reduce(0) { $0 + rows[i][$1] * weights[t][$1] * backward[$1] } })
    }
    let sampler = GibbsSampler(chains: 4, warmup: 50, draws: 1_500) { ParticleGibbs(particles: 8) }
    let draws = try await sampler.run(model, seed: 3).draws
    for t in y.indices {
      let chains = try draws.chains(of: "chain/state", element: t)
      for value in 0..<3 {
        let shares = chains.map { $0.map { $0 == Double(value) ? 1.0 : 0 } }
        let difference = abs(Diagnostics.mean(shares.flatMap { $0 }) - smoothed[t][value])
        #expect(difference < 4.5 * Diagnostics.meanMCSE(shares), "P(x_\(t) = \(value))")
      }
    }
  }
}
