import Foundation
import GP
import NumericCore
import Testing

@Suite struct GaussianProcessTests {
  private let data = RegressionData(count: 25)
  private func process(_ mean: MeanFunction, noise: Double = 0.05) throws -> GaussianProcess {
    let kernel = try RadialKernel(.matern52, lengthScale: 0.9).scaled(by: 1.5)
    return try GaussianProcess(kernel, noiseVariance: noise, mean: mean)
  }

  @Test func evidenceIsTheNormalDensity() throws {
    let process = try process(.zero)
    var covariance = try process.kernel.covariance(of: data.x)
    covariance.addToDiagonal(process.noiseVariance)
    let posterior = try process.condition(on: data.x, data.y)
    #expect(abs(posterior.logEvidence - (try RegressionData.logNormalDensity(data.y, covariance))) < 1e-10)
    #expect(posterior.jitter == 0)
  }

  /// Mean and variance from the inverse of the joint covariance of data and new points.
  @Test func predictionIsTheConditionalNormal() throws {
    let process = try process(.zero)
    let new = Matrix(points: [-1, 0.3, 2.2, 9])
    let (n, m) = (25, 4)
    let joint = try process.kernel.covariance(of: Matrix(points: data.x.elements + new.elements))
    var (k, cross) = (Matrix(rows: n, columns: n), Matrix(rows: n, columns: m))
    for i in 0..<n {
      for j in 0..<n { k[i, j] = joint[i, j] + (i == j ? 0.05 : 0) }
      for j in 0..<m { cross[i, j] = joint[i, n + j] }
    }
    let gain = try Cholesky(k).inverse * cross
    let (mean, explained) = (gain.transposeTimes(data.y), cross.transposeTimes(gain))
    let posterior = try process.condition(on: data.x, data.y)
    let (prediction, covariance) = (try posterior.predict(at: new), try posterior.covariance(at: new))
    for i in 0..<m {
      #expect(abs(prediction.mean[i] - mean[i]) < 1e-10)
      #expect(abs(prediction.variance[i] - (joint[n + i, n + i] - explained[i, i])) < 1e-10)
      for j in 0..<m { #expect(abs(covariance[i, j] - (joint[n + i, n + j] - explained[i, j])) < 1e-10) }
    }
  }

  /// A flat prior on the coefficients is the limit of a wide normal one: of an added kernel.
  @Test func unknownMeanIsTheLimitOfAWidePrior() throws {
    let wide = 1e6
    let new = Matrix(points: [-2, 3.3, 8])
    for mean in [MeanFunction.constant, .linear] {
      let (exact, base) = (try process(mean), try process(.zero))
      var kernel = try base.kernel.added(to: ConstantKernel(variance: wide))
      if mean == .linear { kernel = try kernel.added(to: LinearKernel(slopeVariance: wide, centre: 3)) }
      let limit = try GaussianProcess(kernel, noiseVariance: 0.05)
      let (a, b) = (try exact.condition(on: data.x, data.y), try limit.condition(on: data.x, data.y))
      let (p, q) = (try a.predict(at: new), try b.predict(at: new))
      for i in 0..<3 {
        #expect(abs(p.mean[i] - q.mean[i]) < 1e-4)
        #expect(abs(p.variance[i] - q.variance[i]) < 1e-4)
      }
      let (cp, cq) = (try a.covariance(at: new), try b.covariance(at: new))
      #expect(zip(cp.elements, cq.elements).allSatisfy { abs($0 - $1) < 1e-4 })
      let (l, r) = (a.leaveOneOut(), b.leaveOneOut())
      #expect(zip(l.mean, r.mean).allSatisfy { abs($0 - $1) < 1e-4 })
      #expect(zip(l.variance, r.variance).allSatisfy { abs($0 - $1) < 1e-4 })
    }
  }

  @Test(arguments: [MeanFunction.zero, .constant, .linear]) func evidenceGradientMatchesDifferences(
    mean: MeanFunction
  ) throws {
    let density = try HyperparameterDensity(process(mean), points: data.x, values: data.y)
    let gradient = try process(mean).condition(on: data.x, data.y).evidenceGradient()
    func evidence(_ theta: [Double]) throws -> Double {
      try density.process(at: theta).condition(on: data.x, data.y).logEvidence
    }
    for i in gradient.indices {
      var (up, down) = (density.position, density.position)
      up[i] += 1e-5
      down[i] -= 1e-5
      let difference = (try evidence(up) - evidence(down)) / 2e-5
      #expect(abs(gradient[i] - difference) < 1e-6 * max(1, abs(difference)))
    }
  }

  @Test(arguments: [MeanFunction.zero, .constant, .linear]) func leavingOneOutIsARefit(mean: MeanFunction)
    throws
  {
    let process = try process(mean)
    let all = try process.condition(on: data.x, data.y).leaveOneOut()
    var density = 0.0
    for i in data.y.indices {
      let rest = data.without(i)
      let prediction = try process.condition(on: rest.x, rest.y).predict(at: data.x.row(i))
      let variance = prediction.variance[0] + process.noiseVariance
      #expect(abs(all.mean[i] - prediction.mean[0]) < 1e-8)
      #expect(abs(all.variance[i] - variance) < 1e-8)
      let error = data.y[i] - prediction.mean[0]
      density += 0.5 * (log(2 * Double.pi * variance) + error * error / variance)
    }
    #expect(abs(all.meanNegativeLogDensity - density / 25) < 1e-8)
  }

  @Test func termsAddUpToTheWhole() throws {
    let slow = try RadialKernel(.squaredExponential, lengthScale: 3).scaled(by: 2)
    let fast = try RadialKernel(.matern32, lengthScale: 0.5).scaled(by: 0.5)
    let process = try GaussianProcess(slow + fast, noiseVariance: 0.05, mean: .linear)
    let posterior = try process.condition(on: data.x, data.y)
    let new = Matrix(points: [0.1, 4, 7])
    let (whole, a) = (
      try posterior.predict(at: new), try posterior.predict(term: slow, at: new, includesMean: true)
    )
    let b = try posterior.predict(term: fast, at: new)
    for i in 0..<3 {
      #expect(abs(whole.mean[i] - a.mean[i] - b.mean[i]) < 1e-10)
      #expect(b.variance[i] > 0 && b.variance[i] <= 0.5)
    }
  }

  @Test func repeatedAndExactObservationsAreFine() throws {
    let x = Matrix(points: [1, 1, 2])
    let posterior = try process(.constant).condition(on: x, [1, 1.2, 0])
    #expect(try posterior.predict(at: x).mean.allSatisfy(\.isFinite))
    // Without noise, the values are interpolated, and known there.
    let exact = try process(.zero, noise: 0).condition(on: data.x, data.y)
    let prediction = try exact.predict(at: data.x)
    for i in data.y.indices {
      #expect(abs(prediction.mean[i] - data.y[i]) < 1e-8)
      #expect(prediction.variance[i] < 1e-8)
    }
  }

  @Test func badDataAreNamed() throws {
    let process = try process(.linear)
    #expect(throws: RegressionError.noData) { try process.condition(on: Matrix(rows: 0, columns: 1), []) }
    #expect(throws: RegressionError.countMismatch(points: 25, values: 1)) {
      try process.condition(on: data.x, [1])
    }
    #expect(throws: RegressionError.notFinite(index: 1, value: .infinity)) {
      try process.condition(on: Matrix(points: [0, 1]), [0, .infinity])
    }
    #expect(throws: RegressionError.undeterminedMean(points: 2, coefficients: 2)) {
      try process.condition(on: Matrix(points: [0, 1]), [0, 1])
    }
    #expect(throws: RegressionError.undeterminedMean(points: 3, coefficients: 2)) {
      try process.condition(on: Matrix(points: [1, 1, 1]), [0, 1, 2])
    }
    #expect(throws: RegressionError.kernel(.notFinite(point: 0, coordinate: 0, value: -.infinity))) {
      try process.condition(on: Matrix(points: [-.infinity, 1, 2]), [0, 1, 2])
    }
    #expect(
      throws: RegressionError.invalidSetting(name: "noiseVariance", value: -1, expected: ">= 0 and finite")
    ) {
      try GaussianProcess(process.kernel, noiseVariance: -1)
    }
    let posterior = try process.condition(on: data.x, data.y)
    #expect(throws: RegressionError.invalidSetting(name: "probability", value: 1, expected: "in (0, 1)")) {
      try posterior.predict(at: data.x).interval(1)
    }
  }
}

extension Kernel {
  fileprivate func added(to other: some Kernel) -> any Kernel { self + other }
}
