import Foundation
import GP
import NumericCore
import Testing

/// The approximation of a latent process against quadrature and dense algebra.
@Suite struct LatentGaussianProcessTests {
  struct Row: Sendable, CustomStringConvertible {
    let likelihood: LatentLikelihood
    let y: [Double]
    var description: String { "\(likelihood)" }

    /// log p(y | f), without the library.
    func logDensity(_ y: Double, _ f: Double) -> Double {
      switch likelihood {
      case .poisson(let exposure): y * (f + log(exposure)) - exposure * exp(f) - lgamma(y + 1)
      case .bernoulli: y > 0 ? -log1p(exp(-f)) : -log1p(exp(f))
      case .studentT(let nu, let scale):
        lgamma((nu + 1) / 2) - lgamma(nu / 2) - 0.5 * log(nu * .pi) - log(scale)
          - (nu + 1) / 2 * log1p((y - f) * (y - f) / (nu * scale * scale))
      }
    }

    static let all = [
      Row(likelihood: .poisson(exposure: 2), y: [3, 0, 1, 5, 2, 9, 12, 7]),
      Row(likelihood: .bernoulli, y: [0, 0, 1, 0, 1, 1, 1, 0]),
      Row(likelihood: .studentT(degreesOfFreedom: 4, scale: 0.3), y: [0.2, -0.1, 0.5, 0.3, 0.1, 4, 0.9, 0.7]),
    ]
  }

  static let x = [0.3, 0, 1.1, 2.0, 2.0, 3.7, 3.2, 5]

  static func kernel() throws -> any Kernel {
    try RadialKernel(.matern32, lengthScale: 1.5).scaled(by: 1.2) + ConstantKernel(variance: 0.5)
  }

  static func posterior(_ row: Row) throws -> LatentPosterior {
    try LatentGaussianProcess(try kernel(), row.likelihood).condition(on: Matrix(points: x), row.y)
  }

  /// E log p(y | f) over f ~ N(m, v), or for Student t the bound by the expected square, by quadrature.
  static func expectation(_ row: Row, _ y: Double, _ m: Double, _ v: Double) throws -> Double {
    if case .studentT = row.likelihood { return row.logDensity(y, y - ((y - m) * (y - m) + v).squareRoot()) }
    return try integrate(from: m - 10 * v.squareRoot(), to: m + 10 * v.squareRoot(), relativeTolerance: 1e-11) { f in
      exp(-0.5 * (f - m) * (f - m) / v) / (2 * .pi * v).squareRoot() * row.logDensity(y, f)
    }.value
  }

