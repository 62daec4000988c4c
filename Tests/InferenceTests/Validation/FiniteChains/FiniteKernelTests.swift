import Inference
import NumericCore
import Testing

@Suite struct FiniteKernelTests {
  private static let states = Array(0..<6)
  private static let target = try? FiniteMeasure(zip(states, [1.0, 4, 2, 0.5, 3, 1.5]).map { ($0, $1 / 12) })

  /// Metropolis-Hastings with steps of one to the right (probability 0.7) or to the left on a circle; `ratio`
  /// is that of the proposals, which is what a wrong sampler leaves out.
  private static func metropolis(withRatio ratio: Bool = true) throws -> FiniteKernel<Int> {
    let target = try #require(target)
    return try FiniteKernel(states: states) { x in
      let moves = [(1, 0.7), (5, 0.3)].map { step, q in
        let y = (x + step) % 6
        let accepted = min(1, target[y] * (ratio ? 1 - q : q) / (target[x] * q))
        return (y, q * accepted)
      }
      return try FiniteMeasure(moves + [(x, 1 - moves[0].1 - moves[1].1)])
    }
  }

  /// Redraws a state within its class modulo `classes`.
  private static func gibbs(_ classes: Int) throws -> FiniteKernel<Int> {
    let target = try #require(target)
    return try FiniteKernel(states: states) { x in
      try target.weighted { $0 % classes == x % classes ? 1 : 0 }.normalized()
    }
  }

  @Test func validKernelsAreReversible() throws {
    let target = try #require(Self.target)
    for kernel in [try Self.metropolis(), try Self.gibbs(2), try Self.gibbs(3)] {
      #expect(try kernel.invarianceError(of: target) < 1e-15)
      #expect(try kernel.detailedBalanceError(of: target) < 1e-15)
    }
  }

  /// A mixture is reversible, a cycle only invariant; redrawing twice is redrawing once.
  @Test func combinationsStayInvariant() throws {
    let target = try #require(Self.target)
    let (a, b) = (try Self.gibbs(2), try Self.metropolis())
    let mixture = try FiniteKernel.mixture(of: [a, b], weights: [0.25, 0.75])
    #expect(try mixture.invarianceError(of: target) < 1e-15)
    #expect(try mixture.detailedBalanceError(of: target) < 1e-15)
    let cycle = try a.followed(by: b)
    #expect(try cycle.invarianceError(of: target) < 1e-15)
    #expect(try cycle.detailedBalanceError(of: target) > 1e-3)
    #expect(try a.repeated(2).distance(to: a) < 1e-15)
    #expect(try a.repeated(0).distance(to: .identity(Self.states)) == 0)
    let sequence = try cycle(FiniteMeasure.point(3))
    #expect(try sequence.distance(to: b(a(.point(3)))) < 1e-15)
  }

  /// A sampler that forgets the ratio of the proposals is seen.
  @Test func aWrongKernelIsSeen() throws {
    let target = try #require(Self.target)
    let wrong = try Self.metropolis(withRatio: false)
    #expect(try wrong.invarianceError(of: target) > 1e-3)
    #expect(try wrong.detailedBalanceError(of: target) > 1e-3)
  }

  @Test func aReflectionIsAnInvolution() throws {
    let reflection = try FiniteKernel(states: Self.states) { .point(5 - $0) }
    #expect(try reflection.followed(by: reflection).distance(to: .identity(Self.states)) == 0)
    #expect(try reflection.distance(to: .identity(Self.states)) == 1)
  }

  @Test func refusesWhatIsNoKernel() throws {
    func kernel(_ states: [Int], _ rows: [[Double]]) throws -> FiniteKernel<Int> {
      try FiniteKernel(states: states, matrix: Matrix(rowsOf: rows))
    }
    #expect(throws: FiniteChainError.noStates) { try kernel([], []) }
    #expect(throws: FiniteChainError.duplicateState("1")) { try kernel([1, 1], [[1, 0], [0, 1]]) }
    #expect(throws: FiniteChainError.wrongShape(rows: 1, columns: 2, expected: 2)) { try kernel([1, 2], [[1, 0]]) }
    #expect(throws: FiniteChainError.invalidProbability(from: "1", to: "2", value: -0.5)) {
      try kernel([1, 2], [[1.5 - 0.5, -0.5], [0, 1]])
    }
    #expect(throws: FiniteChainError.wrongRowSum(from: "2", sum: 0.75)) { try kernel([1, 2], [[1, 0], [0.25, 0.5]]) }
    #expect(throws: FiniteChainError.unknownState("7")) { try FiniteKernel(states: [1, 2]) { _ in .point(7) } }
    let (a, b) = (try kernel([1, 2], [[1, 0], [0, 1]]), try kernel([2, 1], [[1, 0], [0, 1]]))
    #expect(throws: FiniteChainError.differentStates) { try a.followed(by: b) }
    #expect(throws: FiniteChainError.wrongWeights([0.5, 0.4])) {
      try FiniteKernel.mixture(of: [a, a], weights: [0.5, 0.4])
    }
    #expect(throws: FiniteChainError.unknownState("5")) { try a.invarianceError(of: .point(5)) }
  }

  // MARK: Samplers

  /// Seed 9, 5000 steps from each state.
  @Test func aSamplerIsHeldToItsKernel() throws {
    let target = try #require(Self.target)
    let kernel = try Self.metropolis()
    func step(_ x: Int, _ stream: inout RandomStream, withRatio: Bool) -> Int {
      let isRight = stream.uniform() < 0.7
      let y = (x + (isRight ? 1 : 5)) % 6
      let ratio = withRatio ? (isRight ? 0.3 / 0.7 : 0.7 / 0.3) : 1
      return stream.uniform() < target[y] / target[x] * ratio ? y : x
    }
    let key = RandomKey(seed: 9)
    let right = try kernel.tests(of: { step($0, &$1, withRatio: true) }, count: 5000, key: key)
    #expect(right.members.count == 6 && right.passes, "\(right)")
    #expect(try !kernel.tests(of: { step($0, &$1, withRatio: false) }, count: 5000, key: key).passes)

    let kept = try target.invarianceTest(of: { step($0, &$1, withRatio: true) }, count: 50_000, key: key)
    #expect(!kept.isRejected(at: 1e-6), "\(kept)")
    let lost = try target.invarianceTest(of: { step($0, &$1, withRatio: false) }, count: 50_000, key: key)
    #expect(lost.isRejected(at: 1e-6))
    #expect(throws: FiniteChainError.unknownState("6")) {
      try target.invarianceTest(of: { x, _ in x + 1 }, count: 1000, key: key)
    }
  }
}
