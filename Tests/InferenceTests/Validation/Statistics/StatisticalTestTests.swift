import Foundation
import Inference
import Testing

@Suite struct StatisticalTestTests {
  @Test func describesItself() throws {
    let test = try StatisticalTest.chiSquared(counts: [30, 70], probabilities: [0.5, 0.5])
    #expect(test.description == "chi-squared test: chi2 = 16, df = 1, n = 100, p = 6.334e-05")
    #expect(test.verdict(at: 1e-6) == "\(test): not rejected at 1e-06")
    #expect(test.verdict(at: 0.01) == "\(test): rejected at 0.01")
    let mean = try StatisticalTest.estimate(1, equals: 2, standardError: 0.5, count: 10)
    #expect(mean.description == "z-test: z = -2, n = 10, p = 0.0455")
  }

  @Test func pValuesAreProbabilities() {
    func p(_ value: Double) -> StatisticalTest {
      StatisticalTest(method: "", symbol: "", statistic: 0, pValue: value, count: 1)
    }
    #expect(p(1 + 1e-12).pValue == 1)
    #expect(p(-1e-12).pValue == 0)
    #expect(p(.nan).isRejected(at: 1e-6), "a p-value that is not a number must not pass")
  }

  @Test func whatDoesNotVaryIsRightOrWrong() throws {
    #expect(try StatisticalTest.mean(of: [2, 2, 2], equals: 2).pValue == 1)
    #expect(try StatisticalTest.mean(of: [2, 2, 2], equals: 2.5).pValue == 0)
  }

  /// Cells 0 and 1 are merged; the last one joins its neighbour where fewer than 5 are expected in it.
  @Test func mergesSmallCells() throws {
    let counts = [3, 4, 33, 55, 5]
    let test = try StatisticalTest.chiSquared(counts: counts, probabilities: [0.04, 0.04, 0.4, 0.48, 0.04])
    let same = try StatisticalTest.chiSquared(counts: [7, 33, 60], probabilities: [0.08, 0.4, 0.52])
    #expect(test.degreesOfFreedom == 2)
    #expect(abs(test.statistic - same.statistic) < 1e-12)
    let pair = try StatisticalTest.homogeneity(counts: [counts, [1, 2, 40, 50, 7]])
    let merged = try StatisticalTest.homogeneity(counts: [[7, 33, 55, 5], [3, 40, 50, 7]])
    #expect(abs(pair.statistic - merged.statistic) < 1e-12)
    // one cell is left: nothing is tested
    #expect(try StatisticalTest.chiSquared(counts: [1, 2], probabilities: [0.5, 0.5]).pValue == 1)
  }

  @Test func theImpossibleRejects() throws {
    let test = try StatisticalTest.chiSquared(counts: [500, 1, 500], probabilities: [0.5, 0, 0.5])
    #expect(test.pValue == 0 && test.statistic == .infinity)
    let fair = try StatisticalTest.chiSquared(counts: [500, 0, 500], probabilities: [0.5, 0, 0.5])
    #expect(fair.pValue == 1 && fair.degreesOfFreedom == 1)
  }

  private func invalid(_ name: String, _ value: Double, _ expected: String) -> StatisticsError {
    .invalidParameter(name: name, value: value, expected: expected)
  }

  @Test func refusesWhatCannotBeTested() {
    #expect(throws: StatisticsError.tooFew(of: "draws", 1, expected: 2)) {
      try StatisticalTest.mean(of: [1], equals: 0)
    }
    #expect(throws: StatisticsError.notFinite("draws", index: 1, value: .infinity)) {
      try StatisticalTest.mean(of: [1, .infinity], equals: 0)
    }
    #expect(throws: StatisticsError.tooFew(of: "draws", 3, expected: 4)) {
      try StatisticalTest.mean(ofChains: [[1, 2, 3]], equals: 0)
    }
    #expect(throws: invalid("standard error", -1, "a finite number >= 0")) {
      try StatisticalTest.estimate(0, equals: 0, standardError: -1, count: 1)
    }
    #expect(throws: StatisticsError.wrongCount(of: "counts", 2, expected: 3)) {
      try StatisticalTest.chiSquared(counts: [1, 2], probabilities: [0.2, 0.3, 0.5])
    }
    #expect(throws: invalid("sum of probabilities", 0.5, "1")) {
      try StatisticalTest.chiSquared(counts: [1, 2], probabilities: [0.25, 0.25])
    }
    #expect(throws: invalid("counts[0]", -1, ">= 0")) {
      try StatisticalTest.homogeneity(counts: [[-1, 2], [1, 2]])
    }
    #expect(throws: StatisticsError.tooFew(of: "observations", 0, expected: 1)) {
      try StatisticalTest.homogeneity(counts: [[0, 0], [1, 2]])
    }
    #expect(throws: invalid("successes", 4, "from 0 to 3")) {
      try StatisticalTest.binomial(successes: 4, trials: 3, probability: 0.5)
    }
    #expect(throws: invalid("distribution function at 0.5", 1.5, "from 0 to 1")) {
      try StatisticalTest.kolmogorovSmirnov([0.5]) { _ in 1.5 }
    }
    #expect(throws: invalid("ranks[1]", 10, "from 0 to 9")) {
      try StatisticalTest.ranks([0, 10], largest: 9, bins: 5)
    }
    #expect(throws: invalid("bins", 1, "from 2 to 10")) {
      try StatisticalTest.ranks([0, 9], largest: 9, bins: 1)
    }
  }
}
