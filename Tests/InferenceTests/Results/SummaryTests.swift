import Foundation
import Inference
import PPL
import Testing

struct SummaryTests {
  private func draws(_ columns: [(String, Shape, [[Double]])], counts: [Int]) throws -> Draws {
    try Draws(
      VariableColumns(
        variables: columns.map { Variable(name: $0.0, shape: $0.1) }, columns: columns.flatMap(\.2)),
      counts: counts)
  }

  private func sample() throws -> Draws {
    let chains = oracleDraws("other means", chains: 4, draws: 250)
    let theta = (0..<12).map { i in chains.flatMap { $0.map { 1000 * $0 + Double(i) } } }
    return try draws(
      [
        ("mu", .scalar, [chains.flatMap { $0 }]), ("theta", .vector(12), theta),
        ("fixed", .scalar, [Array(repeating: 0.00125, count: 1000)]),
      ], counts: [250, 250, 250, 250])
  }

  /// Each figure is that of the diagnostics, which are tested against ArviZ.
  @Test func rowsAreTheDiagnostics() throws {
    let draws = try sample()
    let summary = Summary(draws, probabilities: [0.1, 0.9])
    #expect(summary.rows.map(\.name) == draws.scalarNames)
    let row = try #require(summary["theta[3]"])
    let (column, chains) = (try draws.values(of: "theta[3]"), try draws.chains(of: "theta[3]"))
    #expect(row.variable == "theta")
    #expect(row.mean == Diagnostics.mean(column))
    #expect(row.standardDeviation == Diagnostics.standardDeviation(column))
    #expect(row.meanMCSE == Diagnostics.meanMCSE(chains))
    #expect(row.quantiles == Diagnostics.quantiles(column, [0.1, 0.9]))
    #expect(row.bulkESS == Diagnostics.bulkESS(chains))
    #expect(row.tailESS == Diagnostics.tailESS(chains))
    #expect(row.rHat == Diagnostics.rHat(chains))
    #expect(summary["theta"] == nil)
  }

  /// The reference has MCSE 0.2636 (of the mean 0.7541), ESS 19 and 528, R-hat 1.1498; theta is 1000 times as
  /// wide.
  @Test func digitsFollowTheError() throws {
    let (header, rows) = Summary(try sample()).cells
    #expect(header == ["", "mean", "sd", "mcse", "5%", "50%", "95%", "bulk ESS", "tail ESS", "R-hat"])
    #expect(rows[0].prefix(2) == ["mu", "0.75"])
    #expect(rows[0][3] == "0.26")
    #expect(rows[0].suffix(3) == ["19", "528", "1.150"])
    #expect(rows[1].prefix(2) == ["theta[1]", "754"])
    #expect(rows[1][3] == "264")
    #expect(rows[13].prefix(5) == ["fixed", "0.00125", "0", "0", "0.00125"])
    #expect(rows[13].last == "nan")
  }

  @Test(arguments: [
    (1e-9, "7.54e-10", "2.64e-10"), (1e12, "7.5e+11", "2.6e+11"), (1e-3, "0.00075", "0.00026"),
    (1e6, "754120", "263634"),
  ])
  func extremeScales(_ scale: Double, _ mean: String, _ error: String) throws {
    let chains = oracleDraws("other means", chains: 4, draws: 250)
    let column = chains.flatMap { $0.map { scale * $0 } }
    let row = Summary(try draws([("x", .scalar, [column])], counts: [250, 250, 250, 250])).cells.rows[0]
    #expect(row[1].first == mean.first)
    #expect(row[1].contains("e") == mean.contains("e"))
    #expect(row[3].first == error.first)
    #expect(abs((Double(row[1]) ?? .nan) / (0.7541201917676914 * scale) - 1) < 0.02)
    #expect(abs((Double(row[3]) ?? .nan) / (0.26363381542145864 * scale) - 1) < 0.02)
  }

  @Test func percentagesAreShort() throws {
    let summary = Summary(try sample(), probabilities: [0.07, 0.025, 0.975, 1, 0])
    #expect(summary.cells.header[4..<9] == ["7%", "2.5%", "97.5%", "100%", "0%"])
  }

  @Test func tableIsAligned() throws {
    let lines = Summary(try sample()).table().split(separator: "\n")
    #expect(lines.count == 15)
    #expect(Set(lines.map(\.count)).count == 1)
    #expect(lines[0].hasSuffix("bulk ESS  tail ESS  R-hat"))
  }

  @Test func longVariablesAreElided() throws {
    let summary = Summary(try sample())
    let lines = summary.table(elementLimit: 3).split(separator: "\n").map(String.init)
    #expect(lines.count == 7)
    #expect(lines[4].hasPrefix("theta[3]"))
    #expect(lines[5] == "theta: 9 more elements")
    #expect(lines[6].hasPrefix("fixed"))
    #expect(summary.table(limit: 5).split(separator: "\n").last == "... and 9 more")
    #expect(summary.table(limit: 4, elementLimit: 3).split(separator: "\n").last == "... and 10 more")
    #expect(summary.table(limit: 0).split(separator: "\n").count == 2)
    #expect(summary.table(elementLimit: 12) == summary.table())
  }

  @Test(arguments: [22, 40, 60, 80, 120])
  func tableFitsTheTerminal(_ width: Int) throws {
    let name = "a long path/to a site of a submodel/that needs room"
    let chains = oracleDraws("other means", chains: 4, draws: 250)
    let draws = try draws([(name, .vector(1), [chains.flatMap { $0 }])], counts: [250, 250, 250, 250])
    let summary = Summary(draws)
    let table = summary.table(width: width)
    #expect(table.split(separator: "\n").allSatisfy { $0.count <= width })
    // Nothing but the name's middle is left out.
    let (header, rows) = summary.cells
    for cell in header.dropFirst() + rows[0].dropFirst() { #expect(table.contains(cell)) }
    #expect(table.contains("a long"))
    #expect(table.contains("m[1]"))
    #expect(summary.table(width: 500) == summary.table())
  }

  @Test func jsonHoldsWhatIsNotFinite() throws {
    let summary = Summary(
      try draws([("a", .scalar, [[1, 1, 1, 1]]), ("b", .scalar, [[1, 2, .infinity, 4]])], counts: [4]))
    let back = try JSONDecoder().decode(Summary.self, from: summary.json())
    #expect(back.table() == summary.table())
    #expect(back["a"]?.rHat.isNaN == true)
    #expect(back["b"]?.mean == .infinity)
    #expect(back.rows.map(\.quantiles) == summary.rows.map(\.quantiles))
    #expect(String(decoding: try summary.json(), as: UTF8.self).contains("\"mean\" : \"Infinity\""))
    let bad = Data(#"{"probabilities":[],"rows":[{"name":"a","variable":"a","mean":"x"}]}"#.utf8)
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(Summary.self, from: bad) }
  }

  @Test func chainsOfDifferentLengths() throws {
    let chains = oracleDraws("independent", chains: 2, draws: 100)
    let column = chains[0] + chains[1].prefix(60)
    let row = try #require(Summary(try draws([("x", .scalar, [column])], counts: [100, 60, 0]))["x"])
    #expect(row.mean == Diagnostics.mean(Array(column)))
    #expect(row.rHat == Diagnostics.rHat(chains.map { Array($0.prefix(60)) }))
  }
}
