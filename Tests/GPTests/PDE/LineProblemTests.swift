import Foundation
import GP
import Testing

@Suite("Equations on an interval")
struct LineProblemTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let ends: [Double]
    let points: Int
    /// The better of the authors' two.
    let toBeat: Double
    let exact, source: @Sendable (Double) -> Double
    var isNonlinear = false
    var testDescription: String { name }
  }

  /// The problems of Fang et al. (2024), with the smaller of the errors in the authors' logs.
  static let rows = [
    Row(
      name: "P1", ends: [0, 2 * .pi], points: 400, toBeat: 4.0e-7, exact: { sin(100 * $0) },
      source: { -1e4 * sin(100 * $0) }),
    Row(
      name: "P2", ends: [0, 1], points: 900, toBeat: 3.5e-4,
      exact: { sin($0) + 0.1 * sin(20 * $0) + 0.05 * sin(100 * $0) },
      source: { -sin($0) - 40 * sin(20 * $0) - 500 * sin(100 * $0) }),
    Row(
      name: "P3", ends: [0, 2 * .pi], points: 400, toBeat: 1.5e-6, exact: { sin(6 * $0) * cos(100 * $0) },
      source: { 0.5 * (94 * 94 * sin(94 * $0) - 106 * 106 * sin(106 * $0)) }),
    Row(
      name: "P4", ends: [0, 2 * .pi], points: 900, toBeat: 9.0e-7, exact: { $0 * sin(200 * $0) },
      source: { 400 * cos(200 * $0) - 40000 * $0 * sin(200 * $0) }),
    Row(
      name: "P5", ends: [0, 1], points: 400, toBeat: 4.2e-4,
      exact: { sin(500 * $0) - 2 * ($0 - 0.5) * ($0 - 0.5) }, source: { -250000 * sin(500 * $0) - 4 }),
    Row(
      name: "A1", ends: [0, 2 * .pi], points: 400, toBeat: 7.7e-7, exact: { sin(100 * $0) },
      source: {
        let u = sin(100 * $0)
        return -1e4 * u + u * (u * u - 1)
      }, isNonlinear: true),
    Row(
      name: "A2", ends: [0, 2 * .pi], points: 400, toBeat: 4.2e-6, exact: { sin(6 * $0) * cos(100 * $0) },
      source: {
        let u = sin(6 * $0) * cos(100 * $0)
        return 0.5 * (94 * 94 * sin(94 * $0) - 106 * 106 * sin(106 * $0)) + u * (u * u - 1)
      }, isNonlinear: true),
  ]

  @Test("problems of the paper are solved a hundred times better at default settings", arguments: rows)
  func paper(row: Row) throws {
    let problem = PDE(on: .box(row.ends)) { u in
      Equation(laplacian(u) + (row.isNonlinear ? u * (u * u - 1) : 0) == row.source)
      Boundary(.dirichlet(row.exact))
    }
    let solution = try problem.solve(grid: [row.points])
    let x = uniform(row.ends[0], row.ends[1], 300)
    #expect(relativeError(try solution.values(on: [x]), x.map(row.exact)) < 0.01 * row.toBeat)
  }
}
