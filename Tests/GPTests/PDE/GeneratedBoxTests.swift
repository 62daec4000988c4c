import Foundation
import GP
import Testing

@Suite("Generated equations on a box")
struct GeneratedBoxTests {
  enum Kind: String, CaseIterable, Sendable {
    case poisson, helmholtz, neumann, robin, heat, cubic, variable, advection, wave, advected, mixed
  }

  @Test("equations of every kind are solved at default settings", arguments: Kind.allCases)
  func generated(kind: Kind) throws {
    for seed in 1...3 {
      let f = GeneratedFunction(seed: seed, dimensions: 2, highest: 15)
      typealias Plane = @Sendable (Double, Double) -> Double
      let u: Plane = { f([$0, $1], [0, 0]) }
      let ux: Plane = { f([$0, $1], [1, 0]) }
      let uy: Plane = { f([$0, $1], [0, 1]) }
      let uxx: Plane = { f([$0, $1], [2, 0]) }
      let uyy: Plane = { f([$0, $1], [0, 2]) }
      let uxy: Plane = { f([$0, $1], [1, 1]) }
      let problem = PDE(on: .box([0, 1], [0, 1])) { v in
        switch kind {
        case .poisson, .robin: Equation(laplacian(v) == { uxx($0, $1) + uyy($0, $1) })
        case .helmholtz: Equation(laplacian(v) + 300 * v == { uxx($0, $1) + uyy($0, $1) + 300 * u($0, $1) })
        case .neumann: Equation(laplacian(v) - v == { uxx($0, $1) + uyy($0, $1) - u($0, $1) })
        case .heat: Equation(d(v, .y) - 0.05 * d(v, .x, order: 2) == { uy($0, $1) - 0.05 * uxx($0, $1) })
        case .cubic:
          Equation(
            laplacian(v) + v * (v * v - 1)
              == { uxx($0, $1) + uyy($0, $1) + u($0, $1) * (u($0, $1) * u($0, $1) - 1) })
        case .variable:
          Equation(
            Field { x, y in 2 + sin(3 * x + y) } * d(v, .x, order: 2) + d(v, .y, order: 2)
              + Field { x, y in cos(x * y) } * d(v, .x)
              == { (2 + sin(3 * $0 + $1)) * uxx($0, $1) + uyy($0, $1) + cos($0 * $1) * ux($0, $1) })
        case .advection: Equation(3 * d(v, .x) + d(v, .y) == { 3 * ux($0, $1) + uy($0, $1) })
        case .wave: Equation(d(v, .y, order: 2) - 4 * d(v, .x, order: 2) == { uyy($0, $1) - 4 * uxx($0, $1) })
        case .advected:
          Equation(
            d(v, .y) + v * d(v, .x) - 0.1 * d(v, .x, order: 2)
              == { uy($0, $1) + u($0, $1) * ux($0, $1) - 0.1 * uxx($0, $1) })
        case .mixed:
          Equation(laplacian(v) + 0.5 * d(d(v, .x), .y) == { uxx($0, $1) + uyy($0, $1) + 0.5 * uxy($0, $1) })
        }
        switch kind {
        case .neumann:
          Boundary(.neumann(ux), on: .upper(.x))
          Boundary(.neumann({ -uy($0, $1) }), on: .lower(.y))
          Boundary(.dirichlet(u), on: .lower(.x), .upper(.y))
        case .robin:
          Boundary(.robin(1, 0.5, Field { u($0, $1) + 0.5 * ux($0, $1) }), on: .upper(.x))
          Boundary(.dirichlet(u), on: .lower(.x), .upper(.y), .lower(.y))
        case .heat, .advected: Boundary(.dirichlet(u), on: .lower(.x), .upper(.x), .lower(.y))
        case .wave:
          Boundary(.dirichlet(u), on: .lower(.x), .upper(.x), .lower(.y))
          Boundary(.neumann({ -uy($0, $1) }), on: .lower(.y))
        default: Boundary(.dirichlet(u))
        }
      }
      let x = uniform(0, 1, 70)
      let solution = try problem.solve(grid: [80, 90])
      let error = relativeError(try solution.values(on: [x, x]), x.flatMap { y in x.map { u($0, y) } })
      #expect(error < 1e-5, "seed \(seed), residual \(solution.report.relativeResidual)")
      #expect(solution.report.boundaryResidual < 1e-5)
    }
  }

  @Test("three dimensions, periodic along one axis")
  func space() throws {
    let u: @Sendable (Double, Double, Double) -> Double = { sin(2 * .pi * (3 * $0)) * exp($1) * cos(9 * $2 + 1) }
    let rate = -36 * Double.pi * Double.pi + 1 - 81
    let problem = PDE(on: .box([0, 1], [0, 1], [0, 2])) { v in
      Equation(laplacian(v) + 2 * v == { (rate + 2) * u($0, $1, $2) })
      Boundary(.periodic, on: .lower(.x), .upper(.x))
      Boundary(.dirichlet(u), on: .lower(.y), .upper(.y), .lower(.z), .upper(.z))
    }
    let solution = try problem.solve(grid: [32, 24, 40])
    let axes = [uniform(0, 1, 17), uniform(0, 1, 13), uniform(0, 2, 19)]
    let exact = axes[2].flatMap { z in axes[1].flatMap { y in axes[0].map { u($0, y, z) } } }
    #expect(relativeError(try solution.values(on: axes), exact) < 1e-6)
  }
}
