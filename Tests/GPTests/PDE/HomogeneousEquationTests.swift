import Foundation
import GP
import Testing

/// Where nothing drives u but its conditions, or a source that is rounding, the source tells nothing of u.
@Suite("Equations without a source")
struct HomogeneousEquationTests {
  private func error(_ solution: PDESolution, _ exact: @Sendable (Double) -> Double, _ x: [Double]) throws -> Double {
    relativeError(try solution.values(on: [x]), x.map(exact))
  }

  @Test("an oscillation of the equation's own, with a source of 0 and of rounding", arguments: [0, 1e-12])
  func oscillation(rounding: Double) throws {
    let exact: @Sendable (Double) -> Double = { cos(100 * $0 + 1) }
    let solution = try PDE(on: .box([0, 1])) { u in
      Equation(d(u, .x, order: 2) + 1e4 * u == { x in rounding * sin(1e5 * x) })
      Boundary(.dirichlet(exact))
    }.solve(grid: [200])
    #expect(try error(solution, exact, uniform(0, 1, 301)) < 1e-9)
    #expect(solution.report.relativeResidual < 1e-9)
  }

  @Test("an initial value problem over many periods")
  func initial() throws {
    let solution = try PDE(on: .box([0, 125])) { u in
      Equation(d(u, .x, order: 2) + u == 0)
      Boundary(.dirichlet(1), on: .lower(.x))
      Boundary(.neumann(0), on: .lower(.x))
    }.solve(grid: [500])
    #expect(try error(solution, { cos($0) }, uniform(0, 125, 301)) < 1e-9)
  }

  @Test("constants and zero are what they are, in any dimension")
  func constants() throws {
    for value in [0.0, 5] {
      let line = try PDE(on: .box([0, 1])) { u in
        Equation(laplacian(u) == 0)
        Boundary(.dirichlet(Field(value)))
      }.solve(grid: [50])
      #expect((try line.value(at: 0.37) - value).magnitude < 1e-10)
      let square = try PDE(on: .box([0, 1], [0, 1])) { u in
        Equation(laplacian(u) == 0)
        Boundary(.dirichlet(Field(value)))
      }.solve(grid: [40, 40])
      #expect((try square.value(at: 0.37, 0.61) - value).magnitude < 1e-10)
      #expect(square.report.warnings.isEmpty)
    }
  }

  @Test("waves through a square, with a source of rounding")
  func plane() throws {
    let exact: @Sendable (Double, Double) -> Double = { x, y in sin(60 * x + 80 * y) }
    let solution = try PDE(on: .box([0, 1], [0, 1])) { u in
      Equation(laplacian(u) + 1e4 * u == { x, y in -3600 * exact(x, y) - 6400 * exact(x, y) + 1e4 * exact(x, y) })
      Boundary(.dirichlet(exact))
    }.solve(grid: [150, 150])
    let x = uniform(0, 1, 70)
    #expect(relativeError(try solution.values(on: [x, x]), x.flatMap { y in x.map { exact($0, y) } }) < 1e-7)
  }

  @Test("steady Burgers' equation has a layer where 0 has none")
  func burgers() throws {
    let exact: @Sendable (Double) -> Double = { -tanh(10 * $0) }
    let solution = try PDE(on: .box([-1, 1])) { u in
      Equation(u * d(u, .x) - 0.05 * d(u, .x, order: 2) == 0)
      Boundary(.dirichlet(exact))
    }.solve(grid: [200])
    // Where the layer is depends on the data through exp(-20).
    #expect(try error(solution, exact, uniform(-1, 1, 301)) < 1e-4)
  }

  @Test("conditions that leave a constant open, and one at resonance, are refused")
  func singular() throws {
    #expect(throws: PDEError.self) {
      try PDE(on: .box([0, 1])) { u in
        Equation(laplacian(u) == { -9 * sin(3 * $0) })
        Boundary(.neumann(3), on: .lower(.x))
        Boundary(.neumann({ 3 * cos(3 * $0) }), on: .upper(.x))
      }.solve(grid: [100])
    }
    #expect(throws: PDEError.self) {
      try PDE(on: .box([0, 1])) { u in
        Equation(laplacian(u) + .pi * .pi * u == 1)
        Boundary(.dirichlet(0))
      }.solve(grid: [100])
    }
  }
}
