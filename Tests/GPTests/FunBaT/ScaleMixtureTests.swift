import Foundation
import GP
import NumericCore
import Testing

/// The widths of predictions, from errors.
@Suite struct ScaleMixtureTests {
  static let unit = PredictiveLaw(signalVariance: 0.36, noise: 0.64, degrees: nil)

  static func mixture(_ errors: [Double], _ law: PredictiveLaw = unit) -> ScaleMixture {
    ScaleMixture(errors.map { (error: $0, law: law) }, independent: errors.count)
  }

  /// Normal errors twice as large as predicted, and 4096 times as small, and Student-t errors with 3 degrees of
  /// freedom, 4,000 each, seed 5:
  /// of 4,000 fresh ones the intervals hold their share to 4 standard errors of both, and the mean log density is
  /// within 0.02 of that of the true law.
  @Test func findsTheLawOfErrors() throws {
    let n = 4_000
    var stream = RandomStream(RandomKey(seed: 5))
    let normal = (0..<(2 * n)).map { _ in 2 * stream.normal() }
    let heavy = try (0..<(2 * n)).map { _ in try stream.studentT(degrees: 3) }
    for (errors, truth) in [
      (normal, PredictiveLaw(signalVariance: 4, noise: 1e-9, degrees: nil)),
      (normal.map { 0x1p-13 * $0 }, PredictiveLaw(signalVariance: 0x1p-24, noise: 1e-17, degrees: nil)),
      (heavy, PredictiveLaw(signalVariance: 0, noise: 1, degrees: 3)),
    ] {
      let law = CalibratedLaw(Self.unit, Self.mixture(Array(errors[0..<n])))
      for p in [0.5, 0.8, 0.9, 0.99] {
        let half = law.quantile(0.5 + 0.5 * p)
        let held = Double(errors[n...].count { abs($0) < half }) / Double(n)
        #expect(abs(held - p) < 4 * (2 * p * (1 - p) / Double(n)).squareRoot(), "\(p) \(held)")
      }
      let own = errors[n...].reduce(0) { $0 + law.logDensity($1) } / Double(n)
      let best = errors[n...].reduce(0) { $0 + truth.logDensity($1) } / Double(n)
      #expect(abs(own - best) < 0.02, "\(own) \(best)")
    }
  }

  /// Density, quantiles and variance are of one law: by the trapezoidal rule.
  @Test(arguments: [nil, 8.0]) func isOneLaw(degrees: Double?) throws {
    var stream = RandomStream(RandomKey(seed: 6))
    let base = PredictiveLaw(signalVariance: 0.5, noise: 0.7, degrees: degrees)
    let errors = try (0..<500).map { _ in try 0.5 * stream.studentT(degrees: 4) }
    let law = CalibratedLaw(base, Self.mixture(errors, base))
    let step = 1e-3
    var (mass, square, inner) = (0.0, 0.0, 0.0)
    let half = law.quantile(0.95)
    for i in -200_000...200_000 {
      let x = step * Double(i)
      let weight = step * exp(law.logDensity(x))
      mass += weight
      square += weight * x * x
      if abs(x) < half { inner += weight }
    }
    #expect(abs(mass - 1) < 1e-6, "\(mass)")
    #expect(abs(square - law.variance) < 1e-3 * law.variance, "\(square) \(law.variance)")
    #expect(abs(inner - 0.9) < 2e-3, "\(inner)")
  }

  /// No errors, or a few, leave a law nearly as it is.
  @Test func fewErrorsTellLittle() {
    let none = CalibratedLaw(Self.unit, Self.mixture([]))
    #expect(abs(none.quantile(0.95) / 1.6449 - 1) < 0.2, "\(none.quantile(0.95))")
    let few = CalibratedLaw(Self.unit, Self.mixture([0.1, 0.2]))
    #expect(few.quantile(0.95) > 0.8 * none.quantile(0.95), "\(few.quantile(0.95))")
    #expect(none.quantile(0.5) == 0)
  }
}
