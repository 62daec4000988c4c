import Foundation
import GP
import Testing

@Suite("Derivatives above second order")
struct HighOrderTests {
  @Test("a beam that is clamped at one end and held at the other")
  func beam() throws {
    let exact: @Sendable (Double) -> Double = { sin(20 * $0) + $0 * $0 }
    let x = uniform(0, 1, 101)
    let solution = try PDE(on: .box([0, 1])) { u in
      Equation(d(u, .x, order: 4) == { 160000 * sin(20 * $0) })
      Boundary(.dirichlet(exact))
      Boundary(.neumann(-20), on: .lower(.x))
      Boundary(.derivative(2, Field(2 - 400 * sin(20))), on: .upper(.x))
    }.solve(grid: [100])
    #expect(relativeError(try solution.values(on: [x]), x.map(exact)) < 1e-6)
  }

  @Test("the biharmonic equation on a clamped plate")
  func plate() throws {
    let exact: @Sendable (Double, Double) -> Double = { sin(5 * $0) * cos(4 * $1) }
    let x = uniform(0, 1, 31)
    let solution = try PDE(on: .box([0, 1], [0, 1])) { u in
      Equation(laplacian(laplacian(u)) == { 41 * 41 * sin(5 * $0) * cos(4 * $1) })
      Boundary(.dirichlet(exact))
      Boundary(.neumann({ _, y in -5 * cos(4 * y) }), on: .lower(.x))
      Boundary(.neumann({ _, y in 5 * cos(5) * cos(4 * y) }), on: .upper(.x))
      Boundary(.neumann(0), on: .lower(.y))
      Boundary(.neumann({ x, _ in -4 * sin(5 * x) * sin(4) }), on: .upper(.y))
    }.solve(grid: [40, 40])
    let error = relativeError(try solution.values(on: [x, x]), x.flatMap { y in x.map { exact($0, y) } })
    #expect(error < 1e-7)
  }

  @Test("a soliton of Korteweg and de Vries: u_t + 6 u u_x + u_xxx = 0")
  func soliton() throws {
    let exact: @Sendable (Double, Double) -> Double = { 0.5 / pow(cosh(0.5 * ($0 - $1)), 2) }
    let slope: @Sendable (Double, Double) -> Double = { -exact($0, $1) * tanh(0.5 * ($0 - $1)) }
    let (x, t) = (uniform(-4, 4, 31), uniform(0, 1, 11))
    let solution = try PDE(on: .box([-4, 4], [0, 1])) { u in
      Equation(d(u, .y) + 6 * u * d(u, .x) + d(u, .x, order: 3) == 0)
      Boundary(.dirichlet(exact), on: .lower(.x), .upper(.x), .lower(.y))
      Boundary(.neumann(slope), on: .upper(.x))
    }.solve(grid: [60, 20])
    let error = relativeError(try solution.values(on: [x, t]), t.flatMap { t in x.map { exact($0, t) } })
    #expect(error < 1e-7)
  }

  @Test("periodic conditions join as many derivatives as the equation has")
  func periodic() throws {
    let solution = try PDE(on: .box([0, 1])) { u in
      Equation(d(u, .x, order: 4) + u == { (pow(2 * .pi, 4) + 1) * sin(2 * .pi * $0) })
      Boundary(.periodic)
    }.solve(grid: [40])
    #expect((try solution.value(at: 0.3) - sin(0.6 * .pi)).magnitude < 1e-6)
    #expect(throws: PDEError.unsupportedOrder(order: 4, highest: 3)) {
      try PDE(on: .box([0, 1])) { u in
        Equation(laplacian(u) == 1)
        Boundary(.derivative(4, 0))
      }.solve(grid: [40])
    }
  }

  @Test("a beam on springs, held at one end and on an elastic support at the other")
  func elasticSupport() throws {
    let solution = try PDE(on: .box([0, 1])) { u in
      Equation(d(u, .x, order: 4) + 100 * u == { 2501 * sin(7 * $0) })
      Boundary(.dirichlet(0), on: .lower(.x))
      Boundary(.robin(2, 1, { 2 * sin(7 * $0) + 7 * cos(7 * $0) }), on: .upper(.x))
      Boundary(.derivative(2, { -49 * sin(7 * $0) }))
    }.solve(grid: [80])
    let x = uniform(0, 1, 301)
    #expect(relativeError(try solution.values(on: [x]), x.map { sin(7 * $0) }) < 1e-9)
  }
}
