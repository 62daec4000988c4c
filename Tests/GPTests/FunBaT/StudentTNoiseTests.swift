import Foundation
import GP
import NumericCore
import Testing

/// Noise with heavy tails: its bound, its degrees of freedom, and what it is for.
@Suite struct StudentTNoiseTests {
  /// Where residuals are known the posterior of the precisions is exact, and the bound the Student-t log
  /// likelihood.
  @Test func theBoundOfKnownResidualsIsTheLikelihood() {
    let (residuals, tau) = ([0.1, -0.7, 3.0, 0, 12], 1.7)
    for nu in [2.5, 4, 30] {
      let noise = StudentTNoise(count: residuals.count, degrees: nu)
      let sum = noise.update(precision: tau) { residuals[$0] * residuals[$0] }
      let bound = 0.5 * 5 * (log(tau) - log(2 * .pi)) - 0.5 * tau * sum + noise.value
      let constant: Double = lgamma((nu + 1) / 2) - lgamma(nu / 2) + 0.5 * log(tau / (nu * .pi))
      let exact = residuals.reduce(5 * constant) { $0 - 0.5 * (nu + 1) * log1p(tau * $1 * $1 / nu) }
      #expect(abs(bound - exact) < 1e-10, "\(bound) \(exact)")
    }
  }

