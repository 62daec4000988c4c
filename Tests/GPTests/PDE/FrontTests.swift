import Foundation
import GP
import Testing

/// Fronts of nonlinear equations, which Newton's method does not reach from 0: with what is known of them in closed form.
@Suite("Fronts")
struct FrontTests {
  @Test("steady Burgers: -a tanh(a x / (2 nu)) with a tanh(a / (2 nu)) = 1", arguments: [(0.05, 300), (0.02, 300), (0.02, 400)])
  func burgers(viscosity: Double, points: Int) throws {
    let a = (0..<200).reduce(1.0) { a, _ in 1 / tanh(a / (2 * viscosity)) }
    let solution = try PDE(on: .box([-1, 1])) { u in
      Equation(u * d(u, .x) - viscosity * d(u, .x, order: 2) == 0)
      Boundary(.dirichlet({ -$0 }))
    }.solve(grid: [points])
    let x = uniform(-1, 1, 701)
    let error = relativeError(try solution.values(on: [x]), x.map { -a * tanh(a * $0 / (2 * viscosity)) })
    #expect(error < 1e-6)
    #expect(try #require(solution.report.relativeDeviation) > error)
  }

  /// Where the front stands hangs on a value of 8e-8 at the right end alone.
  @Test("the travelling front of Fisher, Kolmogorov, Petrovsky and Piskunov, of Ablowitz and Zeppetella's speed", arguments: [300, 400])
  func populations(points: Int) throws {
    let exact: @Sendable (Double) -> Double = { pow(1 + exp($0 / 6.0.squareRoot()), -2) }
    let solution = try PDE(on: .box([-20, 20])) { u in
      Equation(d(u, .x, order: 2) + 5 / 6.0.squareRoot() * d(u, .x) + u * (1 - u) == 0)
      Boundary(.dirichlet(exact))
    }.solve(grid: [points])
    let x = uniform(-20, 20, 701)
    let error = relativeError(try solution.values(on: [x]), x.map(exact))
    #expect(error < 1e-6)
    #expect(try #require(solution.report.relativeDeviation) > error)
  }
}
