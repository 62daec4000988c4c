import Foundation
import Inference
import NumericCore
import Testing

@Suite struct RankBandTests {
  /// Two ranks on 0...3, points 1, 2, 3: all sixteen pairs, by enumeration.
  @Test func theLawOfTwoRanks() throws {
    let law = try RankDistributionLaw(count: 2, largest: 3, points: 3)
    #expect(law.points == [1, 2, 3])
    let tails = (0..<16).map { law.smallestTail(law.counts([$0 % 4, $0 / 4])) }
    for gamma in Set(tails) {
      let exact = Double(tails.filter { $0 <= gamma * (1 + 1e-12) }.count) / 16
      #expect(abs(law.probability(ofTailUpTo: gamma) - exact) < 1e-14)
    }
  }

  /// Four ranks on 0...5, by enumeration.
  @Test(arguments: [1, 2, 5]) func theLawOfFourRanks(_ points: Int) throws {
    let law = try RankDistributionLaw(count: 4, largest: 5, points: points)
    let tails = (0..<1296).map { code in
      law.smallestTail(law.counts([code % 6, code / 6 % 6, code / 36 % 6, code / 216]))
    }
    for gamma in Set(tails) {
      let exact = Double(tails.filter { $0 <= gamma * (1 + 1e-12) }.count) / 1296
      #expect(abs(law.probability(ofTailUpTo: gamma) - exact) < 1e-13)
    }
  }

  /// Far out, Bonferroni's bound is nearly met from below, and the largest single tail from above.
  @Test func smallProbabilitiesKeepTheirAccuracy() throws {
    let law = try RankDistributionLaw(count: 2000, largest: 999, points: 50)
    for gamma in [1e-5, 1e-20, 1e-100] {
      let p = law.probability(ofTailUpTo: gamma)
      #expect(p > 0.5 * gamma && p <= 50 * gamma)
    }
  }

  /// The band is left with the stated probability: 4000 sets of ranks, seed 1.
  @Test func bandHasItsCoverage() throws {
    let band = try RankBand(count: 200, largest: 99, coverage: 0.9, points: 20)
    #expect(band.coverage >= 0.9 && band.coverage < 0.93)
    var inside = 0
    for number in 0..<4000 {
      let ranks = RandomKey(seed: 1).child(UInt64(number)).uniforms(200).map { Int($0 * 100) }
      let counts = band.points.map { point in ranks.filter { $0 < point }.count }
      if zip(band.counts, counts).allSatisfy({ $0.contains($1) }) { inside += 1 }
    }
    let test = try StatisticalTest.binomial(successes: inside, trials: 4000, probability: band.coverage)
    #expect(!test.isRejected(at: 1e-5), "\(test)")
  }

  /// The test rejects at a level where the function leaves the band of that coverage.
  @Test func bandAndTestAgree() throws {
    let band = try RankBand(count: 100, largest: 49, coverage: 0.8)
    var outside = 0
    for number in 0..<300 {
      let ranks = RandomKey(seed: 2).child(UInt64(number)).uniforms(100).map { Int($0 * 50) }
      let counts = band.points.map { point in ranks.filter { $0 < point }.count }
      let leaves = zip(band.counts, counts).contains { !$0.contains($1) }
      let p = try StatisticalTest.rankDistribution(ranks, largest: 49).pValue
      #expect(leaves == (p <= 1 - band.coverage + 1e-12))
      outside += leaves ? 1 : 0
    }
    #expect(outside > 30)
  }

  @Test func refusesWhatIsNoBand() {
    #expect(throws: StatisticsError.tooFew(of: "ranks", 0, expected: 1)) { try RankBand(count: 0, largest: 9) }
    #expect(throws: StatisticsError.invalidParameter(name: "largest rank", value: 0, expected: ">= 1")) {
      try RankBand(count: 9, largest: 0)
    }
    #expect(throws: StatisticsError.self) { try RankBand(count: 9, largest: 9, coverage: 1) }
    #expect(throws: StatisticsError.self) { try RankBand(count: 9, largest: 9, points: 0) }
  }
}
