import Inference
import Testing

@Suite struct ResamplingRuleTests {
  @Test func isDueBelowTheFraction() {
    let rule = ResamplingRule.effectiveSampleFraction(below: 0.5)
    #expect(rule.isDue(WeightSummary(count: 10, logSum: 0, effectiveSampleSize: 4.9)))
    #expect(!rule.isDue(WeightSummary(count: 10, logSum: 0, effectiveSampleSize: 5)))
    let even = WeightSummary(count: 10, logSum: 0, effectiveSampleSize: 10)
    #expect(ResamplingRule.always.isDue(even))
    #expect(!ResamplingRule.never.isDue(WeightSummary(count: 10, logSum: 0, effectiveSampleSize: 1)))
    #expect(!ResamplingRule.effectiveSampleFraction(below: 1).isDue(even))
  }

  @Test(arguments: [0, -0.1, 1.01, .infinity]) func refusesAFractionOutOfRange(_ fraction: Double) {
    let error = InferenceError.invalidSetting(
      name: "effective sample fraction", value: fraction, expected: "above 0 and not above 1")
    #expect(throws: error) { try ResamplingRule.effectiveSampleFraction(below: fraction).validate() }
  }

  @Test(arguments: [.always, .never, .effectiveSampleFraction(below: 1)] as [ResamplingRule])
  func acceptsTheOthers(_ rule: ResamplingRule) throws { try rule.validate() }

  @Test func refusesNaN() {
    #expect(throws: InferenceError.self) { try ResamplingRule.effectiveSampleFraction(below: .nan).validate() }
  }
}
