import Foundation
import NumericCore
import PPL
import Testing

/// Evidence of one particle that delays sampling, against closed forms: 1e-10.
@Suite struct DelayedEvidenceTests {
  static func logEvidence<Value>(_ model: Model<Value>, seed: UInt64 = 1) throws -> Double {
    let program = try PopulationProgram(model, delaysSampling: true)
    let population = try program.population(1, key: RandomKey(seed: seed))
    while try population.advance() != nil {}
    _ = try population.values()
    return population.logWeights[0]
  }

  static let data: [Double] = (0..<50).map { sin(0.7 * Double($0)) + 0.3 * Double($0 % 4) }

  /// The log evidence of x_t = phi x_(t-1) + c + q e, y_t = h x_t + r e, x_0 ~ N(m, p^2), by Kalman's recursions.
  static func kalman(
    _ data: [Double], phi: Double = 0.9, c: Double = 0.1, q: Double = 0.4, h: Double = 1.3, r: Double = 0.7
  ) -> Double {
    var (m, P, total) = (0.5, 1.5 * 1.5, 0.0)
    for y in data {
      (m, P) = (phi * m + c, phi * phi * P + q * q)
      let S = h * h * P + r * r
      total += -0.5 * log(2 * .pi * S) - 0.5 * (y - h * m) * (y - h * m) / S
      (m, P) = (m + P * h / S * (y - h * m), P * r * r / S)
    }
    return total
  }

  static func step(_ x: Random<Double>) -> Random<Double> { Latent("x", Normal(0.9 * x + 0.1, 0.4)) }

  static func scan(_ data: [Double], recordsPath: Bool = true) -> Model<Random<[Double]>> {
    Model {
      let scan = Scan("chain", over: data, from: Latent("first", Normal(0.5, 1.5))) { x, y in
        let next = step(x)
        Observe(y, from: Normal(1.3 * next, 0.7), as: "y")
        Return(next)
      }
      scan
      Return(recordsPath ? scan.states : Random<[Double]>([scan.final]))
    }
  }

  /// The same by recursion inside of continuations, which a coin without influence brings about.
  static func recursion(_ data: [Double]) -> Model<Random<Double>> {
    @Sendable func rest(_ x: Random<Double>, _ t: Int) -> Model<Random<Double>> {
      guard t < data.count else { return Model { Return(x) } }
      return Latent(Bernoulli(0.5)).flatMap { _ in
        Model {
          let next = step(x)
          Observe(data[t], from: Normal(1.3 * next, 0.7), as: "y")
          let end = try Submodel("rest", rest(next, t + 1))
          end
          Return(end.value)
        }
      }
    }
    return Model {
      let end = try Submodel("chain", rest(Latent("first", Normal(0.5, 1.5)), 0))
      end
      Return(end.value)
    }
  }

  @Test func chainsGiveTheEvidenceOfKalman() throws {
    let exact = Self.kalman(Self.data)
    for model in [try Self.logEvidence(Self.scan(Self.data)), try Self.logEvidence(Self.recursion(Self.data))] {
      #expect(abs(model - exact) < 1e-10 * abs(exact), "\(model), expected \(exact)")
    }
    let unrolled = Model {
      var x = Latent("first", Normal(0.5, 1.5))
      for (t, y) in Self.data.enumerated() {
        x = Latent("x[\(t)]", Normal(0.9 * x + 0.1, 0.4))
        Observe(y, from: Normal(1.3 * x, 0.7))
      }
      Return(x)
    }
    #expect(abs(try Self.logEvidence(unrolled) - exact) < 1e-10 * abs(exact))
    // noise as latents of their own
    let noise = Model {
      let scan = Scan("chain", over: Self.data, from: 0.5 + 1.5 * Latent("first", Normal(0, 1))) { x, y in
        let next = 0.9 * x + 0.1 + 0.4 * Latent("e", Normal(0, 1))
        Observe(y, from: Normal(1.3 * next, 0.7), as: "y")
        Return(next)
      }
      scan
      Return(scan.final)
    }
    #expect(abs(try Self.logEvidence(noise) - exact) < 1e-10 * abs(exact))
  }