  /// q is normal with the dense covariance (K^-1 + Lambda)^-1 and mean K w, its sites are those of a stationary point
  /// of the bound by differences of quadrature, and the bound is that of its definition, E_q log p - KL(q | prior).
  @Test(arguments: Row.all) func isAStationaryPointOfTheBound(row: Row) throws {
    let posterior = try Self.posterior(row)
    let points = Matrix(points: Self.x)
    let n = Self.x.count
    let q = try posterior.predict(at: points)
    let k = try Self.kernel().covariance(of: points)
    // Where d E_i / d m_i = w_i, the mean is K w: the bound is stationary in the mean.
    let step = 1e-3
    var (w, lambda, total) = ([Double](), [Double](), 0.0)
    for i in 0..<n {
      let (m, v) = (q.mean[i], q.variance[i])
      func e(_ dm: Double, _ dv: Double) throws -> Double { try Self.expectation(row, row.y[i], m + dm, v + dv) }
      total += try e(0, 0)
      w.append((8 * (try e(step, 0) - e(-step, 0)) - (try e(2 * step, 0) - e(-2 * step, 0))) / (12 * step))
      let slope = (8 * (try e(0, step) - e(0, -step)) - (try e(0, 2 * step) - e(0, -2 * step))) / (12 * step)
      lambda.append(-2 * slope)
    }
    for (a, b) in zip(k * w, q.mean) { #expect(abs(a - b) < 1e-5, "\(a) \(b)") }
    // B = I + Lambda^1/2 K Lambda^1/2; the covariance is K - K Lambda^1/2 B^-1 Lambda^1/2 K.
    var b = Matrix.identity(n)
    for i in 0..<n { for j in 0..<n { b[i, j] += (lambda[i] * lambda[j]).squareRoot() * k[i, j] } }
    let factor = try Cholesky(b)
    var scaled = k
    for i in 0..<n { for j in 0..<n { scaled[i, j] *= lambda[i].squareRoot() } }
    let z = factor.halfSolve(scaled)
    for i in 0..<n {
      let explained = z.column(i).reduce(0) { $0 + $1 * $1 }
      #expect(abs(k[i, i] - explained - q.variance[i]) < 1e-5)
    }
    // KL = (tr B^-1 + m^T K^-1 m - n + log |B|) / 2.
    let inverse = factor.inverse
    let trace = (0..<n).reduce(0) { $0 + inverse[$1, $1] }
    let square = zip(q.mean, w).reduce(0) { $0 + $1.0 * $1.1 }
    let divergence = 0.5 * (trace + square - Double(n) + factor.logDeterminant)
    #expect(abs(posterior.evidenceBound - (total - divergence)) < 1e-5)
  }

  /// Of a single observation: the bound is below the evidence by quadrature, not far, and mean and deviation are near
  /// those of the posterior. The bound of Student t is a looser one, with narrower deviations.
  @Test(arguments: Row.all, [1.0, 4]) func isCloseForOneObservation(row: Row, variance: Double) throws {
    let y = row.y[2]
    let process = try LatentGaussianProcess(try ConstantKernel(variance: variance), row.likelihood)
    let posterior = try process.condition(on: Matrix(points: [0]), [y])
    let q = try posterior.predict(at: Matrix(points: [3]))
    func moment(_ order: Double) throws -> Double {
      try integrate(from: -40, to: 40, relativeTolerance: 1e-10) { f in
        pow(f, order) * exp(row.logDensity(y, f) - 0.5 * f * f / variance) / (2 * .pi * variance).squareRoot()
      }.value
    }
    let mass = try moment(0)
    let mean = try moment(1) / mass
    let deviation = (try moment(2) / mass - mean * mean).squareRoot()
    let gap = log(mass) - posterior.evidenceBound
    #expect(gap > -1e-9 && gap < 0.15)
    #expect(abs(q.mean[0] - mean) < 0.1 * deviation, "\(q.mean[0]) \(mean)")
    var width = 0.15
    if case .studentT = row.likelihood { width = 0.3 }
    #expect(abs(log(q.variance[0].squareRoot() / deviation)) < width, "\(q.variance[0].squareRoot()) \(deviation)")
  }

  /// The gradient in all hyper-parameters against differences of the bound.
  @Test(arguments: Row.all, [MeanFunction.zero, .linear]) func gradientIsThatOfTheBound(
    row: Row, mean: MeanFunction
  ) throws {
    let kernel = try RadialKernel(.matern32, lengthScale: 1.5).scaled(by: 1.2) + ConstantKernel(variance: 0.5)
    let points = Matrix(points: Self.x)
    func bound(_ i: Int, _ change: Double) throws -> Double {
      var theta = kernel.parameters
      var likelihood = row.likelihood
      if i < theta.count {
        theta[i] += change
      } else if case .studentT(let nu, let scale) = likelihood {
        likelihood = .studentT(degreesOfFreedom: nu, scale: scale * exp(0.5 * change))
      }
      let process = try LatentGaussianProcess(try kernel.with(parameters: theta), likelihood, mean: mean)
      return try process.condition(on: points, row.y).evidenceBound
    }
    let gradient = try LatentGaussianProcess(kernel, row.likelihood, mean: mean).condition(on: points, row.y)
      .evidenceBoundGradient()
    let step = 1e-3
    for i in gradient.indices {
      let difference =
        (8 * (try bound(i, step) - bound(i, -step)) - (try bound(i, 2 * step) - bound(i, -2 * step))) / (12 * step)
      #expect(abs(gradient[i] - difference) < 1e-5 * (1 + abs(difference)), "\(i): \(gradient[i]) \(difference)")
    }
  }

  /// The expected observation is that of quadrature.
  @Test(arguments: Row.all) func responseIsAnExpectation(row: Row) throws {
    let posterior = try Self.posterior(row)
    let new = Matrix(points: [2.5, 20])
    let f = try posterior.predict(at: new)
    for (i, response) in try posterior.response(at: new).enumerated() {
      let expected = try integrate(from: -30, to: 30, relativeTolerance: 1e-11) { x in
        let mean: Double
        switch row.likelihood {
        case .poisson(let exposure): mean = exposure * exp(x)
        case .bernoulli: mean = 1 / (1 + exp(-x))
        case .studentT: mean = x
        }
        let z = x - f.mean[i]
        return mean * exp(-0.5 * z * z / f.variance[i]) / (2 * .pi * f.variance[i]).squareRoot()
      }.value
      #expect(abs(response - expected) < 1e-9 * (1 + expected))
    }
  }

  /// Means and variances of 4,000 draws within 5 standard errors, seed 8; a point that repeats has one value.
  @Test(arguments: Row.all) func drawsHaveTheMomentsOfTheApproximation(row: Row) throws {
    let posterior = try Self.posterior(row)
    let new = Matrix(points: [6, -1, 2, 2.6, 2])
    let (f, count) = (try posterior.predict(at: new), 4000)
    let draws = try posterior.samples(at: new, count: count, key: RandomKey(seed: 8))
    let n = Double(count)
    for i in 0..<new.rows {
      let errors = (0..<count).map { draws[i, $0] - f.mean[i] }
      #expect(abs(errors.reduce(0, +) / n) < 5 * (f.variance[i] / n).squareRoot())
      let variance = errors.reduce(0) { $0 + $1 * $1 } / n
      #expect(abs(variance - f.variance[i]) < 5 * f.variance[i] * (2 / n).squareRoot())
    }
    #expect((0..<count).allSatisfy { abs(draws[2, $0] - draws[4, $0]) < 1e-9 })
    #expect(throws: RegressionError.invalidSetting(name: "count", value: -1, expected: ">= 0")) {
      try posterior.samples(at: new, count: -1, key: RandomKey(seed: 1))
    }
  }

