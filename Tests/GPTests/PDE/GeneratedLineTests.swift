import Foundation
import GP
import Testing

@Suite("Generated equations on an interval")
struct GeneratedLineTests {
  enum Kind: String, CaseIterable, Sendable { case poisson, helmholtz, variable, cubic, advected, neumann, decay }

  @Test("equations of every kind are solved at default settings", arguments: Kind.allCases)
  func generated(kind: Kind) throws {
    for seed in 1...5 {
      let f = GeneratedFunction(seed: seed, dimensions: 1, highest: 40)
      let u: @Sendable (Double) -> Double = { f([$0], [0]) }
      let du: @Sendable (Double) -> Double = { f([$0], [1]) }
      let ddu: @Sendable (Double) -> Double = { f([$0], [2]) }
      let problem = PDE(on: .box([0, 1])) { v in
        switch kind {
        case .poisson, .neumann: Equation(laplacian(v) == ddu)
        case .helmholtz: Equation(laplacian(v) + 300 * v == { ddu($0) + 300 * u($0) })
        case .variable:
          Equation(
            Field { 2 + sin(3 * $0) } * d(v, .x, order: 2) + Field { cos(5 * $0) } * d(v, .x) - v
              == { (2 + sin(3 * $0)) * ddu($0) + cos(5 * $0) * du($0) - u($0) })
        case .cubic: Equation(laplacian(v) + v * (v * v - 1) == { ddu($0) + u($0) * (u($0) * u($0) - 1) })
        case .advected: Equation(laplacian(v) - 0.5 * v * d(v, .x) == { ddu($0) - 0.5 * u($0) * du($0) })
        case .decay: Equation(d(v, .x) + 3 * v == { du($0) + 3 * u($0) })
        }
        switch kind {
        case .neumann:
          Boundary(.dirichlet(u), on: .lower(.x))
          Boundary(.neumann(du), on: .upper(.x))
        case .decay: Boundary(.dirichlet(u), on: .lower(.x))
        default: Boundary(.dirichlet(u))
        }
      }
      let x = uniform(0, 1, 300)
      let solution = try problem.solve(grid: [300])
      let error = relativeError(try solution.values(on: [x]), x.map(u))
      #expect(error < 1e-7, "seed \(seed), residual \(solution.report.relativeResidual)")
    }
  }
}
