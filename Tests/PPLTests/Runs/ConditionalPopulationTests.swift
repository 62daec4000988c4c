import Foundation
import NumericCore
import PPL
import Testing

@Suite struct ConditionalPopulationTests {
  private static let y = [0.3, -0.5, 1.0, 0.2]

  /// A chain whose states are drawn, as a scan that returns nothing.
  private static let chain = Model {
    let first = Latent("first", Normal(0, 1))
    let scan = Scan("chain", over: y, from: first) { x, y in
      let next = Latent("x", Normal(0.8 * x, 0.6))
      Observe(y, from: Normal(next, 0.8), as: "y")
      Return(next)
    }
    scan
    Return(first)
  }

  private static let values = ["first": [0.1], "chain/x": [0.1, 0.2, 0.3, 0.4]]

  private func logNormal(_ x: Double, _ mean: Double, _ sd: Double) -> Double {
    -0.5 * pow((x - mean) / sd, 2) - log(sd) - 0.5 * log(2 * .pi)
  }

  /// The scores of the retained run, and what is left of it after each other past, up to a constant: by the formula.
  @Test func scoresAndFutures() throws {
    let program = try #require(try ConditionalProgram(Self.chain))
    #expect(program.sites.map(\.name) == ["first", "chain/x"] && program.held.isEmpty && program.scores == 4)
    let population = try program.population(5)
    try population.setValues(Self.values)
    population.restart()
    let key = RandomKey(seed: 3)
    let x = try #require(Self.values["chain/x"])
    for step in 0..<4 {
      #expect(try population.advance(key: key.child(UInt64(step))))
      #expect(abs(population.logWeights[0] - logNormal(Self.y[step], x[step], 0.8)) < 1e-12)
      let scores = Array(population.logWeights)
      population.computeFutures()
      let futures = Array(population.logFutures)
      for i in 1..<5 where step < 3 {
        // The score tells the distance of the state from the datum, on one side or the other.
        let distance = 0.8 * (-2 * (scores[i] + log(0.8) + 0.5 * log(2 * .pi))).squareRoot()
        let expected = [-1.0, 1].map { side in
          logNormal(x[step + 1], 0.8 * (Self.y[step] + side * distance), 0.6) - logNormal(x[step + 1], 0.8 * x[step], 0.6)
        }
        #expect(expected.contains { abs(futures[i] - futures[0] - $0) < 1e-9 })
      }
      if step == 3 { #expect(futures == [0, 0, 0, 0, 0]) }
      population.logWeights.update(repeating: 0)
    }
    #expect(try !population.advance(key: key))
  }

  /// The path of a particle is put together of its ancestors' draws, and the retained run is what it was.
  @Test func pathsAreTracedBack() throws {
    let program = try #require(try ConditionalProgram(Self.chain, samplesAncestors: false))
    let population = try program.population(3)
    let rotation = [0, 2, 1]
    func run(retaining particle: Int) throws -> [String: [Double]] {
      try population.setValues(Self.values)
      population.restart()
      while try population.advance(key: RandomKey(seed: 4).child(UInt64(population.scores))) {
        if population.scores < 4 { rotation.withUnsafeBufferPointer { population.resample($0) } }
      }
      population.retain(particle)
      return population.values()
    }
    #expect(try run(retaining: 0) == Self.values)
    let (one, two) = (try run(retaining: 1), try run(retaining: 2))
    #expect(one != two && one != Self.values)
    #expect(try run(retaining: 1) == one)

    // Without resampling each lane keeps its path: the same draws, in other lanes in turn.
    let x = try #require(one["chain/x"])
    #expect(Set(x).isDisjoint(with: Set(try #require(two["chain/x"]))) && one["first"] != two["first"])
  }

  @Test func heldSitesAreScored() throws {
    let program = try #require(try ConditionalProgram(Self.chain, over: "first", samplesAncestors: false))
    #expect(program.held.map(\.name) == ["chain/x"])
    let population = try program.population(1)
    try population.setValues(Self.values)
    population.restart()
    #expect(try population.advance(key: RandomKey(seed: 1)))
    #expect(abs(population.logWeights[0] - logNormal(0.3, 0.1, 0.8) - logNormal(0.1, 0.08, 0.6)) < 1e-12)
  }

  @Test func whatCannotRunOnLanes() throws {
    let dynamic = Model {
      let x = Latent("x", Bernoulli(0.5)).flatMap { $0 ? Random<Double>(1) : Random<Double>(0) }
      Observe(0.2, from: Normal(x, 1))
      Return(x)
    }
    #expect(try ConditionalProgram(dynamic).map(\.scores) == nil)
    let history = Model {
      let scan = Scan("s", count: 3, from: Random<Double>(0)) { x in Return(Latent("x", Normal(x, 1))) }
      Observe(0.2, from: Normal(scan.states.sum, 1))
      Return(scan.final)
    }
    #expect(try ConditionalProgram(history).map(\.scores) == nil)
    #expect(try ConditionalProgram(Self.chain, over: ["chain/x[1]"]).map(\.scores) == nil)
    #expect(try ConditionalProgram(Self.chain, over: ["chain/x[0]", "chain/x[1]", "chain/x[2]", "chain/x[3]"]).map(\.scores) == 4)
  }

  @Test func wrongInputIsAnError() throws {
    let program = try #require(try ConditionalProgram(Self.chain))
    #expect(throws: ModelError.self) { try program.population(0) }
    let population = try program.population(2)
    #expect(throws: ModelError.unknownSite("chain/x", known: ["first"])) { try population.setValues(["first": [0.1]]) }
    #expect(throws: ModelError.self) { try population.setValues(["first": [0.1], "chain/x": [1, 2]]) }
  }

  /// A scan that scores is run, whether its states are wanted or not.
  @Test func scansThatReturnNothingScore() throws {
    let population = try PopulationProgram(Self.chain).population(4, key: RandomKey(seed: 1))
    var scores = 0
    while try population.advance() != nil { scores += 1 }
    #expect(scores == 4 && population.logWeights.allSatisfy { $0 < -log(4) - 0.5 })
  }
}
