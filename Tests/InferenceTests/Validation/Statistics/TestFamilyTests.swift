import Inference
import Testing

@Suite struct TestFamilyTests {
  private func test(_ p: Double) -> StatisticalTest {
    StatisticalTest(method: "z-test", symbol: "z", statistic: 1, pValue: p, count: 10)
  }

  @Test func rejectsAtTheLevelOverTheNumber() throws {
    var family = try TestFamily(errorRate: 0.01)
    for (name, p) in [("a", 0.5), ("b", 0.0051), ("c", 0.002), ("d", 0.0024)] {
      family.add(test(p), named: name)
    }
    #expect(family.level == 0.0025)
    #expect(family.failures.map(\.name) == ["c", "d"])
    #expect(!family.passes)
    #expect(family.pValue == 0.008)
    #expect(
      family.description == """
        2 of 4 tests rejected at 0.0025, for a family-wise error rate of 0.01
          c: z-test: z = 1, n = 10, p = 0.002
          d: z-test: z = 1, n = 10, p = 0.0024
        """)
  }

  @Test func passesWhereNoneIsRejected() throws {
    var family = try TestFamily()
    #expect(!family.passes, "a family without tests shows nothing")
    family.add(test(0.3), named: "a")
    family.add(test(1e-5), named: "b")
    #expect(family.passes)
    family.add(test(.nan), named: "c")
    #expect(family.failures.map(\.name) == ["c"])
    #expect(family.pValue.isNaN)
  }

  @Test(arguments: [0, 1, -1, .nan]) func refusesARateOutOfRange(_ rate: Double) {
    #expect(throws: StatisticsError.self) { try TestFamily(errorRate: rate) }
  }
}