  /// 2,000 counts of a rate that varies, seed 5: what is learned finds it, within 5 of its standard deviations
  /// everywhere and within 2 at nine in ten places.
  @Test func learnsARate() throws {
    let count = 2000
    func rate(_ t: Double) -> Double { exp(1 + sin(t / 3) + 0.3 * sin(t)) }
    let x = (0..<count).map { 0.02 * Double($0) }
    var stream = RandomStream(RandomKey(seed: 5))
    // By inversion.
    let y = x.map { t in
      var (k, p) = (0.0, exp(-rate(t)))
      var u = Double.random(in: 0..<1, using: &stream)
      while u > p, k < 100 {
        u -= p
        k += 1
        p *= rate(t) / k
      }
      return k
    }
    let kernel = try RadialKernel(.matern52, lengthScale: 10).scaled(by: 1) + ConstantKernel(variance: 4)
    let fit = try LatentGaussianProcess(kernel, .poisson(exposure: 1)).fitted(to: Matrix(points: x), y)
    let f = try fit.condition(on: Matrix(points: x), y).predict(at: Matrix(points: x))
    let errors = x.indices.map { abs(f.mean[$0] - log(rate(x[$0]))) / f.variance[$0].squareRoot() }
    #expect(errors.allSatisfy { $0 < 5 } && errors.count { $0 < 2 } > count * 9 / 10)
  }

