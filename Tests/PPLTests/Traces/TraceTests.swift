import Foundation
import NumericCore
import PPL
import Testing

/// A trace holds one run, whatever is done to it and taken back.
@Suite struct TraceTests {
  /// Choices outside of loops, in loops of loops, on plates, and a branch of another length.
  static var model: Model<(Random<Double>, Random<Double>)> {
    Model {
      let a = Latent("a", Normal(0, 1))
      Observe(0.3, from: Normal(a, 1), as: "first")
      let z = Latent("z", Normal(a, 0.5), count: 3)
      Observe([0.1, 0.2, -0.4], from: Normal(z, 1), as: "plate")
      let scan = Scan("s", over: [0.1, -0.5], from: a) { state, y in
        let x = Latent("x", Normal(0.8 * state, 0.5))
        Observe(y, from: Normal(x, 0.7), as: "y")
        Return(x)
      }
      scan
      let weights = Latent("weights", Dirichlet([1, 2, 3]))
      let coin = Latent("coin", Bernoulli(0.4))
      let end = coin.flatMap { heads -> Random<Double> in
        heads ? Latent("v", Normal(0, 1)) : Latent("v", Normal(1, 1)).flatMap { v in Latent("w", Normal(v, 1)) }
      }
      Observe(0.7, from: Normal(end + weights.sum, 1), as: "end")
      Return((a, end))
    }
  }

