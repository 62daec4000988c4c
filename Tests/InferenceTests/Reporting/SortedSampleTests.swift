import Inference
import Testing

@Suite struct SortedSampleTests {
  static let draws = [-1.3, 0.2, 0.25, 0.9, 1.1, 2.7, 4.0, -0.4, 0.6, 1.9]

  /// References: numpy.quantile with its default method, and numpy.std with ddof = 1.
  @Test(arguments: [
    (0, -1.3), (0.05, -0.895), (0.25, 0.2125), (0.5, 0.75), (0.75, 1.7), (0.95, 3.415), (1, 4.0)
  ])
  func quantilesInterpolate(p: Double, expected: Double) {
    #expect(abs(SortedSample(Self.draws).quantile(p) - expected) < 1e-14)
  }

  @Test func standardDeviationHasDivisorNLessOne() {
    #expect(abs(SortedSample(Self.draws).standardDeviation - 1.5395616259182354) < 1e-14)
    #expect(SortedSample([7]).standardDeviation == 0)
    #expect(SortedSample([0, 0, 0]).standardDeviation == 0)
    #expect(abs(SortedSample([1e200, -1e200]).standardDeviation / 1.4142135623730951e200 - 1) < 1e-15)
  }

  @Test func whatIsNotFiniteIsCountedAndLeftOut() {
    let sample = SortedSample([3, .nan, 1, .infinity, -.infinity, 2])
    #expect(sample.values == [1, 2, 3])
    #expect(sample.dropped == 3)
  }
}
