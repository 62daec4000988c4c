import Foundation
import NumericCore
import PPL
import Testing

/// What runs that delay sampling draw, throw and cost.
@Suite struct DelayedRunTests {
  static func run<Value>(
    _ model: Model<Value>, _ count: Int, seed: UInt64 = 1
  ) throws -> (values: VariableColumns, logWeights: [Double]) {
    let program = try PopulationProgram(model, recordsSteps: true, delaysSampling: true)
    let population = try program.population(count, key: RandomKey(seed: seed))
    while try population.advance() != nil {}
    return (try population.values(), population.logWeights.map { $0 + log(Double(count)) })
  }

  /// Means and mean products against exact ones: 4.5 standard errors.
  private func expect(_ values: [Double], _ exact: Double, _ what: String) {
    let mean = values.reduce(0, +) / Double(values.count)
    let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
    let error = (square / Double(values.count)).squareRoot()
    #expect(abs(mean - exact) < 4.5 * error, "\(what): \(mean), expected \(exact), standard error \(error)")
  }

  /// The joint posterior of a level and three steps, drawn in the order of the outputs: first and second moments against the
  /// dense formulas; 20,000 particles, seed 1.
  @Test(arguments: [false, true]) func draws(isReversed: Bool) throws {
    let y = [0.7, -0.2, 1.4]
    let model = Model {
      let mu = Latent("mu", Normal(0.4, 1.2))
      var x = [Latent("x0", Normal(mu, 0.8))]
      Observe(y[0], from: Normal(x[0], 0.5))
      x.append(Latent("x1", Normal(0.7 * x[0], 0.6)))
      Observe(y[1], from: Normal(x[1] + mu, 0.4))
      x.append(Latent("x2", Normal(x[1] - x[0], 0.9)))
      Observe(y[2], from: Normal(2 * x[2], 0.3))
      Return(Random<[Double]>(isReversed ? [x[2], x[1], x[0], mu] : [mu, x[0], x[1], x[2]]))
    }
    // z = mean + L e for four independent standard e, in the order mu, x0, x1, x2.
    let L = try Matrix(rowsOf: [[1.2, 0, 0, 0], [1.2, 0.8, 0, 0], [0.84, 0.56, 0.6, 0], [-0.36, -0.24, 0.6, 0.9]])
    let mean = [0.4, 0.4, 0.28, -0.12]
    let H = try Matrix(rowsOf: [[0, 1, 0, 0], [1, 0, 1, 0], [0, 0, 0, 2]])
    let P = L * L.transposed
    var S = H * P * H.transposed
    for (i, sd) in [0.5, 0.4, 0.3].enumerated() { S[i, i] += sd * sd }
    let gain = P * H.transposed * (try Cholesky(S)).solve(Matrix.identity(3))
    let predicted = H * mean
    let shift = gain * zip(y, predicted).map { $0 - $1 }
    let posteriorMean = zip(mean, shift).map { $0 + $1 }
    let reduction = gain * H * P

    let (values, logWeights) = try Self.run(model, 20_000)
    #expect(logWeights.allSatisfy { $0 == logWeights[0] })
    let columns = values["value"] ?? []
    func column(_ i: Int) -> [Double] { columns[isReversed ? 3 - i : i] }
    for i in 0..<4 {
      expect(column(i), posteriorMean[i], "mean \(i)")
      for j in 0...i {
        let products = zip(column(i), column(j)).map { ($0 - posteriorMean[i]) * ($1 - posteriorMean[j]) }
        expect(products, P[i, j] - reduction[i, j], "covariance \(i), \(j)")
      }
    }
  }

  /// Beta and gamma variables after data, and counts that were drawn of them before: 20,000 particles, seed 2.
  @Test func conjugateDraws() throws {
    let model = Model {
      let p = Latent("p", Beta(2, 3))
      let heads = Latent("heads", Binomial(trials: 1, p), count: 2)
      let g = Latent("g", Gamma(shape: 2, rate: 1))
      let k = Latent("k", Poisson(rate: 3 * g))
      Factor(0 * (heads.real.sum + k.real), as: "draws them before the data")
      Observe([true, true, false], from: Bernoulli(p))
      Observe(4, from: Poisson(rate: g))
      Return((p, heads, g, k))
    }
    let (values, logWeights) = try Self.run(model, 20_000, seed: 2)
    // Weights differ, as the coins and the count are drawn before the data.
    // Gamma(6) / Gamma(2) / 2^6 / 4! for the count
    let evidence = exp(logBeta(4, 4) - logBeta(2, 3)) * 120 / 64 / 24
    let weights = logWeights.map { exp($0) / evidence }
    func weighted(_ name: String, _ element: Int = 0, _ f: (Double) -> Double = { $0 }) -> [Double] {
      zip(weights, values[name]?[element] ?? []).map { $0 * f($1) }
    }
    expect(weights, 1, "evidence")
    expect(weighted("p"), 0.5, "p")
    expect(weighted("p") { $0 * $0 }, 4.0 * 5 / (8 * 9), "p^2")
    for i in 0..<2 { expect(weighted("heads", i), 0.5, "heads") }
    let both = zip(weights, zip(values["heads"]?[0] ?? [], values["heads"]?[1] ?? [])).map { $0 * $1.0 * $1.1 }
    expect(both, 4.0 * 5 / (8 * 9), "both heads")
    expect(weighted("g"), 3, "g")
    expect(weighted("g") { $0 * $0 }, 6.0 * 7 / 4, "g^2")
    expect(weighted("k"), 9, "k")
    expect(zip(weighted("k"), values["g"]?[0] ?? []).map { $0 * $1 }, 3 * 6.0 * 7 / 4, "k g")
  }

