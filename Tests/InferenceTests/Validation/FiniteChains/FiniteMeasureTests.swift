import Inference
import Testing

@Suite struct FiniteMeasureTests {
  private static let dice = FiniteMeasure.uniform(1...6)

  /// The sum of two dice; the sum of a number of dice that is itself a die.
  @Test func sumsOfDice() throws {
    let two = Self.dice.flatMap { a in Self.dice.map { b in a + b } }
    #expect(two.elements.count == 11)
    for sum in 2...12 { #expect(abs(two[sum] - Double(6 - abs(sum - 7)) / 36) < 1e-15) }
    #expect(abs(two.mass - 1) < 1e-15)
    func sum(_ count: Int) -> FiniteMeasure<Int> {
      count == 0 ? .point(0) : sum(count - 1).flatMap { a in Self.dice.map { a + $0 } }
    }
    // Wald: E[S] = E[N] E[X]
    #expect(abs(Self.dice.flatMap(sum).integral { Double($0) } - 3.5 * 3.5) < 1e-12)
  }

  @Test func scoresAndBayesRule() throws {
    let prior = try FiniteMeasure([("ill", 0.01), ("well", 0.99)])
    let joint = try prior.weighted { $0 == "ill" ? 0.9 : 0.05 }
    #expect(abs(joint.mass - 0.0585) < 1e-15)
    #expect(abs(try joint.normalized()["ill"] - 0.009 / 0.0585) < 1e-15)
    let nothing = try prior.weighted { _ in 0 }
    #expect(nothing.mass == 0 && nothing.elements.isEmpty)
    #expect(throws: FiniteChainError.zeroMass) { try nothing.normalized() }
    #expect(throws: FiniteChainError.invalidMass(state: "ill", value: -0.01)) {
      try prior.weighted { _ in -1 }
    }
  }

  @Test func addsWhatOccursTwice() throws {
    let measure = try FiniteMeasure([("a", 1.0), ("b", 0), ("a", 2)])
    #expect(measure.elements == ["a"] && measure["a"] == 3 && measure["b"] == 0)
    #expect(try measure.distance(to: FiniteMeasure([("b", 4)])) == 4)
  }
}