  /// Student t noise shrugs at outliers that normal noise is drawn to: one value in ten off by 10, seed 6.
  @Test func outliersAreNotFollowed() throws {
    let noise = RandomKey(seed: 6).normals(300)
    let x = (0..<300).map { 0.1 * Double($0) }
    let y = x.indices.map { sin(x[$0]) + 0.1 * noise[$0] + ($0 % 10 == 3 ? 10 : 0) }
    let kernel = try RadialKernel(.matern52, lengthScale: 2).scaled(by: 1)
    let process = try LatentGaussianProcess(kernel, .studentT(degreesOfFreedom: 3, scale: 0.5))
    let fit = try process.fitted(to: Matrix(points: x), y)
    let f = try fit.condition(on: Matrix(points: x), y).predict(at: Matrix(points: x))
    let errors = x.indices.map { f.mean[$0] - sin(x[$0]) }
    #expect((errors.reduce(0) { $0 + $1 * $1 } / 300).squareRoot() < 0.1)
    guard case .studentT(_, let scale) = fit.likelihood else { return #expect(Bool(false)) }
    #expect(scale > 0.05 && scale < 0.2)
  }

  @Test func whatIsWrongIsRefused() throws {
    let kernel = try RadialKernel(.matern32, lengthScale: 1)
    let x = Matrix(points: [0, 1])
    #expect(throws: RegressionError.invalidSetting(name: "exposure", value: 0, expected: "> 0 and finite")) {
      try LatentGaussianProcess(kernel, .poisson(exposure: 0))
    }
    #expect(throws: RegressionError.invalidSetting(name: "scale", value: -1, expected: "> 0 and finite")) {
      try LatentGaussianProcess(kernel, .studentT(degreesOfFreedom: 3, scale: -1))
    }
    for value in [-1, 0.5] {
      let error = RegressionError.invalidSetting(name: "value 1", value: value, expected: "a count, 0, 1, 2, ...")
      #expect(throws: error) {
        try LatentGaussianProcess(kernel, .poisson(exposure: 1)).condition(on: x, [1, value])
      }
    }
    #expect(throws: RegressionError.invalidSetting(name: "value 0", value: 2, expected: "0 or 1")) {
      try LatentGaussianProcess(kernel, .bernoulli).condition(on: x, [2, 0])
    }
    #expect(throws: RegressionError.self) {
      try LatentGaussianProcess(RadialKernel(.squaredExponential, lengthScale: 1), .bernoulli)
    }
    #expect(throws: RegressionError.countMismatch(points: 2, values: 1)) {
      try LatentGaussianProcess(kernel, .bernoulli).condition(on: x, [1])
    }
  }

  /// Counts of all sizes, certain outcomes and far outliers.
  @Test func extremeValuesConverge() throws {
    let kernel = try RadialKernel(.matern32, lengthScale: 1).scaled(by: 100) + ConstantKernel(variance: 100)
    let x = Matrix(points: (0..<40).map { 0.1 * Double($0) })
    let cases: [(LatentLikelihood, @Sendable (Int) -> Double)] = [
      (.poisson(exposure: 1), { $0 % 2 == 0 ? 0.0 : 1e6 }), (.poisson(exposure: 1e-6), { Double($0 % 3) }),
      (.bernoulli, { _ in 1 }), (.studentT(degreesOfFreedom: 1, scale: 0.1), { $0 % 7 == 0 ? 1e6 : 1 }),
    ]
    for (likelihood, value) in cases {
      let y = (0..<40).map(value)
      let posterior = try LatentGaussianProcess(kernel, likelihood).condition(on: x, y)
      let f = try posterior.predict(at: x)
      #expect(posterior.evidenceBound.isFinite && f.mean.allSatisfy(\.isFinite) && f.variance.allSatisfy { $0 > 0 })
    }
  }
}
