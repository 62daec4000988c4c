import Foundation
import GP
import Testing

/// Corners at which data contradict each other, or the source.
@Suite("Corners")
struct CornerTests {
  private func check(_ solution: PDESolution, _ exact: (Double, Double) -> Double, within tolerance: Double) throws {
    let x = uniform(0.05, 0.95, 31)
    let truth = x.flatMap { y in x.map { exact($0, y) } }
    let values = try solution.values(on: [x, x])
    #expect(relativeError(values, truth) < tolerance)
    #expect(!solution.report.warnings.isEmpty)
    let deviations = try solution.standardDeviations(on: [x, x])
    let held = values.indices.count { (values[$0] - truth[$0]).magnitude < 1.6449 * deviations[$0] }
    #expect(held > values.count * 9 / 10, "\(held) of \(values.count)")
  }

  @Test("data that jump at corners: u is right away from them, and the jump is told", arguments: [40, 100])
  func jump(points: Int) throws {
    // The sum of 4 / (pi k) sin(pi k x) sinh(pi k y) / sinh(pi k) over odd k.
    let exact = { (x: Double, y: Double) in
      stride(from: 1, through: 399, by: 2).reduce(0.0) { sum, k in
        let q = Double(k) * .pi
        return sum + 4 / q * sin(q * x) * (exp(q * (y - 1)) - exp(-q * (y + 1))) / (1 - exp(-2 * q))
      }
    }
    let solution = try PDE(on: .box([0, 1], [0, 1])) { u in
      Equation(laplacian(u) == 0)
      Boundary(.dirichlet(0), on: .lower(.x), .upper(.x), .lower(.y))
      Boundary(.dirichlet(1), on: .upper(.y))
    }.solve(grid: [points, points])
    try check(solution, exact, within: 0.02)
    #expect(solution.report.boundaryResidual > 0.5)
  }

  @Test("torsion: the source does not agree with the boundary at corners", arguments: [40, 100])
  func torsion(points: Int) throws {
    let exact = { (x: Double, y: Double) in
      stride(from: 1, through: 199, by: 2).reduce(0.5 * x * (1 - x)) { sum, k in
        let q = Double(k) * .pi
        return sum - 4 / (q * q * q) * sin(q * x) * (exp(q * (y - 1)) + exp(-q * y)) / (1 + exp(-q))
      }
    }
    let solution = try PDE(on: .box([0, 1], [0, 1])) { u in
      Equation(laplacian(u) == -1)
      Boundary(.dirichlet(0))
    }.solve(grid: [points, points])
    try check(solution, exact, within: 1e-5)
  }

  @Test("a start of the heat equation that its sides contradict")
  func heat() throws {
    // u = 1 at first, 0 at both ends from then on: the sum of 4 / (pi k) sin(pi k x) exp(-(pi k)^2 t) over odd k.
    let exact = { (x: Double, t: Double) in
      stride(from: 1, through: 99, by: 2).reduce(0.0) { sum, k in
        let q = Double(k) * .pi
        return sum + 4 / q * sin(q * x) * exp(-q * q * t)
      }
    }
    let solution = try PDE(on: .box([0, 1], [0, 0.2])) { u in
      Equation(d(u, .y) - d(u, .x, order: 2) == 0)
      Boundary(.dirichlet(0), on: .lower(.x), .upper(.x))
      Boundary(.dirichlet(1), on: .lower(.y))
    }.solve(grid: [60, 60])
    let (x, t) = (uniform(0.1, 0.9, 17), uniform(0.04, 0.2, 9))
    let truth = t.flatMap { t in x.map { exact($0, t) } }
    let error = relativeError(try solution.values(on: [x, t]), truth)
    #expect(error < 0.1, "\(error)")
    #expect(!solution.report.warnings.isEmpty)
  }
}