  static func expectSame(_ a: Trace, _ b: Trace) throws {
    #expect(a.addresses == b.addresses)
    for address in a.addresses { #expect(a[address] == b[address]) }
    #expect(a.logPrior == b.logPrior)
    #expect(a.logScore == b.logScore)
    #expect(a.isFinished == b.isFinished && a.advances == b.advances)
    if a.isFinished { #expect(try a.values().columns == b.values().columns) }
  }

  /// The runs of a population are the same whether they remember their choices or not.
  @Test func tracedPopulationsAreTheOthers() throws {
    func run(keepsTraces: Bool) throws -> (Population, VariableColumns) {
      let program = try PopulationProgram(Self.model, recordsSteps: true, keepsTraces: keepsTraces)
      let population = try program.population(12, key: RandomKey(seed: 3))
      while try population.advance() != nil {
        if population.scores % 2 == 0 { try population.resample((0..<12).map { $0 / 2 }) }
      }
      return (population, try population.values())
    }
    let (traced, tracedValues) = try run(keepsTraces: true)
    let (plain, plainValues) = try run(keepsTraces: false)
    #expect(traced.logWeights == plain.logWeights)
    #expect(tracedValues.columns == plainValues.columns)
    #expect(tracedValues["s/x"]?.count == 2)
  }

  /// Replaying the values of a run gives its value and its weight.
  @Test(arguments: 0..<10) func replayGivesTheRun(seed: UInt64) throws {
    let program = try TraceProgram(Self.model)
    let trace = try program.trace(key: RandomKey(seed: seed))
    let values = trace.valuesByAddress
    try Self.expectSame(trace, program.trace(key: RandomKey(seed: 99)) { values[$0] })
  }

  /// Each choice in turn is redrawn or set: the ratio is that of the densities, computed anew; going back restores all.
  @Test(arguments: 0..<6) func ratioIsThatOfTheDensities(seed: UInt64) throws {
    let program = try TraceProgram(Self.model)
    let original = try program.trace(key: RandomKey(seed: seed))
    #expect(original.choiceCount() == original.choices().count)
    #expect(Set(original.choices()).count == original.choiceCount())
    for (number, choice) in original.choices().enumerated() {
      #expect(try original.choice(number) == choice)
      for isSet in [false, true] {
        var trace = original
        let value = try original.value(of: choice)
        let given =
          choice.isDiscrete ? [1 - value[0]] : value.count == 3 ? [0.2, 0.3, 0.5] : value.map { $0 + 0.1 }
        let step = try trace.propose(isSet ? .set(choice, given) : .redraw(choice), key: RandomKey(seed: 50 + seed))
        #expect(trace[choice.address] != nil)
        if isSet { #expect(try trace.value(of: choice) == given) }
        // Computed anew, from all values.
        let values = trace.valuesByAddress
        try Self.expectSame(trace, program.trace(key: RandomKey(seed: 98)) { values[$0] })
        var expected = trace.logDensity - original.logDensity
        for address in trace.addresses where original[address] == nil {
          expected -= trace.logDensity(at: address) ?? .nan
        }
        for address in original.addresses where trace[address] == nil {
          expected += original.logDensity(at: address) ?? .nan
        }
        if !isSet {
          // The density of what was redrawn, of one element of a plate alone.
          func own(_ trace: Trace) throws -> Double {
            guard choice.element != nil, let a = trace["a"] else { return trace.logDensity(at: choice.address) ?? .nan }
            let z = (try trace.value(of: choice)[0] - a[0]) / 0.5
            return -0.5 * z * z - log(0.5) - 0.5 * log(2 * Double.pi)
          }
          expected += try own(original) - own(trace)
        }
        #expect(abs(step.logRatio - expected) < 1e-10, "\(choice.name)")
        #expect(step.drawsAnew == trace.addresses.contains { original[$0] == nil })
        #expect(step.dropsChoices == original.addresses.contains { trace[$0] == nil })
        trace.revert()
        try Self.expectSame(trace, original)
        trace.revert()
        try Self.expectSame(trace, original)
      }
    }
  }

  /// A suspended run is moved where it stands, and then goes on.
  @Test func suspendedRunsAreMoved() throws {
    let program = try TraceProgram(Self.model)
    var trace = program.start
    for _ in 0..<3 { _ = try trace.advance(key: RandomKey(seed: 4)) }
    let choices = trace.choices()
    #expect(choices.map(\.name) == ["a", "z[0]", "z[1]", "z[2]", "s/x[0]"])
    let before = trace.logScore
    _ = try trace.propose(.set(choices[4], [0.25]), key: RandomKey(seed: 5))
    #expect(trace.choiceCount() == 5 && trace.logScore != before && !trace.isFinished)
    while try trace.advance(key: RandomKey(seed: 4)) != nil {}
    #expect(trace.isFinished && trace["s/x"] == [0.25])
    let values = try trace.values()
    #expect(values["s/x"]?[0] == [0.25])
  }

  @Test func temperatureScalesScores() throws {
    var trace = try TraceProgram(Self.model).trace(key: RandomKey(seed: 4))
    let choice = try trace.choice(0)
    let hot = try trace.propose(.redraw(choice), key: RandomKey(seed: 5))
    trace.revert()
    trace.inverseTemperature = 0
    let prior = try trace.propose(.redraw(choice), key: RandomKey(seed: 5))
    let score = trace.logScore
    trace.revert()
    #expect(abs(hot.logRatio - prior.logRatio - (score - trace.logScore)) < 1e-12)
    #expect(trace.logDensity == trace.logPrior)
  }

  @Test func selections() throws {
    let trace = try TraceProgram(Self.model).trace(key: RandomKey(seed: 1))
    func names(_ sites: SiteSelection) -> [String] { trace.choices(of: sites).map(\.name) }
    #expect(names("a") == ["a"])
    #expect(names(["a", "coin"]) == ["a", "coin"])
    #expect(names("s/x") == ["s/x[0]", "s/x[1]"])
    #expect(names("s/x[1]") == ["s/x[1]"])
    #expect(names(.prefix("z")) == ["z[0]", "z[1]", "z[2]"])
    #expect(names(.sites("a").union(.matching { $0 == "weights" })) == ["a", "weights"])
    #expect(names(.all.subtracting(.prefix("s/")).subtracting("z")).contains("s/x[0]") == false)
    #expect(trace.choiceCount(of: .all.subtracting("z")) == trace.choiceCount() - 3)
  }

  @Test func whatIsWrongIsSaid() throws {
    var trace = try TraceProgram(Self.model).trace(key: RandomKey(seed: 1))
    let (original, choice) = (trace, try trace.choice(0))
    #expect(throws: ModelError.self) { try trace.propose(.set(choice, [1, 2]), key: RandomKey(seed: 1)) }
    #expect(throws: ModelError.self) {
      try trace.propose(.several([TraceAddress("nowhere"): [1]]), key: RandomKey(seed: 1))
    }
    try Self.expectSame(trace, original)
    #expect(try trace.propose(.set(trace.choices(of: "coin")[0], [0.5]), key: RandomKey(seed: 1)).logRatio == -.infinity)
    try Self.expectSame(trace, original)
    #expect(throws: ModelError.self) { try trace.choice(trace.choiceCount()) }
    #expect(throws: ModelError.self) { try trace.choice(-1) }
    var short = try TraceProgram(Self.model).start
    _ = try short.advance(key: RandomKey(seed: 1))
    let later = try #require(trace.choices().last)
    #expect(throws: ModelError.self) { try short.value(of: later) }
    let plain = try PopulationProgram(Self.model).population(2, key: RandomKey(seed: 1))
    #expect(throws: ModelError.self) { try plain.move { _, _ in 0 } }
  }
}
