import Foundation
import Inference
import PPL
import Testing

struct ArviZJSONTests {
  private func sample(_ counts: [Int], _ columns: [[Double]]) throws -> StanCSV {
    let total = counts.reduce(0, +)
    return try StanCSV(
      Draws(
        VariableColumns(
          variables: [
            Variable(name: "m\"u", shape: .scalar), Variable(name: "e", shape: .vector(0)),
            Variable(name: "S", shape: .matrix(2, 1)), Variable(name: "v", shape: .vector(1)),
          ], columns: columns), counts: counts),
      statistics: SamplerStatistics(
        [.isDivergent: (0..<total).map { Double($0 % 2) }, .energy: (0..<total).map(Double.init)],
        counts: counts))
  }

  /// Chains, draws, then rows and columns; the third chain is empty, and the second one has one draw less.
  @Test func arraysOfChainsAndDraws() throws {
    let json = try sample([2, 1, 0], [[1, 2, 3], [4, 5, 6], [7, 8, 9], [0.1, 1e-10, 5]]).arviZJSON
    #expect(
      json == #"{"posterior":{"m\"u":[[1.0],[3.0]],"S":[[[[4.0],[7.0]]],[[[6.0],[9.0]]]],"#
        + #""v":[[[0.1]],[[5.0]]]},"sample_stats":{"diverging":[[false],[false]],"energy":[[0.0],[2.0]]}}"#)
  }

  @Test func matricesAreRowsOfColumns() throws {
    let draws = try Draws(
      VariableColumns(
        variables: [Variable(name: "S", shape: .matrix(2, 3))],
        columns: [[11], [21], [12], [22], [13], [23]]),
      counts: [1])
    let json = try StanCSV(draws, statistics: SamplerStatistics([:], counts: [1])).arviZJSON
    #expect(json == #"{"posterior":{"S":[[[[11.0,12.0,13.0],[21.0,22.0,23.0]]]]},"sample_stats":{}}"#)
  }

  @Test func writesAFile() throws {
    let sample = try sample([2], [[.nan, .infinity], [-.infinity, 5], [7, 8], [0.1, 2]])
    try withTemporaryFolder { folder in
      try sample.writeArviZJSON(to: folder + "/fit.json")
      let text = try String(contentsOfFile: folder + "/fit.json", encoding: .utf8)
      #expect(text == sample.arviZJSON)
      #expect(text.contains("[[NaN,Infinity]]"))
      #expect(text.contains("[[[[-Infinity],[7.0]]"))
    }
  }
}
