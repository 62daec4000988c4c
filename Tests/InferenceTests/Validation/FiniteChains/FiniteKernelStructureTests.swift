import Inference
import NumericCore
import Testing

@Suite struct FiniteKernelStructureTests {
  /// Steps to each of the targets of a state with the same probability.
  private func graph(_ targets: [[Int]]) throws -> FiniteKernel<Int> {
    try FiniteKernel(states: Array(targets.indices)) { .uniform(targets[$0]) }
  }

  @Test func classesThatCommunicate() throws {
    let kernel = try graph([[1], [2], [0, 3], [4], [3], [4, 5], [6]])
    #expect(Set(kernel.communicatingClasses.map(Set.init)) == [[0, 1, 2], [3, 4], [5], [6]])
    #expect(!kernel.isIrreducible && !kernel.isErgodic)
    let order = kernel.communicatingClasses.map(Set.init)
    let (end, start) = (order.firstIndex(of: [3, 4]), order.firstIndex(of: [0, 1, 2]))
    #expect(try #require(end) < #require(start))
    #expect(throws: FiniteChainError.reducible(classes: 4)) { try kernel.invariantLaw() }
  }

  /// Against reachability by powers of random sparse graphs; seed 3.
  @Test func classesOfRandomGraphs() throws {
    for number in 0..<100 {
      var stream = RandomStream(RandomKey(seed: 3).child(UInt64(number)))
      let n = 12
      var targets: [[Int]] = []
      for _ in 0..<n {
        let degree = try 1 + stream.uniformInteger(below: 2)
        targets.append(try Array(Set((0..<degree).map { _ in try stream.uniformInteger(below: n) })))
      }
      var reach = (0..<n).map { i in (0..<n).map { i == $0 || targets[i].contains($0) } }
      for k in 0..<n { for i in 0..<n { for j in 0..<n where reach[i][k] && reach[k][j] { reach[i][j] = true } } }
      let classes = Set((0..<n).map { i in Set((0..<n).filter { reach[i][$0] && reach[$0][i] }) })
      #expect(try Set(graph(targets).communicatingClasses.map(Set.init)) == classes)
    }
  }

  @Test func periods() throws {
    let cycle = try graph([[1], [2], [3], [0]])
    #expect(try cycle.period(of: 2) == 4)
    #expect(cycle.isIrreducible && !cycle.isErgodic)
    // cycles of 4 and 6 through one state
    #expect(try graph([[1, 4], [2], [3], [0], [5], [6], [7], [8], [0]]).period(of: 7) == 2)
    #expect(try graph([[1, 3], [2], [0], [4], [0]]).period(of: 0) == 3)
    // cycles of 2 and 3
    #expect(try graph([[1, 2], [0], [3], [0]]).isErgodic)
    #expect(try graph([[1], [2, 0], [0]]).isErgodic)
    // a state that is left for good, and one that is kept
    let transient = try graph([[1], [1]])
    #expect(try transient.period(of: 0) == 0 && transient.period(of: 1) == 1)
    #expect(throws: FiniteChainError.unknownState("5")) { try cycle.period(of: 5) }
  }

  /// A long way round: nothing recurses.
  @Test func aLongCycle() throws {
    let kernel = try graph((0..<1000).map { [($0 + 1) % 1000] })
    #expect(kernel.isIrreducible)
    #expect(try kernel.period(of: 0) == 1000)
  }

  /// A birth and death chain has pi_(i+1) / pi_i = p / q; here over 60 orders of magnitude.
  @Test func invariantLawKeepsItsRelativeAccuracy() throws {
    let (p, q, n) = (0.001, 0.999, 21)
    let kernel = try FiniteKernel(states: Array(0..<n)) { i in
      try FiniteMeasure([(min(i + 1, n - 1), p), (max(i - 1, 0), q)])
    }
    let law = try kernel.invariantLaw()
    for i in 1..<n { #expect(abs(law[i] / law[i - 1] / (p / q) - 1) < 1e-13) }
    #expect(abs(law.mass - 1) < 1e-15)
    #expect(try kernel.invarianceError(of: law) < 1e-15)
    #expect(kernel.isErgodic)
  }

  @Test func oneState() throws {
    let kernel = try FiniteKernel.identity(["only"])
    #expect(kernel.isErgodic)
    #expect(try kernel.invariantLaw()["only"] == 1)
  }
}
