import Foundation
import Inference
import NumericCore
import Testing

@Suite struct KernelDensityEstimateTests {
  static let draws = SortedSampleTests.draws
  static let bounded = [0.1, 0.3, 0.05, 1.2, 0.7, 0.9]

  /// References: scipy.stats.gaussian_kde at the same bandwidth, which numpy gives by Silverman's formula.
  @Test func agreesWithAnIndependentImplementation() throws {
    let density = try KernelDensityEstimate(Self.draws)
    #expect(abs(density.bandwidth - 0.6303687648678049) < 1e-14)
    let expected: [(Double, Double)] = [
      (-3, 0.00168040452095627), (-1.3, 0.09379805379888226), (0, 0.25553437320801115),
      (0.5, 0.2989163260597348),
      (2, 0.1415498955660589), (3.3, 0.07996471983482402), (6, 0.0004125883344956476)
    ]
    for (x, value) in expected { #expect(abs(density(x) / value - 1) < 1e-13, "at \(x)") }
  }

  /// References: the sum over the draws and 20 mirror images on either side, with numpy.
  @Test func reflectsAtBounds() throws {
    let cases: [(bandwidth: Double, upper: Double, x: Double, expected: Double)] = [
      (0.4, .infinity, 0, 1.0050767124804334), (0.4, .infinity, 0.2, 0.9522080897129479),
      (0.4, .infinity, 1, 0.5023164146713327), (0.4, .infinity, 2, 0.027154295850543398),
      (0.4, 1.5, 0, 1.005090398341995), (0.4, 1.5, 0.2, 0.9522667515461724),
      (0.4, 1.5, 1, 0.5294707105256976), (0.4, 1.5, 1.5, 0.40906537199347487),
      (1.5, 1.5, 0, 0.6694925673745106), (1.5, 1.5, 0.2, 0.6692482553170733),
      (1.5, 1.5, 1, 0.6652537163127447), (1.5, 1.5, 1.5, 0.6638407668179618)
    ]
    for (bandwidth, upper, x, expected) in cases {
      let density = try KernelDensityEstimate(
        Self.bounded, bandwidth: .fixed(bandwidth), lower: 0, upper: upper)
      #expect(abs(density(x) / expected - 1) < 1e-13, "h = \(bandwidth), upper = \(upper), x = \(x)")
      #expect(density(-0.001) == 0)
    }
  }

  @Test func reflectionAtAnUpperBoundMirrorsTheLower() throws {
    let density = try KernelDensityEstimate(Self.bounded, bandwidth: .fixed(0.4), lower: 0)
    let mirrored = try KernelDensityEstimate(Self.bounded.map { -$0 }, bandwidth: .fixed(0.4), upper: 0)
    for x in [0, 0.3, 1.7] { #expect(abs(density(x) - mirrored(-x)) < 1e-15) }
  }

  /// The trapezoid rule converges faster than any power for a Gaussian mixture that vanishes at the ends, and
  /// for one that reflection makes periodic; at one bound only, the slope there is 0 and the curve vanishes
  /// at the other end.
  @Test(arguments: [(-Double.infinity, Double.infinity), (0, .infinity), (0, 1.5), (-.infinity, 1.2)])
  func integratesToOne(lower: Double, upper: Double) throws {
    let density = try KernelDensityEstimate(Self.bounded, lower: lower, upper: upper)
    let (x, values) = density.curve(count: 2_001, margin: 8.4)
    let step = x[1] - x[0]
    let integral = step * (values.reduce(0, +) - (values[0] + values[2_000]) / 2)
    #expect(abs(integral - 1) < 1e-10)
  }

  /// With n = 20,000 draws of N(0, 1) the bias of the estimate at 0 is -h^2/2 phi(0) and its variance
  /// phi(0) / (2 sqrt(pi) n h), both to first order; four standard errors and half the bias again are
  /// allowed.
  @Test func recoversANormalDensity() throws {
    var stream = RandomStream(RandomKey(seed: 11))
    let draws = (0..<20_000).map { _ in
      let u = 1 - Double.random(in: 0..<1, using: &stream)
      return (-2 * log(u)).squareRoot() * cos(2 * .pi * Double.random(in: 0..<1, using: &stream))
    }
    let density = try KernelDensityEstimate(draws)
    let h = density.bandwidth
    let phi = 1 / (2 * Double.pi).squareRoot()
    let bias = -h * h / 2 * phi
    let standardError = (phi / (2 * Double.pi.squareRoot() * 20_000 * h)).squareRoot()
    #expect(abs(density(0) - (phi + bias)) < 4 * standardError + abs(bias) / 2)
  }

  @Test func aZeroInterquartileRangeLeavesTheStandardDeviation() throws {
    let draws = [1.0, 1, 1, 1, 1, 1, 1, 5]
    let expected = 0.9 * SortedSample(draws).standardDeviation * pow(8, -0.2)
    #expect(try abs(KernelDensityEstimate(draws).bandwidth - expected) < 1e-15)
  }

  @Test func refusesWhatHasNoDensity() throws {
    #expect(throws: ReportError.constantSample(value: 2.5)) { try KernelDensityEstimate([2.5, 2.5, .nan]) }
    #expect(throws: ReportError.constantSample(value: 3)) { try KernelDensityEstimate([3]) }
    #expect(throws: ReportError.nothingToDraw(figure: "density")) {
      try KernelDensityEstimate([.nan, .infinity])
    }
    #expect(throws: ReportError.notPositive(what: "bandwidth", value: 0)) {
      try KernelDensityEstimate([1, 2], bandwidth: .fixed(0))
    }
    #expect(throws: ReportError.outOfBounds(what: "draw", value: -1, lower: 0, upper: 3)) {
      try KernelDensityEstimate([-1, 2], lower: 0, upper: 3)
    }
    #expect(throws: ReportError.outOfBounds(what: "bandwidth", value: 4, lower: 0, upper: 3)) {
      try KernelDensityEstimate([1, 2], bandwidth: .fixed(4), lower: 0, upper: 3)
    }
    #expect(try KernelDensityEstimate([3, 3, .nan], bandwidth: .fixed(1)).dropped == 1)
  }
}
