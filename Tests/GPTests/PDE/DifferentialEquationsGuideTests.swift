import Foundation
import GP
import Testing

/// The snippets of docs/DifferentialEquations.md.
@Suite struct DifferentialEquationsGuideTests {
  @Test func snippets() throws {
    let exact: @Sendable (Double, Double) -> Double = { sin(3 * $0) * exp(-$1) }
    let source: @Sendable (Double, Double) -> Double = {
      let u = exact($0, $1)
      return -8 * u + u * (u * u - 1)
    }
    let problem = PDE(on: .box([0, 1], [0, 1])) { u in
      Equation(laplacian(u) + u * (u * u - 1) == source)
      Boundary(.dirichlet(exact))
    }
    let solution = try problem.solve(grid: [40, 40])
    let value = try solution.value(at: 0.3, 0.7)
    #expect((value - exact(0.3, 0.7)).magnitude < 1e-8)
    let spread = try solution.standardDeviations(on: [[0.3], [0.7]])
    #expect(spread[0] < 1e-6)
    #expect(solution.report.warnings.isEmpty)

    let viscosity = 0.2
    let start: @Sendable (Double) -> Double = { sin(.pi * $0) }
    let flow = PDE(on: .box([0, 1], [0, 2])) { u in
      Equation(d(u, .y) + u * d(u, .x) - viscosity * d(u, .x, order: 2) == 0)
      Boundary(.dirichlet({ x, t in start(x) }), on: .lower(.y))
      Boundary(.dirichlet(0), on: .lower(.x), .upper(.x))
    }
    let (temperatures, flux) = ([0.3, 0.5, 0.9], -2.0)
    let rod = PDE(on: .box([0, 1])) { u in
      Equation(laplacian(u) == 0)
      Boundary(.dirichlet(0), on: .lower(.x))
      Observation(at: [0.3, 0.5, 0.9], values: temperatures, noise: 0.1)
      Observation(of: -2 * d(u, .x), at: [1.0], values: [flux], noise: 0.5)
    }
    #expect((try rod.solve(grid: [20]).value(at: 0.4) - 0.4).magnitude < 1e-6)

    // The transformation of Cole and Hopf, by quadrature on the heat kernel's Fourier series.
    let end = try flow.solve(grid: [50, 60]).value(at: 0.5, 0.5)
    #expect((end - coleHopf(0.5, 0.5, viscosity)).magnitude < 1e-4)
  }

  /// u = -2 v p_x / p for u_t + u u_x = v u_xx with u = sin(pi x) at 0: p's cosine coefficients by the midpoint rule.
  private func coleHopf(_ x: Double, _ t: Double, _ v: Double) -> Double {
    let count = 2000
    let p0 = (0..<count).map { i in
      let y = (Double(i) + 0.5) / Double(count)
      return exp(-(1 - cos(.pi * y)) / (2 * v * .pi))
    }
    var (p, slope) = (0.0, 0.0)
    for n in 0..<40 {
      let k = Double(n) * .pi
      let sum = (0..<count).reduce(0) { $0 + p0[$1] * cos(k * (Double($1) + 0.5) / Double(count)) }
      let a = sum * (n == 0 ? 1 : 2) / Double(count) * exp(-v * k * k * t)
      p += a * cos(k * x)
      slope -= a * k * sin(k * x)
    }
    return -2 * v * slope / p
  }
}