  /// 20,000 draws of Student-t noise with 4 degrees of freedom, seed 3: they are found to 5 standard errors,
  /// about 0.15 each (the scale being known), and the bound is lower on both sides.
  @Test func learnsTheDegreesOfFreedom() throws {
    let n = 20_000
    var stream = RandomStream(RandomKey(seed: 3))
    let residuals = try (0..<n).map { _ in try stream.studentT(degrees: 4) }
    let noise = StudentTNoise(count: n, degrees: nil)
    for _ in 0..<200 { _ = noise.update(precision: 1) { residuals[$0] * residuals[$0] } }
    #expect(abs(noise.degrees - 4) < 0.75, "\(noise.degrees)")
    func bound(_ nu: Double) -> Double {
      let own = StudentTNoise(count: n, degrees: nu)
      let sum = own.update(precision: 1) { residuals[$0] * residuals[$0] }
      return own.value - 0.5 * sum
    }
    #expect(
      bound(noise.degrees) > bound(0.8 * noise.degrees) && bound(noise.degrees) > bound(1.25 * noise.degrees))
  }

  /// Quantiles and densities of SciPy, and the normal limit; a sum with as much normal error has the
  /// variance 1 + 5 / 3, that of 8 degrees of freedom.
  @Test func lawOfPredictions() {
    for (nu, p, quantile) in [
      (5.0, 0.975, 2.570581835636314), (3, 0.95, 2.353363434801823), (2.1, 0.75, 0.8088567931417223),
      (10, 0.999, 4.143700494046589),
    ] {
      let law = PredictiveLaw(signalVariance: 0, noise: 4, degrees: nu)
      #expect(abs(law.quantile(p) - 2 * quantile) < 1e-9 * quantile, "\(law.quantile(p) / 2)")
    }
    let five = PredictiveLaw(signalVariance: 0, noise: 1, degrees: 5)
    #expect(abs(five.logDensity(0) - log(0.3796066898224944)) < 1e-12)
    #expect(abs(five.logDensity(2) - log(0.06509031032621647)) < 1e-9)
    #expect(abs(five.variance - 5.0 / 3) < 1e-12)
    let sum = PredictiveLaw(signalVariance: 1, noise: 1, degrees: 5)
    let eight = PredictiveLaw(signalVariance: 0, noise: 2, degrees: 8)
    #expect(abs(sum.quantile(0.9) - eight.quantile(0.9)) < 1e-12 && abs(sum.variance - eight.variance) < 1e-12)
    let normal = PredictiveLaw(signalVariance: 1, noise: 3, degrees: nil)
    #expect(abs(normal.quantile(0.975) - 2 * 1.959963984540054) < 1e-12)
    #expect(abs(normal.logDensity(2) - (-0.5 - 0.5 * log(8 * .pi))) < 1e-12)
    #expect(abs(PredictiveLaw(signalVariance: 0, noise: 1, degrees: 9_999).quantile(0.975) - 1.95996) < 1e-3)
  }

  /// One value in 20 is off by up to 10: the error of predictions is at most half of that with Gaussian
  /// noise, the scale is that of the other values, intervals cover, and the bound is higher. Never falls.
  /// Seed 11.
  @Test(arguments: [TensorForm.cp(rank: 2), .tucker(ranks: [2, 2, 2])]) func bearsOutliers(form: TensorForm)
    throws
  {
    let (clean, truth) = try FunctionalTensorTests.wave(1_500, noise: 0.1, seed: 11)
    let key = RandomKey(seed: 12)
    let (chosen, off) = (key.child("chosen").uniforms(1_500), key.child("off").uniforms(1_500))
    let values = clean.values.indices.map { clean.values[$0] + (chosen[$0] < 0.05 ? 20 * (off[$0] - 0.5) : 0) }
    let data = try TensorData(coordinates: clean.coordinates, values: values)
    var model = FunctionalTensor(form, smoothness: .threeHalves)
    model.starts = 2
    let gaussian = try model.fit(data, seed: 1)
    model.noise = .studentT()
    let fit = try model.fit(data, seed: 1)
    let (error, other) = (try TuckerTests.error(fit, truth), try TuckerTests.error(gaussian, truth))
    #expect(error < 0.5 * other && error < 0.1, "\(error) \(other)")
    #expect(fit.bound > gaussian.bound && gaussian.degreesOfFreedom == nil)
    let nu = try #require(fit.degreesOfFreedom)
    #expect(nu < 4 && fit.noise < 0.15, "\(nu) \(fit.noise)")
    for (before, after) in zip(fit.history, fit.history.dropFirst()) {
      #expect(after >= before - 1e-7 * abs(before))
    }
    let places = data.values.indices.map { i in data.coordinates.map { $0[i] } }
    let covered = zip(try fit.predict(places), data.values).count { $0.0.interval(0.9).contains($0.1) }
    #expect(covered > 1_290 && covered < 1_450, "\(covered)")
  }

  /// Errors of entries that are left out are of the size of errors of new ones, in 400 levels of 6 entries with
  /// Student-t noise of 3 degrees of freedom, seeds 1 to 4. What the entries of a seed have in common is in the same
  /// quotient with Gaussian noise, too, for which leaving out is exact. The standard error is about 0.005; without the
  /// information of Student-t it would be 0.95.
  @Test func leftOutIsAsNew() throws {
    var quotient = 0.0
    for seed: UInt64 in 1...4 {
      let key = RandomKey(seed: seed)
      let effects = key.child("effects").normals(400)
      var stream = RandomStream(key.child("noise"))
      let column = (0..<2_400).map { Double($0 % 400) }
      func draw() throws -> [Double] {
        try column.map { effects[Int($0)] + 0.3 * (try stream.studentT(degrees: 3)) }
      }
      let values = try draw()
      let others = try (0..<20).map { _ in try draw() }
      func leftOutToNew(_ noise: TensorNoise) -> Double {
        let fit = TensorFactorisation(
          TensorEntries([ModeIndex(column)], values: values), rank: 0, smoothness: .half,
          kinds: [.categorical],
          noise: noise, key: RandomKey(seed: 1))
        fit.run(maximumSweeps: 300, tolerance: 1e-8)
        let leftOut = zip(values, fit.leaveOneOut().means).reduce(0) { $0 + abs($1.0 - $1.1) }
        let new = others.reduce(0) { sum, values in
          values.indices.reduce(sum) { $0 + abs(values[$1] - fit.signal(of: $1).mean) }
        }
        return 20 * leftOut / new
      }
      quotient += 0.25 * leftOutToNew(.studentT()) / leftOutToNew(.gaussian)
    }
    #expect(abs(quotient - 1) < 0.02, "\(quotient)")
  }

  /// Gaussian noise, seed 1: heavy tails are not found where there are none, and predictions are those of
  /// Gaussian noise.
  @Test func isGaussianWhereNoiseIs() throws {
    let (data, _) = try FunctionalTensorTests.wave(1_500, noise: 0.1, seed: 1)
    var model = FunctionalTensor(rank: 2, smoothness: .threeHalves)
    model.starts = 1
    let gaussian = try model.fit(data, seed: 1)
    model.noise = .studentT()
    let fit = try model.fit(data, seed: 1)
    #expect(fit.degreesOfFreedom ?? 0 > 10, "\(fit.degreesOfFreedom ?? 0)")
    let (one, other) = (try fit.predict([[0.3, 1.2, 0.7]])[0], try gaussian.predict([[0.3, 1.2, 0.7]])[0])
    #expect(abs(one.mean - other.mean) < 0.02 && abs(one.standardDeviation - other.standardDeviation) < 0.02)
    model.noise = .studentT(degreesOfFreedom: 2)
    #expect(throws: TensorError.self) { _ = try model.fit(data, seed: 1) }
  }

  /// Later entries with outliers. Seed 3: at 900 entries some starts end where functions take outliers for values.
  @Test func updates() throws {
    let (data, truth) = try FunctionalTensorTests.wave(1_500, noise: 0.1, seed: 13)
    var model = FunctionalTensor(rank: 2, smoothness: .threeHalves)
    (model.starts, model.noise) = (1, .studentT())
    let values = data.values.indices.map { data.values[$0] + ($0 % 20 == 0 ? 5 : 0) }
    let marred = try TensorData(coordinates: data.coordinates, values: values)
    var fit = try model.fit(TensorUpdateTests.part(marred) { $0 < 900 }, seed: 3)
    for batch in 0..<3 {
      try fit.update(
        with: TensorUpdateTests.part(marred) { $0 >= 900 + 200 * batch && $0 < 1_100 + 200 * batch })
    }
    let all = try model.fit(marred, seed: 1)
    let (own, other) = (try TuckerTests.error(fit, truth), try TuckerTests.error(all, truth))
    #expect(own < 1.5 * other, "\(own) \(other)")
    #expect(abs((fit.degreesOfFreedom ?? 0) - (all.degreesOfFreedom ?? 0)) < 1)
  }
}
