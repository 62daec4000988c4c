import Inference
import PPL
import Testing

struct DrawsTests {
  private let variables = [
    Variable(name: "mu", shape: .scalar), Variable(name: "theta", shape: .vector(2)),
    Variable(name: "S", shape: .matrix(2, 2)), Variable(name: "nothing", shape: .vector(0)),
  ]
  /// Column c of draw d is 10 c + d.
  private var columns: [[Double]] { (0..<7).map { c in (0..<5).map { Double(10 * c + $0) } } }

  private func draws(_ counts: [Int] = [2, 3]) throws -> Draws {
    try Draws(VariableColumns(variables: variables, columns: columns), counts: counts)
  }

  @Test func columnsHaveNames() throws {
    let draws = try draws()
    #expect(
      draws.scalarNames == ["mu", "theta[1]", "theta[2]", "S[1,1]", "S[2,1]", "S[1,2]", "S[2,2]"])
    #expect(draws.count == 5)
    #expect(draws.chains == 2)
    #expect(try draws.values(of: "mu") == [0, 1, 2, 3, 4])
    #expect(try draws.values(of: "theta", element: 1) == [20, 21, 22, 23, 24])
    #expect(try draws.values(of: "theta[2]") == [20, 21, 22, 23, 24])
    #expect(try draws.values(of: "S[1,2]") == [50, 51, 52, 53, 54])
    #expect(try draws.chains(of: "S", element: 2) == [[50, 51], [52, 53, 54]])
    #expect(draws.asColumns.columns == columns)
  }

  @Test func chainsMayBeEmpty() throws {
    #expect(try draws([0, 5, 0]).chains(of: "mu") == [[], [0, 1, 2, 3, 4], []])
  }

  @Test func unknownNamesListTheNearestFirst() throws {
    let draws = try draws()
    #expect(throws: InferenceError.unknownVariable("tehta", known: ["theta", "mu", "S", "nothing"])) {
      try draws.values(of: "tehta")
    }
    #expect(throws: InferenceError.unknownVariable("s", known: ["S", "mu", "theta", "nothing"])) {
      try draws.values(of: "s")
    }
    #expect(throws: InferenceError.unknownVariable("theta[3]", known: ["theta[1]", "theta[2]"])) {
      try draws.values(of: "theta", element: 2)
    }
    #expect(throws: InferenceError.unknownVariable("theta[0]", known: ["theta[1]", "theta[2]"])) {
      try draws.values(of: "theta", element: -1)
    }
    #expect(throws: InferenceError.unknownVariable("nothing[1]", known: [])) {
      try draws.values(of: "nothing")
    }
    #expect(throws: InferenceError.self) { try draws.values(of: "theta[3]") }
    #expect(throws: InferenceError.self) { try draws.values(of: "mu[1]") }
  }

  @Test func aVariableComesBeforeAnElementOfItsName() throws {
    let both = [Variable(name: "x", shape: .vector(1)), Variable(name: "x[1]", shape: .scalar)]
    let draws = try Draws(VariableColumns(variables: both, columns: [[1], [2]]), counts: [1])
    #expect(try draws.values(of: "x[1]") == [2])
    #expect(try draws.values(of: "x") == [1])
  }

  @Test func refusesWhatDoesNotFit() {
    func error(_ columns: [[Double]], _ counts: [Int], _ variables: [Variable]) -> DrawsError? {
      do {
        _ = try Draws(VariableColumns(variables: variables, columns: columns), counts: counts)
        return nil
      } catch { return error }
    }
    let x = Variable(name: "x", shape: .vector(2))
    #expect(error([[1]], [1], [x]) == .wrongColumnCount(1, expected: 2))
    #expect(error([[1, 2], [1]], [1, 1], [x]) == .wrongLength(column: "x[2]", count: 1, expected: 2))
    #expect(error([[1], [1]], [2, -1], [x]) == .negativeCount(-1, chain: 1))
    #expect(error([[1], [1], [1], [1]], [1], [x, x]) == .duplicateName("x"))
    #expect(error([[1], [1]], [1], [x]) == nil)
    #expect(DrawsError.negativeCount(-1, chain: 1).description == "chain 2 has -1 draws, expected 0 or more")
  }

  @Test func derivedColumns() throws {
    let more = try draws().adding("ratio", of: ["theta[2]", "theta[1]"]) { $0[0] / $0[1] }
    #expect(try more.values(of: "ratio") == (0..<5).map { Double(20 + $0) / Double(10 + $0) })
    #expect(more.counts == [2, 3])
    #expect(more.scalarNames.last == "ratio")
    #expect(throws: DrawsError.duplicateName("mu")) { try draws().adding("mu", of: ["mu"]) { $0[0] } }
    #expect(throws: InferenceError.self) { try draws().adding("a", of: ["b"]) { $0[0] } }
  }
}
