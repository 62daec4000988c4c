import Foundation
import GP
import NumericCore
import Testing

/// Regression in linear time is exact regression.
@Suite struct StateSpaceRegressionTests {
  static let x = [3, 0.1, 0.5, 0.5, 1.7, 1.70001, 4.2, -2]
  static let y = [1.2, 0.3, 0.8, 0.6, -0.4, -0.3, 2.0, 0.1]

  @Test(arguments: MaternSmoothness.allCases) func isExactRegression(smoothness: MaternSmoothness) throws {
    let (length, variance, noise) = (0.9, 1.4, 0.05)
    let gp = try StateSpaceRegression(
      x: Self.x, y: Self.y, smoothness: smoothness, lengthScale: length, variance: variance, noiseVariance: noise)
    let n = Self.x.count
    let mean = Self.y.reduce(0, +) / Double(n)
    let centred = Self.y.map { $0 - mean }
    func k(_ a: Double, _ b: Double) -> Double {
      variance * smoothness.correlation(distance: a - b, lengthScale: length)
    }
    var covariance = Matrix(rows: n, columns: n)
    for i in 0..<n { for j in 0..<n { covariance[i, j] = k(Self.x[i], Self.x[j]) + (i == j ? noise : 0) } }
    let factor = try Cholesky(covariance)
    let alpha = factor.solve(centred)
    let evidence =
      -0.5 * zip(centred, alpha).reduce(0) { $0 + $1.0 * $1.1 } - 0.5 * factor.logDeterminant - 0.5 * Double(n)
      * log(2 * .pi)
    #expect(abs(gp.logEvidence - evidence) < 1e-8)
    for x in [-5, -2, 0.5, 1, 1.700005, 4.2, 6] {
      let cross = Self.x.map { k(x, $0) }
      let expected = mean + zip(cross, alpha).reduce(0) { $0 + $1.0 * $1.1 }
      let spread = k(x, x) - zip(cross, factor.solve(cross)).reduce(0) { $0 + $1.0 * $1.1 }
      let f = gp.predict(at: x)
      #expect(abs(f.mean - expected) < 1e-7 && abs(f.variance - spread) < 1e-7, "\(x)")
    }
  }

  /// Hyper-parameters are learned from the evidence: a wave with noise of variance 0.04, seed 2; the noise within a
  /// quarter, the function within 5 of its standard deviations at all of 50 points, within 2 at 40 of them.
  @Test func learnsFromTheEvidence() throws {
    let noise = RandomKey(seed: 2).normals(400)
    let x = (0..<400).map { 0.05 * Double($0) }
    let gp = try StateSpaceRegression(
      x: x, y: x.indices.map { sin(x[$0]) + 0.2 * noise[$0] }, smoothness: .fiveHalves)
    #expect(abs(gp.noiseVariance - 0.04) < 0.01)
    let errors = (0..<50).map { i -> Double in
      let f = gp.predict(at: 0.4 * Double(i) + 0.01)
      return abs(f.mean - sin(0.4 * Double(i) + 0.01)) / f.variance.squareRoot()
    }
    #expect(errors.allSatisfy { $0 < 5 } && errors.count { $0 < 2 } >= 40)
  }

  /// What is learned is the highest of the evidence times the prior: a hundredth more or less of each is lower.
  @Test(arguments: MaternSmoothness.allCases) func learnsTheOptimum(smoothness: MaternSmoothness) throws {
    let noise = RandomKey(seed: 3).normals(150)
    let x = (0..<150).map { 0.1 * Double($0) }
    let y = x.indices.map { sin(x[$0]) + 0.2 * noise[$0] }
    let gp = try StateSpaceRegression(x: x, y: y, smoothness: smoothness)
    let mean = y.reduce(0, +) / 150
    let scale = y.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 150
    func density(_ factors: [Double]) throws -> Double {
      let (l, v, n) = (
        gp.lengthScale * factors[0], gp.variance * factors[1], gp.noiseVariance * factors[2]
      )
      let other = try StateSpaceRegression(
        x: x, y: y, smoothness: smoothness, lengthScale: l, variance: v, noiseVariance: n)
      let prior = pow(log(l / (14.9 / 5)) / 2, 2) + pow(log(v / scale) / 3, 2) + pow(log(n / scale) / 3, 2)
      return other.logEvidence - 0.5 * prior
    }
    let highest = try density([1, 1, 1])
    for i in 0..<3 {
      for factor in [0.99, 1.01] {
        var factors = [1.0, 1, 1]
        factors[i] = factor
        #expect(try density(factors) < highest)
      }
    }
  }

  @Test func refusesWhatIsWrong() {
    #expect(throws: TensorError.noEntries) { _ = try StateSpaceRegression(x: [], y: []) }
    #expect(throws: TensorError.self) { _ = try StateSpaceRegression(x: [1, 2], y: [1]) }
    #expect(throws: TensorError.self) { _ = try StateSpaceRegression(x: [1, .nan], y: [1, 2]) }
    #expect(throws: TensorError.invalidSetting(name: "length scale", value: 0, expected: "> 0")) {
      _ = try StateSpaceRegression(x: [1], y: [1], lengthScale: 0, variance: 1, noiseVariance: 1)
    }
  }

  /// One point, and values that are all the same.
  @Test func littleDataAreEnough() throws {
    #expect(try StateSpaceRegression(x: [2], y: [5]).predict(at: 2).mean.isFinite)
    let flat = try StateSpaceRegression(x: [1, 2, 3], y: [4, 4, 4])
    #expect(abs(flat.predict(at: 2.5).mean - 4) < 1e-6)
  }
}