  static func matrix(_ n: Int, _ element: (Int, Int) -> Double) -> Matrix {
    var result = Matrix(rows: n, columns: n)
    for i in 0..<n { for j in 0..<n { result[i, j] = element(i, j) } }
    return result
  }

  /// log N(y; mean, covariance), dense.
  static func logDensity(_ y: [Double], mean: [Double], covariance: Matrix) throws -> Double {
    try MultivariateNormal(mean, covariance: covariance).logDensity(y)
  }

  @Test func regression() throws {
    let x = (0..<12).map { 0.3 * Double($0) - 1 }
    let y = x.map { 1 + 2 * $0 + sin(9 * $0) }
    let covariance = Self.matrix(12) { i, j in 9 + 4 * x[i] * x[j] + (i == j ? 0.25 : 0) }
    let exact = try Self.logDensity(y, mean: x.map { 0.5 - 0.2 * $0 }, covariance: covariance)
    let whole = Model {
      let (a, b) = (Latent("a", Normal(0.5, 3)), Latent("b", Normal(-0.2, 2)))
      Observe(y, from: Normal(a + b * x, 0.5), as: "y")
      Return((a, b))
    }
    let byMatrix = Model {
      let beta = Latent("beta", Normal([0.5, -0.2], [3.0, 2]), count: 2)
      let X = try Matrix(rowsOf: x.map { [1, $0] })
      Observe(y, from: Normal(X * beta, 0.5), as: "y")
      Return(beta)
    }
    let joint = Model {
      let beta = Latent("beta", MultivariateNormal([0.5, -0.2], covariance: try Matrix(rowsOf: [[9, 0], [0, 4]])))
      for i in x.indices { Observe(y[i], from: Normal(beta[0] + beta[1] * x[i], 0.5)) }
      Return(beta)
    }
    for value in [try Self.logEvidence(whole), try Self.logEvidence(byMatrix), try Self.logEvidence(joint)] {
      #expect(abs(value - exact) < 1e-10 * abs(exact), "\(value), expected \(exact)")
    }
  }

  /// Random effects, a Gaussian process with noise and a vector autoregression: structures that are no chains.
  @Test func structures() throws {
    let y = (0..<9).map { cos(2.1 * Double($0)) }
    let group = [0, 1, 2, 0, 1, 2, 2, 1, 0]
    let covariance = Self.matrix(9) { i, j in 4 + (group[i] == group[j] ? 1.44 : 0) + (i == j ? 0.09 : 0) }
    let effects = Model {
      let mu = Latent("mu", Normal(0.3, 2))
      let theta = Latent("theta", Normal(mu, 1.2), count: 3)
      for i in y.indices { Observe(y[i], from: Normal(theta[group[i]], 0.3)) }
      Return(theta)
    }
    let exact = try Self.logDensity(y, mean: y.map { _ in 0.3 }, covariance: covariance)
    #expect(abs(try Self.logEvidence(effects) - exact) < 1e-10 * abs(exact))

    let kernel = Self.matrix(9) { i, j in exp(-0.1 * Double((i - j) * (i - j))) + (i == j ? 1e-3 : 0) }
    let process = Model {
      let f = Latent("f", MultivariateNormal(0.2, covariance: kernel))
      Observe(y, from: Normal(f, 0.5), as: "y")
      Return(f)
    }
    var noisy = kernel
    for i in 0..<9 { noisy[i, i] += 0.25 }
    let ofProcess = try Self.logDensity(y, mean: y.map { _ in 0.2 }, covariance: noisy)
    #expect(abs(try Self.logEvidence(process) - ofProcess) < 1e-10 * abs(ofProcess))
    // all data by one multivariate observation of a level
    let level = Model {
      let mu = Latent("mu", Normal(0.3, 2))
      Observe(y, from: MultivariateNormal(mu + [0.0, 1, 2, 3, 4, 5, 6, 7, 8], covariance: kernel), as: "y")
      Return(mu)
    }
    let shifted = Self.matrix(9) { i, j in kernel[i, j] + 4 }
    let ofLevel = try Self.logDensity(y, mean: (0..<9).map { 0.3 + Double($0) }, covariance: shifted)
    #expect(abs(try Self.logEvidence(level) - ofLevel) < 1e-10 * abs(ofLevel))
  }

