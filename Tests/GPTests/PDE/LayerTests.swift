import Foundation
import GP
import Testing

/// Functions that are smooth with layers, peaks, or a frequency that changes: no few components make them up.
@Suite("Layers and peaks")
struct LayerTests {
  private typealias Function = @Sendable (Double) -> Double

  @Test("layers, peaks and chirps on an interval")
  func lines() throws {
    let problems: [(name: String, lower: Double, points: Int, exact: Function, second: Function, tolerance: Double)] = [
      ("layer", -1, 300, { tanh(30 * $0) }, { -1800 * tanh(30 * $0) * (1 - pow(tanh(30 * $0), 2)) }, 1e-6),
      (
        "peak", -1, 300, { 1 / (1 + 100 * $0 * $0) },
        { let q = 1 + 100 * $0 * $0; return 8e4 * $0 * $0 / (q * q * q) - 200 / (q * q) }, 1e-9
      ),
      (
        "chirp", 0, 300, { sin(60 * $0 * $0) },
        { 120 * cos(60 * $0 * $0) - 14400 * $0 * $0 * sin(60 * $0 * $0) }, 1e-9
      ),
    ]
    for problem in problems {
      let solution = try PDE(on: .box([problem.lower, 1])) { u in
        Equation(laplacian(u) == problem.second)
        Boundary(.dirichlet(problem.exact))
      }.solve(grid: [problem.points])
      let x = uniform(problem.lower, 1, 701)
      let error = relativeError(try solution.values(on: [x]), x.map(problem.exact))
      #expect(error < problem.tolerance, "\(problem.name)")
    }
  }

  @Test("a boundary layer of an advected quantity")
  func boundaryLayer() throws {
    let exact: Function = { $0 - exp(200 * ($0 - 1)) }
    let solution = try PDE(on: .box([0, 1])) { u in
      Equation(d(u, .x) - 5e-3 * d(u, .x, order: 2) == 1)
      Boundary(.dirichlet(exact))
    }.solve(grid: [400])
    let x = uniform(0, 1, 701)
    #expect(relativeError(try solution.values(on: [x]), x.map(exact)) < 1e-7)
  }

  @Test("a layer that the grid does not resolve is told")
  func unresolved() throws {
    let solution = try PDE(on: .box([0, 1])) { u in
      Equation(d(u, .x) - 1e-3 * d(u, .x, order: 2) == 1)
      Boundary(.dirichlet(0))
    }.solve(grid: [60])
    #expect(!solution.report.warnings.isEmpty)
  }

  @Test("a peak on a square")
  func peak() throws {
    let exact: @Sendable (Double, Double) -> Double = { exp(-200 * (($0 - 0.4) * ($0 - 0.4) + ($1 - 0.6) * ($1 - 0.6))) }
    let solution = try PDE(on: .box([0, 1], [0, 1])) { u in
      Equation(
        laplacian(u)
          == { x, y in
            let r = (x - 0.4) * (x - 0.4) + (y - 0.6) * (y - 0.6)
            return (160_000 * r - 800) * exact(x, y)
          })
      Boundary(.dirichlet(exact))
    }.solve(grid: [90, 90])
    let x = uniform(0, 1, 70)
    #expect(relativeError(try solution.values(on: [x, x]), x.flatMap { y in x.map { exact($0, y) } }) < 1e-8)
  }

  @Test("an equation that vanishes at 0: (u u')' = F, div(u grad u) = F")
  func degenerate() throws {
    let exact: Function = { 2 + sin(8 * $0) }
    let line = try PDE(on: .box([0, 1])) { u in
      Equation(
        u * d(u, .x, order: 2) + d(u, .x) * d(u, .x)
          == { 64 * (pow(cos(8 * $0), 2) - (2 + sin(8 * $0)) * sin(8 * $0)) })
      Boundary(.dirichlet(exact))
    }.solve(grid: [100])
    let x = uniform(0, 1, 301)
    #expect(relativeError(try line.values(on: [x]), x.map(exact)) < 1e-9)
    let plane: @Sendable (Double, Double) -> Double = { 2 + sin(3 * $0) * cos(2 * $1) }
    let square = try PDE(on: .box([0, 1], [0, 1])) { u in
      Equation(
        u * laplacian(u) + d(u, .x) * d(u, .x) + d(u, .y) * d(u, .y)
          == { x, y in
            let (ux, uy) = (3 * cos(3 * x) * cos(2 * y), -2 * sin(3 * x) * sin(2 * y))
            return -13 * plane(x, y) * (plane(x, y) - 2) + ux * ux + uy * uy
          })
      Boundary(.dirichlet(plane))
    }.solve(grid: [40, 40])
    let y = uniform(0, 1, 40)
    #expect(relativeError(try square.values(on: [y, y]), y.flatMap { b in y.map { plane($0, b) } }) < 1e-9)
  }

  @Test("a periodic condition may be stated for each end")
  func periodic() throws {
    let solution = try PDE(on: .box([0, 1], [0, 1])) { u in
      Equation(laplacian(u) == { x, y in -(4 * Double.pi * .pi + 16) * sin(2 * .pi * x) * cos(4 * y) })
      Boundary(.periodic, on: .lower(.x))
      Boundary(.periodic, on: .upper(.x))
      Boundary(.dirichlet({ x, y in sin(2 * .pi * x) * cos(4 * y) }), on: .lower(.y), .upper(.y))
    }.solve(grid: [40, 40])
    #expect((try solution.value(at: 0.3, 0.7) - sin(0.6 * .pi) * cos(2.8)).magnitude < 1e-8)
  }
}
