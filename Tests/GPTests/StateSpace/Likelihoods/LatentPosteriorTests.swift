import Foundation
import GP
import NumericCore
import Testing

/// Mean functions and the terms of sums under observations that are not normal.
@Suite struct LatentPosteriorTests {
  typealias Row = LatentGaussianProcessTests.Row
  static let (x, new) = (LatentGaussianProcessTests.x, Matrix(points: [-1, 0.3, 2.6, 6]))

  /// A mean that is integrated out is the limit of a kernel with a constant and a line of large variances: what is
  /// left is of the order of 1e-6, as the inverse of the variances. Bounds differ by the same constant, whatever the
  /// other term.
  @Test(arguments: Row.all) func flatPriorsAreLimits(row: Row) throws {
    let variance = 1e6
    var differences: [Double] = []
    for length in [1.5, 3] {
      let matern = try RadialKernel(.matern32, lengthScale: length).scaled(by: 1.2)
      let line = try ConstantKernel(variance: variance) + LinearKernel(slopeVariance: variance)
      let points = Matrix(points: Self.x)
      let flat = try LatentGaussianProcess(matern, row.likelihood, mean: .linear).condition(on: points, row.y)
      let wide = try LatentGaussianProcess(matern + line, row.likelihood).condition(on: points, row.y)
      let (a, b) = (try flat.predict(at: Self.new), try wide.predict(at: Self.new))
      for i in a.mean.indices {
        #expect(abs(a.mean[i] - b.mean[i]) < 1e-3 * (1 + abs(b.mean[i])), "\(a.mean[i]) \(b.mean[i])")
        #expect(abs(a.variance[i] - b.variance[i]) < 1e-3 * b.variance[i], "\(a.variance[i]) \(b.variance[i])")
      }
      differences.append(flat.evidenceBound - wide.evidenceBound)
    }
    #expect(abs(differences[0] - differences[1]) < 1e-3, "\(differences)")
  }

  /// Terms against dense algebra. With K w the posterior's mean at the data, that of a term of covariance k is k w, and
  /// its variance is below that of the prior; their means add up. Variances are those of regression, whose code they
  /// share.
  @Test(arguments: Row.all) func termsAreTheDenseOnes(row: Row) throws {
    let terms: [any Kernel] = [
      try RadialKernel(.matern32, lengthScale: 1.5).scaled(by: 1.2),
      try CentredPeriodicKernel(period: 2.3).scaled(by: 0.7), try ConstantKernel(variance: 0.5),
    ]
    // Distinct points: K has an inverse.
    let x = Matrix(points: Self.x.indices.map { Self.x[$0] + 0.05 * Double($0) })
    let kernel = terms[0] + terms[1] + terms[2]
    let posterior = try LatentGaussianProcess(kernel, row.likelihood).condition(on: x, row.y)
    let (parts, whole) = (try posterior.components(at: Self.new), try posterior.predict(at: Self.new))
    let (factor, q) = (try Cholesky(kernel.covariance(of: x)), try posterior.predict(at: x))
    let w = factor.solve(q.mean)
    for (term, part) in zip(terms, parts) {
      let cross = try term.covariance(of: x, and: Self.new)
      for (i, mean) in cross.transposeTimes(w).enumerated() {
        #expect(abs(part.mean[i] - mean) < 1e-5, "\(part.mean[i]) \(mean)")
      }
      let prior = try term.variances(of: Self.new)
      for i in prior.indices { #expect(part.variance[i] > 0 && part.variance[i] < prior[i] + 1e-9) }
    }
    for i in 0..<Self.new.rows { #expect(abs(parts.reduce(0) { $0 + $1.mean[i] } - whole.mean[i]) < 1e-9) }
    // A kernel of one term is the whole.
    let single = try LatentGaussianProcess(terms[0], row.likelihood, mean: .constant).condition(on: x, row.y)
    let (own, all) = (try single.components(at: Self.new, meanIn: 0)[0], try single.predict(at: Self.new))
    for i in own.mean.indices {
      #expect(abs(own.mean[i] - all.mean[i]) < 1e-12 && abs(own.variance[i] - all.variance[i]) < 1e-12)
    }
    let bare = try single.components(at: Self.new)[0]
    let level = all.mean[0] - bare.mean[0]
    for i in bare.mean.indices { #expect(abs(all.mean[i] - bare.mean[i] - level) < 1e-9) }
    #expect(throws: RegressionError.invalidSetting(name: "meanIn", value: 1, expected: "in 0 ..< 1")) {
      try single.components(at: Self.new, meanIn: 1)
    }
  }

  /// Draws with a mean function: means and variances of 4,000 within 5 standard errors, seed 9.
  @Test(arguments: Row.all) func drawsWithAMean(row: Row) throws {
    let matern = try RadialKernel(.matern32, lengthScale: 1.5).scaled(by: 1.2)
    let posterior = try LatentGaussianProcess(matern, row.likelihood, mean: .linear)
      .condition(on: Matrix(points: Self.x), row.y)
    let (f, count) = (try posterior.predict(at: Self.new), 4000)
    let draws = try posterior.samples(at: Self.new, count: count, key: RandomKey(seed: 9))
    for i in 0..<Self.new.rows {
      let errors = (0..<count).map { draws[i, $0] - f.mean[i] }
      #expect(abs(errors.reduce(0, +) / Double(count)) < 5 * (f.variance[i] / Double(count)).squareRoot())
      let variance = errors.reduce(0) { $0 + $1 * $1 } / Double(count)
      #expect(abs(variance - f.variance[i]) < 5 * f.variance[i] * (2 / Double(count)).squareRoot())
    }
  }

  /// 1,000 counts about exp(3 + 0.5 t), seed 5: the line is found, in the data and beyond.
  @Test func findsALine() throws {
    let x = (0..<1_000).map { 0.002 * Double($0) }
    var stream = RandomStream(RandomKey(seed: 5))
    // Normal, rounded: near enough to Poisson of a mean of 20 to 55.
    let y = x.map { t in
      let rate = exp(3 + 0.5 * t)
      return max((rate + rate.squareRoot() * stream.normal()).rounded(), 0)
    }
    let kernel = try RadialKernel(.matern32, lengthScale: 1).scaled(by: 0.1)
    let fit = try LatentGaussianProcess(kernel, .poisson(exposure: 1), mean: .linear).fitted(to: Matrix(points: x), y)
    let f = try fit.condition(on: Matrix(points: x), y).predict(at: Matrix(points: [0.5, 1.5, 2.2]))
    for (i, t) in [0.5, 1.5, 2.2].enumerated() {
      #expect(abs(f.mean[i] - 3 - 0.5 * t) < 5 * f.variance[i].squareRoot(), "\(f.mean[i])")
      #expect(abs(f.mean[i] - 3 - 0.5 * t) < 0.1, "\(f.mean[i])")
    }
    #expect(throws: RegressionError.undeterminedMean(points: 2, coefficients: 2)) {
      try LatentGaussianProcess(kernel, .poisson(exposure: 1), mean: .linear)
        .condition(on: Matrix(points: [0, 1]), [1, 2])
    }
  }
}
