import Inference
import Testing

struct QuantileTests {
  /// Type 7, as numpy.quantile([3, 1, 4, 1, 5, 9, 2, 6], p) gives it.
  @Test(arguments: [
    (0.0, 1.0), (0.05, 1), (0.1, 1), (0.25, 1.75), (0.5, 3.5), (0.9, 6.9), (0.95, 7.95), (1, 9),
  ])
  func interpolatesAsNumPy(_ probability: Double, _ expected: Double) {
    #expect(abs(Diagnostics.quantile([3, 1, 4, 1, 5, 9, 2, 6], probability) - expected) < 1e-14)
  }

  /// At p (n - 1) whole, the quantile is an order statistic, however p is rounded.
  @Test(arguments: [21, 101, 1001, 4001])
  func hitsOrderStatistics(_ count: Int) {
    let x = (0..<count).map { 0.1 * Double($0) }
    for twentieth in 0...20 {
      #expect(Diagnostics.quantile(x, Double(twentieth) / 20) == x[twentieth * (count - 1) / 20])
    }
  }

  @Test func tiesAreExact() {
    for value: Double in [0.1, 3, 1e300, -.infinity] {
      let x = Array(repeating: value, count: 7)
      #expect(Diagnostics.quantiles(x, [0.05, 0.33, 0.95]) == [value, value, value])
    }
  }

  @Test func infiniteDraws() {
    let x: [Double] = [-.infinity, -.infinity, 0, 1, .infinity]
    #expect(Diagnostics.quantiles(x, [0.1, 0.5, 0.75, 0.9, 1]) == [-.infinity, 0, 1, .infinity, .infinity])
  }

  @Test(arguments: [
    ([], 0.5), ([1, .nan], 0.5), ([1, 2], -0.1), ([1, 2], 1.1), ([1, 2], .nan),
  ] as [([Double], Double)])
  func hasNoQuantile(_ x: [Double], _ probability: Double) {
    #expect(Diagnostics.quantile(x, probability).isNaN)
  }

  @Test func standardDeviationOfFewNumbers() {
    #expect(Diagnostics.standardDeviation([]).isNaN)
    #expect(Diagnostics.standardDeviation([1]).isNaN)
    #expect(Diagnostics.standardDeviation([1, 3]) == 2.0.squareRoot())
  }
}