  /// A wrong parameter is the error of a plain run.
  @Test func errors() throws {
    func error<Value>(_ model: Model<Value>, delaysSampling: Bool) -> ModelError? {
      do {
        let program = try PopulationProgram(model, delaysSampling: delaysSampling)
        let population = try program.population(8, key: RandomKey(seed: 1))
        while try population.advance() != nil {}
        _ = try population.values()
        return nil
      } catch { return error as? ModelError }
    }
    let models: [Model<Random<Double>>] = [
      Model {
        let scale = Latent("scale", Uniform(-2, -1))
        Return(Latent("x", Normal(0, scale)))
      },
      Model {
        let x = Latent("x", Gamma(shape: 2, rate: 1))
        Return(Latent("y", Beta(-x, 1)))
      },
      Model {
        let x = Latent("x", Gamma(shape: 2, rate: 1))
        Return(Latent("y", Exponential(rate: -x)))
      },
      Model { Return(Latent("x", Normal(log(Latent("u", Uniform(-2, -1))), 1))) },
    ]
    for (number, model) in models.enumerated() {
      let (plain, delayed) = (error(model, delaysSampling: false), error(model, delaysSampling: true))
      guard case .invalidParameter(let site, _, let parameter, _, _, _) = plain,
        case .invalidParameter(site, _, parameter, _, _, _) = delayed
      else {
        Issue.record("model \(number): \(plain.map { "\($0)" } ?? "nil"), \(delayed.map { "\($0)" } ?? "nil")")
        continue
      }
    }
    let observed = Model {
      let x = Latent("x", Normal(0, 1))
      Observe(0.3, from: Normal(x, Latent("u", Uniform(-2, -1))), as: "y")
      Return(x)
    }
    #expect(error(observed, delaysSampling: true) == .scoreNotANumber(site: "y", particle: 0))
    #expect(error(observed, delaysSampling: false) == .scoreNotANumber(site: "y", particle: 0))
    #expect(throws: ModelError.delayedTraces) {
      try PopulationProgram(observed, keepsTraces: true, delaysSampling: true)
    }
  }

  /// Arcs turned round until the path is drawn.
  private func reversals<Value>(_ model: Model<Value>) throws -> Int {
    let program = try PopulationProgram(model, recordsSteps: true, delaysSampling: true)
    let population = try program.population(1, key: RandomKey(seed: 1))
    while try population.advance() != nil {}
    #expect(try population.values().columns.allSatisfy { $0[0].isFinite })
    return population.arcReversals
  }

  /// Twice the steps cost twice the reversals, within a tenth: chains whose path is drawn in the end, those whose noise is
  /// drawn instead of the states, a level that is observed with all steps, and ten components that depend on all of a step
  /// before.
  @Test func costIsLinear() throws {
    @Sendable func data(_ n: Int) -> [Double] { (0..<n).map { sin(Double($0)) } }
    func noise(_ n: Int) -> Model<Random<[Double]>> {
      Model {
        let scan = Scan("s", over: data(n), from: Latent("first", Normal(0, 1))) { x, y in
          let next = 0.9 * x + Latent("e", Normal(0, 0.3))
          Observe(y, from: Normal(next, 0.5), as: "y")
          Return(next)
        }
        scan
        Return(scan.states)
      }
    }
    func level(_ n: Int) -> Model<Random<[Double]>> {
      Model {
        let mu = Latent("mu", Normal(0, 1))
        let scan = Scan("s", over: data(n), from: Latent("first", Normal(mu, 1))) { x, y in
          let next = Latent("x", Normal(0.9 * x + 0.1 * mu, 0.3))
          Observe(y, from: Normal(next + mu, 0.5), as: "y")
          Return(next)
        }
        scan
        Return(scan.states)
      }
    }
    let transition = Matrix.identity(10)
    func vectors(_ n: Int) -> Model<Random<[Double]>> {
      Model {
        let scan = Scan("s", over: data(n), from: Latent("first", Normal(0, 1), count: 10)) { x, y in
          let next = Latent("x", Normal(transition * x + 0.01 * x.sum, 0.3), count: 10)
          Observe(y, from: Normal(next.sum, 0.5), as: "y")
          Return(next)
        }
        scan
        Return(scan.final)
      }
    }
    func effects(_ n: Int) -> Model<Random<[Double]>> {
      Model {
        let mu = Latent("mu", Normal(0, 1))
        let theta = Latent("theta", Normal(mu, 1), count: n)
        Observe(data(n), from: Normal(theta, 0.5), as: "y")
        Return(theta)
      }
    }
    for (name, model, n) in [
      ("chain", { DelayedEvidenceTests.scan(data($0)) }, 500), ("noise", noise, 300), ("level", level, 300),
      ("vectors", vectors, 30), ("effects", effects, 300),
    ] as [(String, (Int) -> Model<Random<[Double]>>, Int)] {
      let (once, twice) = (try reversals(model(n)), try reversals(model(2 * n)))
      let ratio = Double(twice) / Double(once)
      #expect(ratio > 1.8 && ratio < 2.2, "\(name): \(once) and \(twice)")
    }
  }
}