  /// Ten components that each depend on all of the step before: the recursions of Kalman are those of one dense normal law.
  @Test func vectorSeries() throws {
    let (n, steps) = (4, 6)
    let A = Self.matrix(n) { i, j in 0.5 / Double(1 + abs(i - j)) }
    let y = (0..<steps).map { t in (0..<n).map { sin(Double(3 * t + $0)) } }
    let model = Model {
      var x = Latent("x", Normal(0, 1), count: n)
      for t in 0..<steps {
        x = Latent("x[\(t)]", Normal(A * x, 0.3), count: n)
        Observe(y[t], from: Normal(x, 0.4))
      }
      Return(x)
    }
    // Cov(x_s, x_t) = P_s (A^T)^(t - s) for s <= t.
    var P = [Matrix](), power = [Matrix.identity(n)]
    for _ in 0..<steps { power.append(A * power[power.count - 1]) }
    var previous = Matrix.identity(n)
    for _ in 0..<steps {
      var next = A * previous * A.transposed
      for i in 0..<n { next[i, i] += 0.09 }
      P.append(next)
      previous = next
    }
    var covariance = Matrix(rows: n * steps, columns: n * steps)
    for s in 0..<steps {
      for t in s..<steps {
        let block = P[s] * power[t - s].transposed
        for i in 0..<n {
          for j in 0..<n {
            covariance[s * n + i, t * n + j] = block[i, j]
            covariance[t * n + j, s * n + i] = block[i, j]
          }
        }
      }
    }
    for i in 0..<(n * steps) { covariance[i, i] += 0.16 }
    let exact = try Self.logDensity(y.flatMap { $0 }, mean: Array(repeating: 0, count: n * steps), covariance: covariance)
    #expect(abs(try Self.logEvidence(model) - exact) < 1e-10 * abs(exact))
  }

  @Test func betaBinomial() throws {
    let model = Model {
      let p = Latent("p", Beta(2.5, 1.5))
      Observe([true, false, true], from: Bernoulli(p), as: "coins")
      Observe([3, 0], from: Binomial(trials: [5, 2], p), as: "counts")
      Observe(false, from: Bernoulli(1 - p), as: "complement")
      Return(p)
    }
    // p^(2 + 3 + 1) (1 - p)^(1 + 2 + 2), times the binomial coefficient 10.
    let exact = log(10) + logBeta(2.5 + 6, 1.5 + 5) - logBeta(2.5, 1.5)
    #expect(abs(try Self.logEvidence(model) - exact) < 1e-10)
    let plate = Model {
      let p = Latent("p", Beta([1.0, 2], 3), count: 2)
      Observe([4, 1], from: Binomial(trials: 6, p), as: "counts")
      let u = Latent("u", Uniform(0, 1))
      Observe(true, from: Bernoulli(u))
      Return((p, u))
    }
    let parts = log(15.0) + logBeta(5, 5) - logBeta(1, 3) + log(6.0) + logBeta(3, 8) - logBeta(2, 3) + log(0.5)
    #expect(abs(try Self.logEvidence(plate) - parts) < 1e-10)
  }

  @Test func gammaPoisson() throws {
    let model = Model {
      let g = Latent("g", Gamma(shape: 2.5, rate: 1.5))
      Observe([3, 0, 4], from: Poisson(rate: 0.5 * g), as: "counts")
      Observe([0.4, 1.1], from: Exponential(rate: 2 * g), as: "times")
      Observe(0.7, from: Gamma(shape: 3, rate: g / 4), as: "size")
      Return(g)
    }
    // g^(7 + 2 + 3) exp(-(1.5 + 3 + 0.7 / 4) g), and what does not depend on g.
    let (shape, rate) = (2.5 + 12, 1.5 + 1.5 + 3 + 0.7 / 4)
    let constant: Double = 7 * log(0.5) - log(144.0) + log(4 * 0.49 / 64 / 2)
    let integral: Double = logGamma(shape) - logGamma(2.5) + 2.5 * log(1.5) - shape * log(rate)
    let exact = constant + integral
    #expect(abs(try Self.logEvidence(model) - exact) < 1e-10)
  }
}
