import Foundation
import Inference
import NumericCore
import Testing

/// Agreement with SciPy.
@Suite struct StatisticsReferenceTests {
  private func expect(
    _ value: Double, _ reference: Double, within tolerance: Double = 1e-10, _ row: StatisticsRow
  ) {
    #expect(abs(value - reference) <= tolerance * abs(reference), "\(row.testDescription): \(value)")
  }

  @Test(arguments: StatisticsRow.all) func agreesWithSciPy(_ row: StatisticsRow) throws {
    let v = row.values
    switch row.name {
    case "mean":
      let test = try StatisticalTest.mean(of: StatisticsRow.draws(v[0]), equals: v[1])
      expect(test.statistic, v[2], row)
      expect(test.pValue, v[3], row)
    case "two means":
      let (x, y) = (StatisticsRow.draws(v[0]), StatisticsRow.draws(v[1], shift: v[2], scale: 1.5))
      let test = try StatisticalTest.means(of: x, and: y)
      expect(test.statistic, v[3], row)
      expect(test.pValue, v[4], row)
    case "estimate":
      for sign in [1.0, -1] {
        let test = try StatisticalTest.estimate(3 + sign * 2 * v[0], equals: 3, standardError: 2, count: 9)
        expect(test.pValue, v[1], row)
      }
    case "chi-squared law":
      let test = StatisticalTest.chiSquared("", v[0], degrees: Int(v[1]), count: 1)
      // GSL's own accuracy in the far tail
      expect(test.pValue, v[2], within: 1e-9, row)
    case "chi-squared":
      let test = try StatisticalTest.chiSquared(
        counts: [18, 25, 30, 47, 80], probabilities: [0.1, 0.15, 0.2, 0.25, 0.3])
      expect(test.statistic, v[0], row)
      expect(test.pValue, v[1], row)
      #expect(test.degreesOfFreedom == 4 && test.count == 200)
    case "homogeneity":
      let test = try StatisticalTest.homogeneity(
        counts: [[20, 35, 45, 10], [31, 40, 30, 19], [25, 25, 60, 40]])
      expect(test.statistic, v[0], row)
      expect(test.pValue, v[1], row)
      #expect(test.degreesOfFreedom == v[2])
    case "binomial":
      func p(_ tail: StatisticalTest.Tail) throws -> Double {
        try StatisticalTest.binomial(
          successes: Int(v[0]), trials: Int(v[1]), probability: v[2], tail: tail
        ).pValue
      }
      expect(try p(.lower), v[3], within: 1e-9, row)
      expect(try p(.upper), v[4], within: 1e-9, row)
      expect(try p(.both), min(1, 2 * min(v[3], v[4])), within: 1e-9, row)
    case "kolmogorov":
      // twice the one-sided tail is too large by 2e-6 of itself where it takes over
      let isTail = v[0] * v[1] * v[1] >= 2.2
      expect(KolmogorovLaw.survival(v[1], count: Int(v[0])), v[2], within: isTail ? 3e-6 : 1e-10, row)
    case "kolmogorov, large":
      #expect(abs(KolmogorovLaw.survival(v[1], count: Int(v[0])) - v[2]) < 1.3e-4)
    case "kolmogorov limit":
      expect(KolmogorovLaw.limitSurvival(v[0]), v[1], within: 1e-13, row)
    case "one sample":
      let test = try StatisticalTest.kolmogorovSmirnov(StatisticsRow.draws(v[0], shift: v[1])) {
        normalCDF($0 / 0.4)
      }
      expect(test.statistic, v[2], row)
      expect(test.pValue, v[3], within: v[0] > 140 ? 3e-6 : 1e-8, row)
    case "two samples":
      let (x, y) = (
        StatisticsRow.draws(v[0]), StatisticsRow.draws(v[1], shift: v[2] + 0x1p-24, scale: 1.25)
      )
      for test in [
        try StatisticalTest.kolmogorovSmirnov(x, y), try .kolmogorovSmirnov(y, x),
      ] {
        expect(test.statistic, v[3], row)
        expect(test.pValue, v[4], within: 1e-9, row)
      }
    default: Issue.record("there is no test of \(row.name)")
    }
  }

  /// Every way of dealing the pooled sample out, by enumeration: with ties and without.
  @Test(arguments: [
    ([1, 2, 3, 5], [2.5, 4, 6]), ([1, 1, 2, 2], [2, 3, 3]), ([0, 0, 0, 1], [1, 1, 1, 1]), ([1, 2], [1, 2]),
  ] as [([Double], [Double])])
  func twoSamplesByEnumeration(_ x: [Double], _ y: [Double]) throws {
    func distance(_ x: [Double], _ y: [Double]) -> Double {
      (x + y).map { t in
        let below = [x, y].map { Double($0.filter { $0 <= t }.count) / Double($0.count) }
        return abs(below[0] - below[1])
      }.max() ?? 0
    }
    let pooled = x + y
    let observed = distance(x, y)
    var (all, extreme) = (0, 0)
    for subset in 0..<(1 << pooled.count) where subset.nonzeroBitCount == x.count {
      let isFirst = { (i: Int) in subset >> i & 1 == 1 }
      let first = pooled.indices.filter(isFirst).map { pooled[$0] }
      let second = pooled.indices.filter { !isFirst($0) }.map { pooled[$0] }
      all += 1
      if distance(first, second) >= observed - 1e-12 { extreme += 1 }
    }
    let test = try StatisticalTest.kolmogorovSmirnov(x, y)
    #expect(abs(test.statistic - observed) < 1e-14)
    #expect(abs(test.pValue - Double(extreme) / Double(all)) < 1e-14)
  }
}
