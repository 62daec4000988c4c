import Foundation
import GP
import Testing

@Suite("Equations on a box")
struct BoxProblemTests {
  typealias Plane = @Sendable (Double, Double) -> Double

  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let end: Double
    let points: Int
    /// The better of the authors' two.
    let toBeat: Double
    let exact, source: Plane
    var isNonlinear = false
    var testDescription: String { name }
  }

  private static let h: @Sendable (Double) -> Double = { sin($0) + 0.1 * sin(20 * $0) + cos(100 * $0) }
  private static let ddh: @Sendable (Double) -> Double = { -sin($0) - 40 * sin(20 * $0) - 1e4 * cos(100 * $0) }
  private static let g: @Sendable (Double) -> Double = { sin(6 * $0) * cos(20 * $0) }
  private static let ddg: @Sendable (Double) -> Double = {
    -436 * sin(6 * $0) * cos(20 * $0) - 240 * cos(6 * $0) * sin(20 * $0)
  }

  /// Problems of Fang et al. (2024), with the smaller of the errors in the authors' logs.
  static let rows = [
    Row(
      name: "P6", end: 2 * .pi, points: 400, toBeat: 6.5e-5, exact: { sin(100 * $0) * sin(100 * $1) },
      source: { -2e4 * sin(100 * $0) * sin(100 * $1) }),
    Row(
      name: "P7", end: 2 * .pi, points: 200, toBeat: 1e-3, exact: { g($0) + g($1) },
      source: { ddg($0) + ddg($1) }),
    Row(
      name: "P8", end: 1, points: 200, toBeat: 2.2e-4, exact: { sin(100 * $0) * cos(100 * $1) },
      source: { -2e4 * sin(100 * $0) * cos(100 * $1) }),
    Row(
      name: "A3", end: 1, points: 200, toBeat: 2.6e-3, exact: { h($0) * h($1) },
      source: {
        let u = h($0) * h($1)
        return ddh($0) * h($1) + h($0) * ddh($1) + u * (u * u - 1)
      }, isNonlinear: true),
  ]

  @Test("problems of the paper are solved a thousand times better at default settings", arguments: rows)
  func paper(row: Row) throws {
    let problem = PDE(on: .box([0, row.end], [0, row.end])) { u in
      Equation(laplacian(u) + (row.isNonlinear ? u * (u * u - 1) : 0) == row.source)
      Boundary(.dirichlet(row.exact))
    }
    let solution = try problem.solve(grid: [row.points, row.points])
    let x = uniform(0, row.end, 300)
    let exact = x.flatMap { y in x.map { row.exact($0, y) } }
    #expect(relativeError(try solution.values(on: [x, x]), exact) < 1e-3 * row.toBeat)
  }

  @Test("advection with data on all sides takes those where they come in")
  func advection() throws {
    let exact: Plane = { sin($0 - 200 * $1) }
    let problem = PDE(on: .box([0, 1], [0, 1])) { u in
      Equation(200 * d(u, .x) + d(u, .y) == 0)
      Boundary(.dirichlet(exact))
    }
    let solution = try problem.solve(grid: [200, 200])
    let x = uniform(0, 1, 300)
    let exactValues = x.flatMap { y in x.map { exact($0, y) } }
    #expect(relativeError(try solution.values(on: [x, x]), exactValues) < 1e-3 * 1.4e-4)
    #expect(solution.report.boundaryResidual < 1e-9)
  }
}
